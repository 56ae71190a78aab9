"""An office of any size on a virtual clock: Admin on SQLite, a Flexmail with its limit, and flexsync between them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.scenarios.world import World

from benchmarks.moment import VirtualClock
from benchmarks.process import Process, Spent
from flexsync_cli.sandbox.mailbox import Mailbox
from flexsync_cli.sandbox.model import FieldType
from flexsync_cli.sandbox.quirks import Quirks
from flexsync_cli.sandbox.serve import Sandbox

LIMIT = 60
INTERESTS = ("Fiscaal", "Sociaal", "Btw", "Vennootschappen", "Landbouw")
EACH = 2  # so many interests a relation
_PROGRAMS = ("Exact", "Octopus", "Yuki")


@dataclass(frozen=True, slots=True)
class Person:
    """A relation as Admin has it, for whoever sends it."""

    email: str
    name: str
    language: str
    program: str
    employees: int


@dataclass(frozen=True, slots=True)
class Office:
    """One office; `size` is how many relations it began with; `kept` a process for all commands, where starts don't matter."""

    world: World
    clock: VirtualClock
    size: int
    kept: Process | None = None

    def spend(self, *arguments: str) -> Spent:
        """Run a command, as a process of its own unless one is kept."""
        if self.kept is not None:
            return self.kept.run(*arguments, started=True)
        with self.process() as process:
            return process.run(*arguments)

    def process(self) -> Process:
        """A new one."""
        return Process(self.world, self.clock)

    def people(self) -> list[Person]:
        """All its relations, as a client that has no memory would read them."""
        return [Person(*row) for row in self.world.sql(_PEOPLE)]

    def fill_flexmail(self) -> None:
        """Everybody is in Flexmail already, each equal on both sides."""
        fill(self.world.sandbox, self.people())

    def want_interests(self, *, given: bool) -> None:
        """Each relation has some of the office's interests in Admin; in Flexmail too, where `given`."""
        self.world.with_interests()
        made = {name: self.world.flexmail.add_interest(name).id for name in INTERESTS}
        wanted = [(number, interest) for number in range(1, self.size + 1) for interest in interests_of(number)]
        rows = [{"id": number, "interest": interest} for number, interest in wanted]
        self.world.sql_many("INSERT INTO CUSTOMER_INTEREST VALUES (:id, :interest)", rows)
        for number, interest in wanted if given else ():
            self.world.flexmail.give_interest(address(number), made[interest])


_PEOPLE = """
SELECT EMAIL, NAME, CASE LANGUAGE WHEN 'F' THEN 'fr' ELSE 'nl' END, ACC_SOFTWARE, EMPLOYEES
FROM CUSTOMER JOIN CUSTOMER_PERMANENT USING (CUSTOMER_ID) WHERE NEWSLETTER = 1 ORDER BY CUSTOMER_ID
"""
_RELATION = """
INSERT INTO CUSTOMER (CUSTOMER_ID, NAME, EMAIL, LANGUAGE, CRM_TYPE, IS_ACTIVE, ACC_SOFTWARE, EMPLOYEES)
VALUES (:id, :name, :email, :language, 3, 1, :program, :employees)
"""


@contextmanager
def flexmail(clock: VirtualClock) -> Iterator[Sandbox]:
    """An account with its limit, and the custom fields of the office."""
    with Sandbox(now=clock.now, quirks=Quirks(calls_per_minute=LIMIT)) as sandbox:
        sandbox.control.add_custom_field("acc_software")
        sandbox.control.add_custom_field("employees", FieldType.NUMERIC)
        yield sandbox


@contextmanager
def office(size: int, *, soap: bool = True, kept: bool = False) -> Iterator[Office]:
    """An office with a mail server, clicks and bounces; its Flexmail is empty, and its clock begins on a Monday at midnight.

    `kept`: all its commands run in one process, and are counted, but not measured as users run them.
    """
    clock = VirtualClock()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        world = World(folder, stack.enter_context(flexmail(clock)))
        stack.callback(world.engine.dispose)
        (folder / "mails").mkdir()
        box = stack.enter_context(Mailbox(folder / "mails"))
        _configure(world, box, soap=soap)
        _enter(world, size)
        yield Office(world, clock, size, stack.enter_context(Process(world, clock)) if kept else None)


def _configure(world: World, box: Mailbox, *, soap: bool) -> None:
    if soap:
        world.with_soap()
        world.with_communications()
        world.configure(bounces={"notify": "secretariaat@kantoor-voorbeeld.be"})
    world.configure(
        fields={"acc_software": "ACC_SOFTWARE", "employees": "EMPLOYEES"},
        flexmail={"calls_per_minute": LIMIT},
        smtp={"host": "127.0.0.1", "port": box.port, "security": "none", "sender": "flexsync@kantoor-voorbeeld.be"},
    )


def _enter(world: World, size: int) -> None:
    rows = [
        {
            "id": number,
            "name": f"Name {number}",
            "email": address(number),
            "language": "F" if number % 4 == 0 else "N",
            "program": _PROGRAMS[number % len(_PROGRAMS)],
            "employees": number % 50,
        }
        for number in range(1, size + 1)
    ]
    world.sql_many(_RELATION, rows)
    world.sql_many("INSERT INTO CUSTOMER_PERMANENT VALUES (:id, 1)", rows)


def fill(sandbox: Sandbox, people: list[Person]) -> None:
    """Put them into an account by hand."""
    for person in people:
        fields = {"acc_software": person.program, "employees": person.employees}
        sandbox.control.add_contact(
            person.email, name=person.name, language=person.language, custom_fields=fields, source="Admin"
        )


def address(number: int) -> str:
    """Where a relation gets its mail, to begin with."""
    return f"relation{number}@example.be"


def interests_of(number: int) -> tuple[str, ...]:
    """What a relation is interested in."""
    return tuple(INTERESTS[(number + step) % len(INTERESTS)] for step in range(EACH))

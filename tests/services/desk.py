"""A session at whose end a summary is written: a real state, an office and an account in memory, a clock that is set."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from itertools import count
from pathlib import Path

from flexsync_cli.adapters.mail.letters import JinjaLetters
from flexsync_cli.adapters.memory_admin import MemoryAdmin
from flexsync_cli.adapters.memory_flexmail import MemoryFlexmail
from flexsync_cli.adapters.state import SqlState, open_state
from flexsync_cli.domain.model import Owner, Relation
from flexsync_cli.domain.months import BRUSSELS
from flexsync_cli.domain.plan import StepOutcome
from flexsync_cli.errors import FlexsyncError
from flexsync_cli.ports import Mailer, Run
from flexsync_cli.services.session import Session, Settings, step
from flexsync_cli.services.summary import MailSettings, summarise
from flexsync_cli.services.tally import Tally

OFFICE = MailSettings(to=("els@example.be",), sender="flexsync@example.be", language="en")


class Post:
    """The port `Mailer`: keeps what it took; refuses with `error`, if there is one."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.error: FlexsyncError | None = None

    def send(self, message: bytes) -> None:
        if self.error is not None:
            raise self.error
        self.taken.append(message)

    @property
    def subjects(self) -> list[str]:
        return [str(message_from_bytes(message, policy=default)["Subject"]) for message in self.taken]

    def text(self, number: int = -1) -> str:
        part = message_from_bytes(self.taken[number], policy=default).get_body(("plain",))
        assert part is not None
        return str(part.get_content()).replace("\r\n", "\n")


class SetClock:
    """The port `Clock`."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 2, 10, tzinfo=BRUSSELS)

    def now(self) -> datetime:
        return self.moment.astimezone(UTC)

    def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)

    def set(self, day: int, hour: int, minute: int = 0) -> None:
        """A moment in March 2026, Brussels."""
        self.moment = datetime(2026, 3, 1, hour, minute, tzinfo=BRUSSELS) + timedelta(days=day - 1)


class Notes:
    """The port `Reporter`: keeps the warnings."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def step(self, name: str, total: int | None = None) -> None: ...
    def advance(self, count: int = 1) -> None: ...
    def line(self, text: str) -> None: ...
    def event(self, name: str, /, **fields: object) -> None: ...
    def waiting(self, seconds: float) -> None: ...

    def warn(self, text: str) -> None:
        self.warnings.append(text)


class Never:
    """The port `StopSignal`."""

    def check(self) -> None: ...


@dataclass
class Desk:
    """One office over several runs."""

    state: SqlState
    clock: SetClock = field(default_factory=SetClock)
    post: Post = field(default_factory=Post)
    reporter: Notes = field(default_factory=Notes)
    flexmail: MemoryFlexmail = field(default_factory=lambda: MemoryFlexmail(owner=Owner("eigenaar@example.be")))
    mail: MailSettings = OFFICE
    settings: Settings = field(default_factory=Settings)
    dry_run: bool = False
    printed: str | None = None
    admin: MemoryAdmin = field(default_factory=lambda: MemoryAdmin(relation(str(number)) for number in range(1, 101)))
    numbers: Iterator[int] = field(default_factory=count)

    def session(self, command: str = "run") -> Session:
        return Session(
            admin=self.admin,
            flexmail=self.flexmail,
            events=None,
            state=self.state.snapshot() if self.dry_run else self.state,
            clock=self.clock,
            reporter=self.reporter,
            stop=Never(),
            tally=Tally(self.state.ledger),
            settings=self.settings,
            run_id=f"run{next(self.numbers)}",
            command=command,
            dry_run=self.dry_run,
        )

    def run(self, *outcomes: StepOutcome, mailer: bool = True, wrote: Sequence[tuple[str, str]] = ()) -> StepOutcome:
        """A run with these outcomes, that wrote (kind, relation); its summary step."""
        session = self.session()
        if not self.dry_run:
            self.state.runs.save(Run(session.run_id, "run", self.clock.now()))
        for kind, relation_id in wrote:
            session.end(session.begin(kind, relation=relation_id), done=True)
        poster: Mailer | None = self.post if mailer else None
        with step(session, "summary") as outcome:
            self.printed = summarise(session, outcome, outcomes, self.mail, JinjaLetters(), poster)
        return outcome


def relation(relation_id: str) -> Relation:
    return Relation(relation_id, f"Name{relation_id}", "", f"r{relation_id}@example.be", "N", "3", active=True, newsletter=True)


def push(**counts: int) -> StepOutcome:
    """A push that went well."""
    outcome = StepOutcome("push")
    outcome.counts.update({"unchanged": 90, **counts})
    return outcome


def failing(name: str = "opt_outs", error: str = "Flexmail can't be reached", code: int = 4) -> StepOutcome:
    """A step that could not be done."""
    return StepOutcome(name, error=error, exit_code=code)


@contextmanager
def desk_in(folder: Path) -> Iterator[Desk]:
    """A fresh office, whose first run has been told."""
    state = open_state(folder / "state.db")
    try:
        desk = Desk(state)
        desk.run(push(created=1))
        desk.post.taken.clear()
        yield desk
    finally:
        state.close()

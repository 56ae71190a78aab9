"""A run on ports in memory that can be killed before any of its effects: a write to Admin, a commit to state, a queued mail."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flexsync_cli.adapters.memory_admin import MemoryAdmin
from flexsync_cli.adapters.memory_events import MemoryEvents
from flexsync_cli.adapters.memory_flexmail import MemoryFlexmail
from flexsync_cli.adapters.state.state import memory_state
from flexsync_cli.domain.model import Link, Relation
from flexsync_cli.ports import Communication
from flexsync_cli.services.recover import recover
from flexsync_cli.services.session import Session, Settings
from flexsync_cli.services.tally import Tally
from tests.adapters.flexmail.fakes import START, FakeClock

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NEVER = -1


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Fuse:
    """Counts effects and ends the process before the chosen one."""

    left: int = NEVER
    effects: int = 0

    def burn(self) -> None:
        """One more effect is about to take place."""
        if self.effects == self.left:
            raise Killed
        self.effects += 1


class Silent:
    """Reports to nobody, and is never asked to stop."""

    def step(self, name: str, total: int | None = None) -> None: ...
    def advance(self, count: int = 1) -> None: ...
    def line(self, text: str) -> None: ...
    def event(self, name: str, /, **fields: object) -> None: ...
    def warn(self, text: str) -> None: ...
    def waiting(self, seconds: float) -> None: ...
    def check(self) -> None: ...


class Admin(MemoryAdmin):
    """Burns the fuse before each communication, and after it: what Admin has, state may not know yet."""

    fuse = Fuse()

    def add_communication(self, communication: Communication) -> bool:
        self.fuse.burn()
        written = super().add_communication(communication)
        self.fuse.burn()
        return written


@dataclass
class Office:
    """Relations 1 to 3, linked to contacts 1 to 3; what it holds survives every run."""

    clock: FakeClock = field(default_factory=FakeClock)

    def __post_init__(self) -> None:
        addresses = {number: f"relation{number}@example.be" for number in (1, 2, 3)}
        rows = [
            Relation(str(n), "Peeters", "An", email, "N", "3", active=True, newsletter=True) for n, email in addresses.items()
        ]
        self.admin = Admin(rows)
        self.events = MemoryEvents(self.clock)
        self.state = memory_state()
        self.state.links.save(
            Link(n, str(n), email, START - 30 * DAY, addresses=frozenset({email})) for n, email in addresses.items()
        )
        self.runs = 0

    def run(self, work: Callable[[Session], None], settings: Settings, left: int = NEVER) -> Fuse:
        """Run it, killed before effect number `left`; how many there were."""
        fuse = Fuse(left)
        with self._counted(fuse):
            session = self.session(settings)
            try:
                recover(session)
                work(session)
            except Killed:
                pass
        return fuse

    def session(self, settings: Settings) -> Session:
        """A run of its own."""
        self.runs += 1
        return Session(
            admin=self.admin,
            flexmail=MemoryFlexmail(),
            events=self.events,
            state=self.state,
            clock=self.clock,
            reporter=Silent(),
            stop=Silent(),
            tally=Tally(self.state.ledger),
            settings=settings,
            run_id=f"run{self.runs:03}",
            command="test",
        )

    @contextmanager
    def _counted(self, fuse: Fuse) -> Iterator[None]:
        """Every change of state is an effect; within a transaction a kill takes all of it back."""
        facts, journal, outbox = self.state.facts, self.state.journal, self.state.outbox
        self.admin.fuse = fuse
        self.state.facts = _Burning(facts, fuse, "put")
        self.state.journal = _Burning(journal, fuse, "open", "close")
        self.state.outbox = _Burning(outbox, fuse, "add")
        try:
            yield
        finally:
            self.state.facts, self.state.journal, self.state.outbox = facts, journal, outbox
            self.admin.fuse = Fuse()

    def pass_time(self, time: timedelta) -> datetime:
        """Let time pass; the moment that is then."""
        self.clock.moment += time
        return self.clock.moment


class _Burning:
    """A part of the state, whose writing methods burn the fuse first."""

    def __init__(self, part: object, fuse: Fuse, *methods: str) -> None:
        self._part = part
        self._fuse = fuse
        self._methods = methods

    def __getattr__(self, name: str):  # type: ignore[no-untyped-def]  # whatever the part has
        if name in self._methods:
            self._fuse.burn()
        return getattr(self._part, name)

"""What is known between runs, and the lock over it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from flexsync_cli.domain.model import (
    Consent,
    Link,
    Out,
    Parked,
    RelationId,
    Sighting,
    ToDo,
)
from flexsync_cli.domain.plan import KeptPlan


class Links(Protocol):
    """All links, open and closed."""

    def all(self) -> Sequence[Link]:
        """Every link, once a contact; the very same sequence as long as none was saved."""

    def save(self, links: Iterable[Link]) -> None:
        """Insert, or replace by contact id, in batches."""


class Outs(Protocol):
    """All outs, ended ones too, and the consents."""

    def all(self) -> list[Out]:
        """Every out, in the order they were recorded."""

    def save(self, outs: Iterable[Out]) -> None:
        """Insert those without an id, replace the others."""

    def consents(self) -> list[Consent]:
        """Every consent, in the order they were recorded."""

    def add_consent(self, consent: Consent) -> None:
        """Record one."""


class ParkedRelations(Protocol):
    """Relations that Flexmail refused."""

    def all(self) -> list[Parked]:
        """Every one."""

    def save(self, parked: Iterable[Parked]) -> None:
        """Insert, or replace by relation id."""

    def remove(self, relation_ids: Iterable[RelationId]) -> None:
        """Forget them: they were accepted, or are no longer selected."""


class Sightings(Protocol):
    """Linked relations that are missing in Admin, or whose type is no longer selected."""

    def all(self) -> list[Sighting]:
        """Every one."""

    def replace(self, sightings: Iterable[Sighting]) -> None:
        """These and no others."""


class ToDos(Protocol):
    """What only a person can settle."""

    def open(self) -> list[ToDo]:
        """Those not settled, oldest first."""

    def replace(self, kinds: Collection[str], todos: Iterable[ToDo], now: datetime) -> list[ToDo]:
        """Of these kinds just these stand: new ones are added, known ones keep their `since`, missing ones are settled.

        Returns the new ones.
        """


class Facts(Protocol):
    """Single JSON values by name: watermarks, the account's lists, counts of the last push."""

    def get(self, name: str) -> Any:
        """The value; None where there is none."""

    def put(self, name: str, value: Any) -> None:
        """Set it; None forgets it."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One write to the other side: noted before it, closed after it. `payload` has what recovery and echoes need."""

    kind: str
    payload: Mapping[str, Any]
    at: datetime
    run_id: str
    id: int = 0
    closed_at: datetime | None = None
    done: bool | None = None  # closed: whether the effect took place


class Journal(Protocol):
    """Writes under way and done."""

    def open(self, entries: Sequence[JournalEntry]) -> list[JournalEntry]:
        """Note writes before they are tried; the same with their ids. Durable when this returns."""

    def close(self, ids: Iterable[int], at: datetime, *, done: bool) -> None:
        """What became of them."""

    def pending(self) -> list[JournalEntry]:
        """Those that were never closed, oldest first."""

    def since(self, moment: datetime) -> list[JournalEntry]:
        """Those noted at or after that moment, closed ones too."""

    def prune(self, before: datetime) -> None:
        """Forget closed ones noted before that moment."""


class Ledger(Protocol):
    """Every API call, and the rate limit over it: processes that share a state share the limit."""

    def reserve(self, door: str, method: str, path: str, now: datetime, per_minute: int) -> tuple[int, float]:
        """Take a place in the rolling minute.

        (id, 0.0) where there is one: the call is in the ledger; (0, seconds) where it must wait that long and ask again.
        """

    def settle(self, call_id: int, status: int, milliseconds: int) -> None:
        """What came of the call: its HTTP status, 0 where no answer came."""

    def empty_bucket(self, until: datetime) -> None:
        """The other side said 429: no call, of any process, before that moment."""

    def count(self, since: datetime, until: datetime, door: str | None = None) -> int:
        """Calls at or after `since` and before `until`."""

    def prune(self, before: datetime) -> None:
        """Forget calls made before that moment."""


class Plans(Protocol):
    """Refused plans and offers."""

    def open(self) -> list[KeptPlan]:
        """Those neither approved nor withdrawn, oldest first."""

    def get(self, plan_id: str) -> KeptPlan | None:
        """One, ended ones too."""

    def save(self, plan: KeptPlan) -> None:
        """Insert, or replace by id."""

    def prune(self, before: datetime) -> None:
        """Forget those that ended before that moment."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a command; `document` is what `--json` prints."""

    id: str
    command: str
    started: datetime
    ended: datetime | None = None
    exit_code: int | None = None
    document: Mapping[str, Any] | None = None


class Runs(Protocol):
    """The runs, for status, the summary and support."""

    def save(self, run: Run) -> None:
        """Insert, or replace by id."""

    def last(self, limit: int) -> list[Run]:
        """Those saved last first, whatever the clock said."""

    def prune(self, before: datetime) -> None:
        """Forget those that started before that moment."""


@dataclass(frozen=True, slots=True)
class OutboxMail:
    """A mail that waits: `message` is the whole of it (RFC 5322), `kind` what it is for."""

    kind: str
    message: bytes
    created: datetime
    id: int = 0
    sent: datetime | None = None


class Outbox(Protocol):
    """Mails that are due; one is marked sent in the moment the server took it."""

    def add(self, mail: OutboxMail) -> int:
        """Queue one; its id."""

    def waiting(self) -> list[OutboxMail]:
        """Those not sent, oldest first."""

    def mark_sent(self, mail_id: int, at: datetime) -> None:
        """The server took it."""

    def prune(self, before: datetime) -> None:
        """Forget those sent before that moment."""


class State(Protocol):
    """All we know between runs. Each method is durable when it returns, or when the surrounding `transaction` ends."""

    links: Links
    outs: Outs
    parked: ParkedRelations
    sightings: Sightings
    todos: ToDos
    facts: Facts
    journal: Journal
    ledger: Ledger
    plans: Plans
    runs: Runs
    outbox: Outbox

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing of what is saved within; may be nested."""

    def snapshot(self) -> "State":
        """A copy in memory, for a run that must leave nothing behind; its ledger is the real one."""

    def close(self) -> None:
        """Let the file go."""


class Lock(Protocol):
    """One run at a time a state."""

    def hold(self, command: str) -> AbstractContextManager[None]:
        """Hold it meanwhile; AlreadyRunning says who has it since when."""

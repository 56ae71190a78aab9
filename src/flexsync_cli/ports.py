"""What the services need of the world: one Protocol a peer. `adapters/` has a real one and one in memory of each.

Errors are those of `errors.py`: an adapter raises nothing else for what the other side does.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from flexsync_cli.domain.bounce_mail import BounceNews
from flexsync_cli.domain.events import Bounce, Campaign, Click, ContactState, Event, PresentState
from flexsync_cli.domain.installed import Installed
from flexsync_cli.domain.model import (
    AddressKey,
    Consent,
    Contact,
    ContactId,
    CustomField,
    Interest,
    Link,
    Out,
    Owner,
    Parked,
    Relation,
    RelationId,
    Sighting,
    Source,
    ToDo,
    Value,
)
from flexsync_cli.domain.plan import KeptPlan
from flexsync_cli.domain.summary import Summary


class Clock(Protocol):
    """The time, from outside."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""

    def sleep(self, seconds: float) -> None:
        """Let that much time pass."""


class Reporter(Protocol):
    """Tells an operator what goes on; never data, never fails."""

    def step(self, name: str, total: int | None = None) -> None:
        """A step begins; `total` is the number of writes it plans."""

    def advance(self, count: int = 1) -> None:
        """That many of them are done."""

    def event(self, name: str, /, **fields: object) -> None:
        """Something was done: its stable name, and ids, never a value. Goes to the log, and to a console that wants it."""

    def line(self, text: str) -> None:
        """A remark, in one line."""

    def warn(self, text: str) -> None:
        """Something that a person should mend."""

    def waiting(self, seconds: float) -> None:
        """The limiter holds the next call back for that long."""


class Monitor(Protocol):
    """Whoever watches that runs take place; told nothing about persons, and never a reason for a run to fail."""

    def started(self) -> None:
        """A run begins."""

    def ended(self, code: int) -> None:
        """It ended with that exit code."""


class Scheduler(Protocol):
    """What starts runs on this machine."""

    def find(self, configuration: Path) -> Sequence[Installed] | None:
        """Its entries for one configuration; None where this machine has no scheduler that can be asked."""


class StopSignal(Protocol):
    """Whether somebody asked to stop."""

    def check(self) -> None:
        """Raise Interrupted if so. Called between effects, never within one."""


# ---- Admin


class FlagResult(StrEnum):
    """What became of one compare-and-set of a flag."""

    WRITTEN = "written"
    ALREADY = "already"
    GONE = "gone"
    REFUSED = "refused"  # it reads back otherwise: a trigger, or a right that lacks


@dataclass(frozen=True, slots=True)
class NewRelation:
    """A relation to create in Admin: active, newsletter ticked, with `opt_in.values` for the rest."""

    name: str
    first_name: str
    email: str
    language: str
    fields: Mapping[str, Value]
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Communication:
    """One entry of a relation's log. `reference` is unique to it; `day` is Brussels'."""

    relation_id: RelationId
    day: date
    at: datetime
    subject: str
    text: str
    reference: str


class Admin(Protocol):
    """The office's database. Every method is one transaction; errors: AdminUnavailable, AdminLoginRefused."""

    def relations(self) -> Iterator[Relation]:
        """All rows, streamed, in the order of their id, each once."""

    def relation(self, relation_id: RelationId) -> Relation | None:
        """One row as it is now; None where it is gone."""

    def untick(self, relation_ids: Collection[RelationId]) -> Mapping[RelationId, FlagResult]:
        """Untick the newsletter flag, compare-and-set, all or none of them in one transaction, read back."""

    def tick(self, relation_ids: Collection[RelationId]) -> Mapping[RelationId, FlagResult]:
        """Tick it likewise; a relation without a newsletter row gets one."""

    def add_relation(self, new: NewRelation) -> RelationId:
        """Create a relation and its newsletter row; its id."""

    def rewrite(self, relation_id: RelationId, expected: Mapping[str, Value], new: Mapping[str, Value]) -> FlagResult:
        """Compare-and-set columns of a relation: keys "name", "first_name", "email", "language" or FIELD + name.

        Nothing is written unless every expected value still stands (ALREADY where all new values stand already).
        """

    def add_communication(self, communication: Communication) -> bool:
        """Write it unless it is there; whether it was written. Found by reference, else by relation, day and subject."""

    def has_communications(self) -> bool:
        """Whether a communications table is configured."""

    def lock(self) -> AbstractContextManager[None]:
        """The application lock on SQL Server; nothing elsewhere. Raises AlreadyRunning."""

    def close(self) -> None:
        """Let the connection go."""


# ---- Flexmail


@dataclass(frozen=True, slots=True)
class ContactBody:
    """What a write carries; None and missing keys are not mentioned. `custom_fields` by placeholder, None blanks."""

    email: str | None = None
    first_name: str | None = None
    name: str | None = None
    language: str | None = None
    custom_fields: Mapping[str, Value] | None = None
    source: int | None = None


class Flexmail(Protocol):
    """Flexmail's REST interface. Errors: FlexmailUnavailable, FlexmailLoginRefused, and Refused for one item."""

    def owner(self) -> Owner | None:
        """The account's owner (`GET /`); None where it doesn't say."""

    def languages(self) -> Sequence[str]:
        """The contact languages of the account."""

    def sources(self) -> Sequence[Source]:
        """All sources."""

    def custom_fields(self) -> Sequence[CustomField]:
        """All custom fields."""

    def interests(self) -> Sequence[Interest]:
        """All interests."""

    def add_interest(self, name: str) -> Interest:
        """Make a private interest."""

    def contacts(self, interest: str | None = None) -> Mapping[ContactId, Contact]:
        """All active contacts, of one interest if given.

        A listing counts only if its distinct ids equal `total` on the first and the last page; it is read up to three times,
        then FlexmailUnavailable.
        """

    def find(self, address: AddressKey) -> Contact | None:
        """The active contact with exactly this address."""

    def contact(self, contact_id: ContactId) -> Contact | None:
        """The contact with this id, whatever its state; None where there is none."""

    def create(self, body: ContactBody) -> ContactId:
        """Create a contact. After an answer that never came the address is looked up before it is tried again."""

    def patch(self, contact_id: ContactId, body: ContactBody) -> None:
        """Change what the body mentions."""

    def put(self, contact_id: ContactId, body: ContactBody) -> None:
        """Replace the contact: the body must mention everything; the only way to change an address."""

    def unsubscribe(self, contact_id: ContactId) -> None:
        """Unsubscribe from all future communication; can't be undone over the interface."""

    def interests_of(self, contact_id: ContactId) -> Sequence[str]:
        """The ids of the interests one contact has."""

    def add_interest_to(self, contact_id: ContactId, interest_id: str) -> None:
        """Subscribe to an interest; already subscribed is success."""

    def take_interest_from(self, contact_id: ContactId, interest_id: str) -> None:
        """Unsubscribe from an interest; not subscribed is success."""


class Events(Protocol):
    """Flexmail's SOAP interface, which tells what persons did. Errors as Flexmail's. All times aware, UTC."""

    def database_id(self) -> int:
        """The id of the account's one list; Misconfigured where the account has not been converted."""

    def clock(self) -> datetime | None:
        """Flexmail's own clock in the last answer's header, in UTC; None before the first."""

    def unsubscriptions(self, since: datetime) -> Sequence[Event]:
        """Who unsubscribed since then, whatever the reason; also echoes of our own writes."""

    def subscriptions(self, since: datetime) -> Sequence[Event]:
        """Who subscribed since then."""

    def profile_updates(self, since: datetime) -> Sequence[Event]:
        """Whose values changed since then."""

    def bounces(self, since: datetime) -> Sequence[Bounce]:
        """What bounced since then."""

    def campaigns(self) -> Sequence[Campaign]:
        """All campaigns and workflows; test campaigns left out."""

    def clicks(self, campaign_id: int, since: datetime, till: datetime) -> Sequence[Click]:
        """The link clicks of one campaign in that window."""

    def in_states(self, states: Collection[ContactState]) -> Sequence[PresentState]:
        """Everybody in one of these states, read in pages."""

    def states_of(self, addresses: Collection[AddressKey]) -> Sequence[PresentState]:
        """What Flexmail holds of these addresses; one that it lacks is left out."""


# ---- State


class Links(Protocol):
    """All links, open and closed."""

    def all(self) -> list[Link]:
        """Every link, once a contact."""

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

    def open(self, entry: JournalEntry) -> int:
        """Note a write before it is tried; its id. Durable when this returns."""

    def close(self, entry_id: int, at: datetime, *, done: bool) -> None:
        """What became of it."""

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
        """The newest first."""

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


# ---- Mail


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as a person reads it, twice the same: `html`, and `text` for who reads no HTML."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom to whom a letter goes, and when it was written; `id` tells it from every other."""

    sender: str
    to: tuple[str, ...]
    at: datetime
    id: str


class Letters(Protocol):
    """Writes mails in the office's language: "nl", "fr" or "en"."""

    def summary(self, data: Summary, language: str) -> Letter:
        """The summary."""

    def bounces(self, data: BounceNews, language: str) -> Letter:
        """The new bounces."""

    def message(self, letter: Letter, envelope: Envelope) -> bytes:
        """The whole mail (RFC 5322), as a server takes it."""


class Mailer(Protocol):
    """Hands one mail to the office's server."""

    def send(self, message: bytes) -> None:
        """Raises Unavailable where the server can't be used, Refused where it does not take just this mail."""

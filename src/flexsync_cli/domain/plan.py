"""A plan: what would be done, as data; and the outcome: what became of it.

A change is a small frozen class; services match on the union with `assert_never`. What apply does is described entirely by
the plan.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from flexsync_cli.domain.model import AddressKey, ContactId, RelationId, ToDo, Values
from flexsync_cli.domain.typed import approve_command


class Verdict(StrEnum):
    """What a push makes of one selected relation: each is in exactly one of these."""

    CREATED = "created"
    UPDATED = "updated"
    ADOPTED = "adopted"
    UNCHANGED = "unchanged"
    SHADOWED = "shadowed"
    OUT = "out"
    PARKED = "parked"
    HELD = "held"
    WAITING = "waiting"
    FAILED = "failed"


class LeaveReason(StrEnum):
    """Why the office says no."""

    UNTICKED = "unticked"
    INACTIVE = "inactive"
    GONE = "gone"  # the row is no longer there
    TYPE = "type"  # its CRM type is no longer selected
    SUPERSEDED = "superseded"  # its relation is sent through another contact now
    OFFERED = "offered"  # found active in Flexmail, not to be mailed by Admin


@dataclass(frozen=True, slots=True)
class Create:
    """A new contact. `base` and `values` as in Update: here nothing was there before."""

    relation_id: RelationId
    address: AddressKey
    values: Values


@dataclass(frozen=True, slots=True)
class Adopt:
    """A contact that is there already, and equal: linked without a write. `base` is what Flexmail shows."""

    relation_id: RelationId
    contact_id: ContactId
    address: AddressKey
    base: Values


@dataclass(frozen=True, slots=True)
class Update:
    """The values that differ, empty ones to blank. `base` is what Flexmail has; together they are the link's new values."""

    relation_id: RelationId
    contact_id: ContactId
    address: AddressKey
    base: Values
    values: Values
    repairs: Values = field(default_factory=dict)  # what a listing showed otherwise than we sent it


@dataclass(frozen=True, slots=True)
class Readdress:
    """A changed address: the contact keeps its id and history. `values` are all of them."""

    relation_id: RelationId
    contact_id: ContactId
    old: AddressKey
    address: AddressKey
    values: Values


@dataclass(frozen=True, slots=True)
class Move:
    """A link that goes to another relation: all of its values are sent, empty ones too."""

    relation_id: RelationId
    contact_id: ContactId
    address: AddressKey
    former: RelationId
    values: Values
    former_unticked: bool = False


@dataclass(frozen=True, slots=True)
class Leave:
    """The office's no: unsubscribe, or keep, as `sync.on_leave` says."""

    relation_id: RelationId
    contact_id: ContactId
    address: AddressKey
    reason: LeaveReason


Change: TypeAlias = Create | Adopt | Update | Readdress | Move | Leave


@dataclass(frozen=True, slots=True)
class Note:
    """What a person should know of one relation, without a write: why it is held, shadowed, parked, out or cut."""

    relation_id: RelationId
    kind: str
    data: tuple[tuple[str, str], ...] = ()


class RefusalKind(StrEnum):
    """What the guard, or caution, holds back."""

    LIMIT = "limit"  # more people than guard.percent and guard.count
    NUMBERS = "numbers"  # a side is empty, or half is gone: only with the number typed
    OVERWRITE = "overwrite"  # creates or overwrites of half the account
    ABSENT = "absent"  # rows gone or types deselected: a plan of its own
    OFFER = "offer"  # active in Flexmail, not to be mailed by Admin
    BLOCKED = "blocked"  # unticks that hang on a refusal's text, or on adoption's states


# Of these the run goes on and the exit code is as otherwise.
OFFERS = frozenset({RefusalKind.ABSENT, RefusalKind.OFFER})
# These hold a whole step back.
STOPPING = frozenset({RefusalKind.LIMIT, RefusalKind.NUMBERS, RefusalKind.OVERWRITE})


@dataclass(frozen=True, slots=True)
class Guarded:
    """One change that is held back, small enough to keep and to recognise later."""

    change: str
    relation_id: RelationId
    contact_id: ContactId | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Guarded changes and why they are held back; `people` counts distinct persons, `of` is what they were measured by."""

    step: str
    kind: RefusalKind
    people: int
    of: int
    items: tuple[Guarded, ...]

    @property
    def typed(self) -> bool:
        """Whether its number of people must be typed to approve it."""
        return self.kind is RefusalKind.NUMBERS


@dataclass(frozen=True, slots=True)
class KeptPlan:
    """A refusal under its id, kept until it is approved or its cause is gone."""

    id: str
    refusal: Refusal
    created: datetime
    ended: datetime | None = None
    ended_how: str = ""

    def command(self, config: str = "") -> str:
        """What to type to approve it; `config` is the path of the configuration, where it must be named."""
        return approve_command(self.id, self.refusal.people, typed=self.refusal.typed, config=config)


@dataclass(slots=True)
class StepOutcome:
    """What became of one step: counts by name, calls spent, and what is to be told.

    `would` names relations by the part of the mail that tells of them, where nothing may be written: no journal does.
    """

    name: str
    counts: Counter[str] = field(default_factory=Counter)
    calls: int = 0
    seconds: float = 0.0
    error: str | None = None
    plan_id: str | None = None
    refused: bool = False
    exit_code: int = 0
    notes: list[Note] = field(default_factory=list)
    todos: list[ToDo] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    would: list[tuple[str, RelationId]] = field(default_factory=list)

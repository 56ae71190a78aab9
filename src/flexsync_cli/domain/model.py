"""What there is, in the words of the field.

relation     a row of Admin                     contact      the same person in Flexmail
link         a contact that belongs to a relation, and what Flexmail last confirmed of it
address key  the normalised e-mail address      out          somebody who may not be mailed
held         undecided: left as it is, listed   parked       refused by Flexmail, left alone until it changes

Values are flat: "name" (the last name), "first_name", "language", and one key a mapped custom field: FIELD followed by the
name that the configuration gives it. A missing key and None both mean empty. A link's values also hold "email": the address
as Admin had it when both sides last agreed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from dataclasses import dataclass as row
else:

    def row(*, frozen, slots):  # noqa: ARG001 - only the type checker is told
        """A frozen dataclass of which a run makes 100,000. Nobody may change one, but that is left to the type checker to see:
        Python's own way takes six times as long to make one."""
        return dataclass(slots=slots, unsafe_hash=True)


RelationId: TypeAlias = str
ContactId: TypeAlias = int
AddressKey: TypeAlias = str
Value: TypeAlias = str | int | float | tuple[str, ...] | None
Values: TypeAlias = Mapping[str, Value]

FIELD = "field:"
NO_VALUES: Values = MappingProxyType({})


@row(frozen=True, slots=True)
class Relation:
    """One row of Admin as it is now, trimmed; `fields` and `interests` by the names of the configuration.

    `active` is None where the column is NULL or says neither yes nor no: that relation is held.
    """

    id: RelationId
    name: str
    first_name: str
    email: str
    language: str
    crm_type: str
    active: bool | None
    newsletter: bool
    fields: Mapping[str, Value] = field(default_factory=dict)
    interests: frozenset[str] = frozenset()


@row(frozen=True, slots=True)
class Contact:
    """One contact as Flexmail's REST shows it: only active ones are listed. `custom_fields` by placeholder."""

    id: ContactId
    email: str
    first_name: str = ""
    name: str = ""
    language: str = ""
    custom_fields: Mapping[str, Value] = field(default_factory=dict)


class FieldType(StrEnum):
    """The types of a Flexmail custom field, as the REST interface spells them."""

    FREE_TEXT = "free_text"
    NUMERIC = "numeric"
    DATE = "date"
    MULTIPLE_CHOICE = "multiple_choice"


@dataclass(frozen=True, slots=True)
class CustomField:
    """A custom field of the account; contacts carry it under its placeholder. An unknown type is None."""

    id: str
    name: str
    placeholder: str
    type: FieldType | None


@dataclass(frozen=True, slots=True)
class Source:
    """Where contacts come from, in Flexmail's words."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Interest:
    """An interest of the account; its id is a UUID."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Owner:
    """The owner of the Flexmail account, who gets the summary unless the configuration says otherwise."""

    email: str
    name: str = ""
    first_name: str = ""


class LinkStatus(StrEnum):
    """What became of a link. Only OPEN ones are pushed; the others are kept for matching."""

    OPEN = "open"
    OUT = "out"  # its person, or the office, said no
    KEPT = "kept"  # the relation left, and `sync.on_leave` is "keep"
    SUPERSEDED = "superseded"  # its relation went to another contact; it leaves at the second sight
    RELEASED = "released"  # no longer ours
    DELETED = "deleted"  # deleted in Flexmail; not created again until unticked and ticked
    RETURNED = "returned"  # the person came back while the relation is unticked: never a leave


@row(frozen=True, slots=True)
class Link:
    """A contact that belongs to a relation. At most one OPEN link a relation, one row a contact.

    `values` are those Flexmail last confirmed, as sent; `shown` are values of a listing that stayed other than sent although
    they were sent again. `addresses` holds every address key it had, the present one included. `interests` are those both
    sides agreed on (ours to take away), `foreign_interests` those only Flexmail has, `dropped_interests` those the person
    dropped. `since` is when it got its status.
    """

    contact_id: ContactId
    relation_id: RelationId
    address: AddressKey
    since: datetime
    status: LinkStatus = LinkStatus.OPEN
    values: Values = field(default_factory=dict)
    shown: Values = field(default_factory=dict)
    addresses: frozenset[AddressKey] = frozenset()
    interests: frozenset[str] = frozenset()
    foreign_interests: frozenset[str] = frozenset()
    dropped_interests: frozenset[str] = frozenset()


class OutKind(StrEnum):
    """Why somebody may not be mailed."""

    PERSON = "person"
    OFFICE = "office"
    UNDELIVERABLE = "undeliverable"
    BLOCKED = "blocked"


class OutSource(StrEnum):
    """Where an out was learnt."""

    EVENT = "event"
    STATE = "state"
    GONE = "gone"
    REFUSED = "refused"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Out:
    """Somebody who may not be mailed, recorded for ever and ended only by a later yes.

    `at` is Flexmail's stamp where there is one, else when we saw it; `unticked_at` is when the newsletter flag was unticked
    for it (None = still due, for the kinds that untick); `seen_inactive` whether Flexmail showed the address as not active
    after it, without which an active state ends nothing; `ended_by` says which yes ended it.
    """

    address: AddressKey
    kind: OutKind
    source: OutSource
    at: datetime
    recorded_at: datetime
    contact_id: ContactId | None = None
    unticked_at: datetime | None = None
    seen_inactive: bool = False
    ended_at: datetime | None = None
    ended_by: str = ""
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """A person's new yes, with its proof."""

    address: AddressKey
    on: datetime
    how: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Parked:
    """A relation that Flexmail refused for what it holds; `fingerprint` is the hash of what was refused."""

    relation_id: RelationId
    fingerprint: str
    problem: str
    field: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Sighting:
    """A linked relation that was missed first at `since`: its row, or its selected CRM type ("gone", "type")."""

    relation_id: RelationId
    what: str
    since: datetime


@dataclass(frozen=True, slots=True)
class ToDo:
    """What only a person can settle; `key` is stable, so that it is told as new once. `data` has what a text needs."""

    key: str
    kind: str
    since: datetime
    relation_id: RelationId = ""
    contact_id: ContactId | None = None
    data: Mapping[str, str] = field(default_factory=dict)


def id_order(relation_id: RelationId) -> tuple[int, int, str]:
    """Sorts relation ids as people do: numbers by value, then the rest as text."""
    return (0, int(relation_id), "") if relation_id.isdecimal() else (1, 0, relation_id)

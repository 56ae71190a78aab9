"""What a Flexmail account holds."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import TypeAlias

# What a custom field of a contact can hold, as JSON gives it.
FieldValue: TypeAlias = str | int | float | list[str]


class State(StrEnum):
    """A contact's state, as `GetEmailAddresses` spells it."""

    ACTIVE = "active"
    UNSUBSCRIBED = "unsubscribed"
    BLACKLISTED = "blacklisted"
    BOUNCED_OUT = "bounced-out"
    DELETED = "deleted"
    AWAITING = "awaiting-opt-in-confirmation"


class Origin(StrEnum):
    """Who caused an event: a client over the interface, a person, or the office's staff in the web pages."""

    API = "api"
    PERSON = "person"
    STAFF = "staff"


class FieldType(StrEnum):
    """The types of custom fields."""

    FREE_TEXT = "free_text"
    MULTIPLE_CHOICE = "multiple_choice"
    NUMERIC = "numeric"
    DATE = "date"


@dataclass(slots=True)
class Contact:
    """One person; `name` is the last name, `custom_fields` are by placeholder, `interests` by id."""

    id: int
    email: str
    created_at: datetime
    updated_at: datetime
    first_name: str = ""
    name: str = ""
    language: str = ""
    custom_fields: dict[str, FieldValue] = field(default_factory=dict)
    state: State = State.ACTIVE
    sources: list[int] = field(default_factory=list)
    interests: list[str] = field(default_factory=list)
    bounces: int = 0  # in a row, the kinds that bounce out after three


@dataclass(slots=True)
class CustomField:
    """A field of the account; its options are never shown over REST."""

    id: str
    name: str
    placeholder: str
    type: FieldType
    options: tuple[str, ...] = ()


@dataclass(slots=True)
class Source:
    """Where contacts come from."""

    id: int
    name: str


@dataclass(slots=True)
class Interest:
    """Something contacts can subscribe to; `name` is internal, `label` what they see."""

    id: str
    name: str
    visibility: str = "private"
    label: str = ""
    description: str = ""


@dataclass(slots=True)
class Campaign:
    """A campaign, workflow or test campaign; `sent_at` is None where it has not been sent."""

    id: int
    name: str
    subject: str
    type: str
    sent_at: datetime | None
    recipients: list[int] = field(default_factory=list)


class EventKind(IntEnum):
    """What happened to a contact; the numbers are those of SOAP's history actions."""

    PROFILE_UPDATE = 4
    SUBSCRIPTION = 5
    UNSUBSCRIPTION = 8
    BOUNCE = 15
    SENT = 17
    READ = 18
    CLICK = 20


@dataclass(slots=True)
class Event:
    """One thing that happened. `code` and `text`: of a bounce the status, of a click the link's id and address."""

    kind: EventKind
    at: datetime
    contact_id: int
    origin: Origin
    campaign_id: int | None = None
    code: str = ""
    text: str = ""


@dataclass(slots=True)
class Import:
    """A contact import: idle, queued, completed or failed."""

    id: str
    resubscribe: bool = False
    status: str = "idle"
    message: str = ""
    records: list[dict[str, object]] = field(default_factory=list)
    started_at: datetime | None = None
    polls: int = 0
    added: int = 0
    updated: int = 0
    ignored: int = 0


@dataclass(slots=True)
class Account:
    """The account itself: its credentials, owner and limits."""

    id: int = 12345
    token: str = "rest-token"  # noqa: S105 - opens nothing but this sandbox
    soap_token: str = "0a1b2c3d-4e5f6071-8293a4b5-c6d7e8f9-0123456789ab"  # noqa: S105 - likewise
    database_id: int = 7001
    languages: list[str] = field(default_factory=lambda: ["nl", "fr", "en"])
    contact_limit: int | None = None
    owner: dict[str, str] = field(
        default_factory=lambda: {
            "first_name": "Noor",
            "name": "Claes",
            "email": "eigenaar@kantoor-voorbeeld.be",
            "company": "Kantoor Voorbeeld",
        }
    )

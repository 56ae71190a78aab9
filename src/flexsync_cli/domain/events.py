"""What Flexmail tells over SOAP: events with its own stamps (UTC here), states, campaigns and clicks."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from flexsync_cli.domain.model import AddressKey, ContactId, Values


class ContactState(StrEnum):
    """A contact's state as `GetEmailAddresses` spells it."""

    ACTIVE = "active"
    DELETED = "deleted"
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED_OUT = "bounced-out"
    BLACKLISTED = "blacklisted"
    AWAITING = "awaiting-opt-in-confirmation"


class EventKind(StrEnum):
    """Which list an event comes from."""

    UNSUBSCRIPTION = "unsubscription"
    SUBSCRIPTION = "subscription"
    PROFILE_UPDATE = "profile_update"


@dataclass(frozen=True, slots=True)
class Event:
    """An unsubscription, subscription or profile update. `values` are the standard ones, `custom` by placeholder."""

    kind: EventKind
    at: datetime
    contact_id: ContactId | None
    address: AddressKey
    campaign_id: int | None = None
    values: Values = field(default_factory=dict)
    custom: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bounce:
    """One bounce; `code` is RFC 3463's ("5.1.1") or three digits."""

    at: datetime
    contact_id: ContactId | None
    address: AddressKey
    campaign_id: int | None
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class PresentState:
    """What Flexmail holds of an address now; `state` is None where it is one we do not know."""

    contact_id: ContactId | None
    address: AddressKey
    state: ContactState | None


@dataclass(frozen=True, slots=True)
class Campaign:
    """A sent campaign or a workflow; `sent_at` is None where it has not been sent."""

    id: int
    name: str
    subject: str
    kind: str
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Click:
    """One click on a link of a campaign."""

    at: datetime
    campaign_id: int
    contact_id: ContactId | None
    address: AddressKey
    link_id: str
    url: str

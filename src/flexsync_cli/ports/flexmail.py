"""Flexmail, over both of its interfaces."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flexsync_cli.domain.events import Bounce, Campaign, Click, ContactState, Event, PresentState
from flexsync_cli.domain.model import (
    AddressKey,
    Contact,
    ContactId,
    CustomField,
    Interest,
    Owner,
    Source,
    Value,
)


@dataclass(frozen=True, slots=True)
class ContactBody:
    """What a write carries; None and missing keys are not mentioned. `custom_fields` by placeholder, None blanks."""

    email: str | None = None
    first_name: str | None = None
    name: str | None = None
    language: str | None = None
    custom_fields: Mapping[str, Value] | None = None
    source: int | None = None


@dataclass(frozen=True, slots=True)
class ImportState:
    """How far a contact import is: `started`, and `over`, completed or `failed`; then how many records were new, known and
    passed over."""

    started: bool
    over: bool
    added: int = 0
    updated: int = 0
    ignored: int = 0
    failed: bool = False


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

    def open_import(self, import_id: str) -> None:
        """Begin a contact import under a UUID of ours; nothing happens until it is started. Raises NoImports."""

    def fill_import(self, import_id: str, bodies: Sequence[ContactBody]) -> None:
        """Add records to it: each is created where nobody has its address, else changed in what it mentions. Raises NoImports.

        After an answer that never came the import is spoilt: FlexmailUnavailable, and it must not be started.
        """

    def start_import(self, import_id: str) -> None:
        """Have it carried out. AlreadyExists where another import is under way; NoImports."""

    def import_state(self, import_id: str) -> ImportState | None:
        """How far it is; None where there is no such import."""

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

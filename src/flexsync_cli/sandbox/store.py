"""The data of one account. Whoever touches it holds `lock`; the doors and the control side do."""

from collections.abc import Iterator
from datetime import datetime
from random import Random
from threading import RLock
from uuid import UUID

from flexsync_cli.sandbox.clock import Clock
from flexsync_cli.sandbox.listing import Listing
from flexsync_cli.sandbox.model import (
    Account,
    Campaign,
    Contact,
    CustomField,
    Event,
    EventKind,
    Import,
    Interest,
    Origin,
    Source,
    State,
)
from flexsync_cli.sandbox.quirks import Quirks


class Store:
    """All contacts in all states, the account's lists, and everything that happened."""

    def __init__(self, clock: Clock, account: Account, quirks: Quirks, seed: int) -> None:
        self.lock = RLock()
        self.clock = clock
        self.account = account
        self.quirks = quirks
        self.random = Random(seed)  # noqa: S311 - an order that repeats, no secret
        self.contacts: dict[int, Contact] = {}
        self.listing = Listing(self.random, shuffle=quirks.shuffle)
        self.sources: dict[int, Source] = {}
        self.custom_fields: dict[str, CustomField] = {}  # by placeholder
        self.interests: dict[str, Interest] = {}
        self.campaigns: dict[int, Campaign] = {}
        self.links: dict[int, tuple[int, str]] = {}  # link id: campaign id, address
        self.imports: dict[str, Import] = {}
        self.events: list[Event] = []
        self.cursors: dict[tuple[str, int], datetime] = {}  # SOAP's, by operation and list
        self.revived: list[tuple[int, Origin]] = []  # who was made active again, and by whom
        self._by_address: dict[str, int] = {}
        self._last_id = 1000

    def next_id(self) -> int:
        """A new number, the same in every run of a test."""
        self._last_id += 1
        return self._last_id

    def next_uuid(self) -> str:
        """A new UUID, the same in every run of a test."""
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def at_address(self, address: str) -> Contact | None:
        """The one contact with exactly this address that is not deleted, whatever else its state."""
        contact_id = self._by_address.get(address)
        return None if contact_id is None else self.contacts[contact_id]

    def active(self) -> Iterator[Contact]:
        """All active contacts, unsorted."""
        return (self.contacts[contact_id] for contact_id in self.listing)

    def is_full(self) -> bool:
        """Whether the contact limit leaves no room; only active contacts count."""
        limit = self.account.contact_limit
        return limit is not None and len(self.listing) >= limit

    def add_contact(self, email: str, state: State = State.ACTIVE) -> Contact:
        """A new contact that holds nothing but its address."""
        now = self.clock.now()
        contact = Contact(id=self.next_id(), email=email, created_at=now, updated_at=now, state=state)
        self.contacts[contact.id] = contact
        if state is not State.DELETED:
            self._by_address[email] = contact.id
        if state is State.ACTIVE:
            self.listing.add(contact.id)
        return contact

    def set_state(self, contact: Contact, state: State, origin: Origin) -> None:
        """Bring a contact into another state."""
        if state is State.ACTIVE and contact.state is not State.ACTIVE:
            self.revived.append((contact.id, origin))
        contact.state = state
        self.touch(contact)
        if state is State.DELETED:
            self._by_address.pop(contact.email, None)
        else:
            self._by_address[contact.email] = contact.id
        (self.listing.add if state is State.ACTIVE else self.listing.remove)(contact.id)

    def readdress(self, contact: Contact, email: str) -> None:
        """Give a contact another address, which nobody has."""
        if self._by_address.get(contact.email) == contact.id:
            del self._by_address[contact.email]
            self._by_address[email] = contact.id
        contact.email = email
        self.touch(contact)

    def touch(self, contact: Contact) -> None:
        """Note that a contact changed now."""
        contact.updated_at = self.clock.now()

    def happened(
        self,
        kind: EventKind,
        contact: Contact,
        origin: Origin,
        *,
        campaign_id: int | None = None,
        at: datetime | None = None,
        code: str = "",
        text: str = "",
    ) -> None:
        """Record an event; `at` is its stamp, now if not given."""
        if origin is Origin.API and not self.quirks.echoes:
            return
        self.events.append(Event(kind, at or self.clock.now(), contact.id, origin, campaign_id, code, text))

    def link_id(self, campaign_id: int, url: str) -> int:
        """The number of a link in a campaign: more than 32 bits, as the vendor's are."""
        for known, link in self.links.items():
            if link == (campaign_id, url):
                return known
        new = 5_000_000_000 + len(self.links)
        self.links[new] = (campaign_id, url)
        return new

"""What persons do: with what they got, and with their own data."""

from collections.abc import Mapping
from datetime import datetime

from flexsync_cli.sandbox.bodies import Bodies
from flexsync_cli.sandbox.model import Contact, EventKind, Origin, State
from flexsync_cli.sandbox.store import Store

_BOUNCES_OUT = 3


class People:
    """Persons, by their address. `at` is the stamp of what they do, now if not given; `campaign` is an id."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def unsubscribe(self, address: str, campaign: int | None = None, at: datetime | None = None) -> Contact:
        """Somebody unsubscribes: by the link in a campaign, or elsewhere."""
        return self._leave(address, State.UNSUBSCRIBED, campaign, at)

    def complain(self, address: str, campaign: int | None = None, at: datetime | None = None) -> Contact:
        """Somebody calls it spam: blacklisted, and told as an unsubscription."""
        return self._leave(address, State.BLACKLISTED, campaign, at)

    def click(self, address: str, campaign: int, url: str, at: datetime | None = None) -> Contact:
        """Somebody, or a scanner, opens a link."""
        with self.store.lock:
            contact = self.contact(address)
            code = str(self.store.link_id(campaign, url))
            self._happened(EventKind.CLICK, contact, campaign, at, code=code, text=url)
            return contact

    def read(self, address: str, campaign: int, at: datetime | None = None) -> Contact:
        """Somebody opens the mail."""
        with self.store.lock:
            contact = self.contact(address)
            self._happened(EventKind.READ, contact, campaign, at)
            return contact

    def bounce(
        self,
        address: str,
        campaign: int | None = None,
        code: str = "5.1.1",
        message: str = "User unknown",
        at: datetime | None = None,
    ) -> Contact:
        """A mail comes back. 5.1.1 blacklists at once; the third of any other kind in a row bounces out."""
        with self.store.lock:
            contact = self.contact(address)
            contact.bounces += 1
            self._happened(EventKind.BOUNCE, contact, campaign, at, code=code, text=message)
            if code == "5.1.1":
                self.store.set_state(contact, State.BLACKLISTED, Origin.PERSON)
            elif contact.bounces >= _BOUNCES_OUT:
                self.store.set_state(contact, State.BOUNCED_OUT, Origin.PERSON)
            return contact

    def opt_in(self, address: str, values: Mapping[str, object] | None = None, at: datetime | None = None) -> Contact:
        """Somebody subscribes by a form and confirms, be it new or after whatever state it was in."""
        with self.store.lock:
            contact = self.store.at_address(address) or self.store.add_contact(address, State.AWAITING)
            Bodies(self.store).apply({"language": self.store.account.languages[0], **(values or {})}, contact)
            contact.bounces = 0
            self.store.set_state(contact, State.ACTIVE, Origin.PERSON)
            self._happened(EventKind.SUBSCRIPTION, contact, None, at)
            return contact

    def change_profile(
        self,
        address: str,
        values: Mapping[str, object],
        new_address: str | None = None,
        campaign: int | None = None,
        at: datetime | None = None,
    ) -> Contact:
        """Somebody corrects its own data, perhaps its address; members as in a REST body."""
        with self.store.lock:
            contact = self.contact(address)
            Bodies(self.store).apply(values, contact)
            self.move(contact, new_address or address)
            self._happened(EventKind.PROFILE_UPDATE, contact, campaign, at)
            return contact

    def contact(self, address: str) -> Contact:
        """The contact at this address, whatever its state; KeyError where there is none, or it is deleted."""
        with self.store.lock:
            contact = self.store.at_address(address)
            if contact is None:
                raise KeyError(address)
            return contact

    def move(self, contact: Contact, address: str) -> None:
        """Give a contact another address; ValueError where somebody has it."""
        with self.store.lock:
            if self.store.at_address(address) not in (None, contact):
                raise ValueError(address)
            self.store.readdress(contact, address)

    def _leave(self, address: str, state: State, campaign: int | None, at: datetime | None) -> Contact:
        with self.store.lock:
            contact = self.contact(address)
            self.store.set_state(contact, state, Origin.PERSON)
            self._happened(EventKind.UNSUBSCRIPTION, contact, campaign, at)
            return contact

    def _happened(
        self, kind: EventKind, contact: Contact, campaign: int | None, at: datetime | None, code: str = "", text: str = ""
    ) -> None:
        self.store.happened(kind, contact, Origin.PERSON, campaign_id=campaign, at=at, code=code, text=text)

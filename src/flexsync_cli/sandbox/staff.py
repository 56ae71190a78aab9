"""What the office's staff does in Flexmail's web pages."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from flexsync_cli.sandbox.bodies import Bodies
from flexsync_cli.sandbox.model import Campaign, Contact, CustomField, FieldType, Interest, Origin, Source, State
from flexsync_cli.sandbox.people import People


class Staff(People):
    """The staff too. Nothing that it does comes back as an event."""

    def add_contact(self, email: str, *, state: State | str = State.ACTIVE, source: str = "", **values: object) -> Contact:
        """A contact by hand; `values` are members as in a REST body, unchecked for their number."""
        with self.store.lock:
            if self.store.at_address(email) is not None:
                raise ValueError(email)
            contact = self.store.add_contact(email, State(state))
            Bodies(self.store).apply({"language": self.store.account.languages[0], **values}, contact)
            if source:
                contact.sources.append(self.add_source(source).id)
            return contact

    def edit_contact(self, address: str, values: Mapping[str, object], new_address: str | None = None) -> Contact:
        """Correct a contact's data, perhaps its address; members as in a REST body."""
        with self.store.lock:
            contact = self.contact(address)
            Bodies(self.store).apply(values, contact)
            self.move(contact, new_address or address)
            return contact

    def set_state(self, address: str, state: State | str) -> Contact:
        """Bring a contact into any state."""
        with self.store.lock:
            contact = self.contact(address)
            self.store.set_state(contact, State(state), Origin.STAFF)
            return contact

    def delete(self, address: str) -> Contact:
        """Delete a contact; its address becomes free."""
        return self.set_state(address, State.DELETED)

    def blacklist(self, address: str) -> Contact:
        """Put a contact on the blacklist; an address that nobody has as well."""
        with self.store.lock:
            if self.store.at_address(address) is None:
                return self.store.add_contact(address, State.BLACKLISTED)
            return self.set_state(address, State.BLACKLISTED)

    def reactivate(self, address: str) -> Contact:
        """Make a contact active again, off the blacklist if it was on it."""
        return self.set_state(address, State.ACTIVE)

    def merge(self, gone: str, into: str) -> Contact:
        """Make one of two contacts: that at `gone` is deleted, that at `into` stays and takes the address `gone`."""
        with self.store.lock:
            survivor = self.contact(into)
            self.delete(gone)
            self.store.readdress(survivor, gone)
            return survivor

    def add_source(self, name: str) -> Source:
        """A source; the known one where the name is known."""
        with self.store.lock:
            known = next((source for source in self.store.sources.values() if source.name == name), None)
            source = known or Source(id=self.store.next_id(), name=name)
            self.store.sources[source.id] = source
            return source

    def add_custom_field(
        self, name: str, kind: FieldType | str = FieldType.FREE_TEXT, options: Sequence[str] = (), placeholder: str = ""
    ) -> CustomField:
        """A custom field; its placeholder is made of its name if not given."""
        with self.store.lock:
            key = placeholder or re.sub(r"[^a-z0-9_]", "", name.lower())[:50]
            field = CustomField(self.store.next_uuid(), name, key, FieldType(kind), tuple(options))
            self.store.custom_fields[key] = field
            return field

    def rename_custom_field(self, placeholder: str, name: str, new_placeholder: str | None = None) -> CustomField:
        """Rename a field, and its placeholder if one is given: contacts keep their values."""
        with self.store.lock:
            field = self.store.custom_fields.pop(placeholder)
            field.name, field.placeholder = name, new_placeholder or placeholder
            self.store.custom_fields[field.placeholder] = field
            for contact in self.store.contacts.values():
                if placeholder in contact.custom_fields:
                    contact.custom_fields[field.placeholder] = contact.custom_fields.pop(placeholder)
            return field

    def delete_custom_field(self, placeholder: str) -> None:
        """Delete a field and its values."""
        with self.store.lock:
            del self.store.custom_fields[placeholder]
            for contact in self.store.contacts.values():
                contact.custom_fields.pop(placeholder, None)

    def set_options(self, placeholder: str, options: Sequence[str]) -> None:
        """Give a multiple-choice field these options."""
        with self.store.lock:
            self.store.custom_fields[placeholder].options = tuple(options)

    def add_interest(self, name: str, visibility: str = "private") -> Interest:
        """An interest."""
        with self.store.lock:
            interest = Interest(id=self.store.next_uuid(), name=name, visibility=visibility, label=name)
            self.store.interests[interest.id] = interest
            return interest

    def give_interest(self, address: str, interest_id: str) -> None:
        """Subscribe a contact to an interest."""
        with self.store.lock:
            contact = self.contact(address)
            if interest_id not in contact.interests:
                contact.interests.append(interest_id)

    def take_interest(self, address: str, interest_id: str) -> None:
        """Unsubscribe a contact from an interest."""
        with self.store.lock:
            self.contact(address).interests.remove(interest_id)

    def set_languages(self, languages: Sequence[str]) -> None:
        """The contact languages of the account."""
        with self.store.lock:
            self.store.account.languages = list(languages)

    def set_contact_limit(self, limit: int | None) -> None:
        """How many active contacts the plan allows; None = any number."""
        with self.store.lock:
            self.store.account.contact_limit = limit

    def send_campaign(self, name: str, subject: str = "", at: datetime | None = None, kind: str = "Campaign") -> Campaign:
        """Send to all who are active; `kind` may be Workflow or TestCampaign."""
        with self.store.lock:
            recipients = [contact.id for contact in self.store.active()]
            moment = at or self.store.clock.now()
            return self._add_campaign(Campaign(self.store.next_id(), name, subject or name, kind, moment, recipients))

    def draft_campaign(self, name: str, subject: str = "") -> Campaign:
        """A campaign that has not been sent."""
        with self.store.lock:
            return self._add_campaign(Campaign(self.store.next_id(), name, subject or name, "Campaign", None))

    def _add_campaign(self, campaign: Campaign) -> Campaign:
        self.store.campaigns[campaign.id] = campaign
        return campaign

"""The Flexmail port in memory: the same rules and refusals as the real one, without a network.

Below the port's methods are those by which a test or a demonstration acts as persons and as Flexmail's web pages do.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import uuid4

from flexsync_cli.adapters.memory_imports import MemoryImports
from flexsync_cli.domain.events import ContactState
from flexsync_cli.domain.model import (
    AddressKey,
    Contact,
    ContactId,
    CustomField,
    FieldType,
    Interest,
    Owner,
    Source,
    Value,
    Values,
)
from flexsync_cli.errors import AccountRefused, AlreadyExists, Blacklisted, Invalid, NotFound
from flexsync_cli.ports import ContactBody

REFUSED = 400
CONFLICT = 409
MISSING = 404
MAX_NAME = 50
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(slots=True)
class Held:
    """A contact with what REST doesn't show of it."""

    contact: Contact
    state: ContactState = ContactState.ACTIVE
    interests: dict[str, None] = field(default_factory=dict)  # ids, in the order they came


@dataclass(frozen=True, slots=True)
class Write:
    """One call that asked for a change, refused ones too; `contact_id` is None for creates."""

    method: str
    contact_id: ContactId | None = None


class MemoryFlexmail(MemoryImports):
    """One account. `writes` has every write that was asked for."""

    def __init__(
        self,
        *,
        languages: Sequence[str] = ("nl", "fr", "en"),
        sources: Sequence[Source] = (Source(1, "Admin"),),
        custom_fields: Sequence[CustomField] = (),
        interests: Sequence[Interest] = (),
        owner: Owner | None = None,
        contact_limit: int | None = None,
    ) -> None:
        super().__init__()
        self.contact_limit = contact_limit
        self.writes: list[Write] = []
        self._languages = tuple(languages)
        self._sources = tuple(sources)
        self._custom_fields = {known.placeholder: known for known in custom_fields}
        self._interests = {interest.id: interest for interest in interests}
        self._owner = owner
        self._last_id = 1000
        self._held: dict[ContactId, Held] = {}
        self._by_address: dict[AddressKey, ContactId] = {}

    def owner(self) -> Owner | None:
        """The account's owner."""
        return self._owner

    def languages(self) -> Sequence[str]:
        """The contact languages of the account."""
        return self._languages

    def sources(self) -> Sequence[Source]:
        """All sources."""
        return self._sources

    def custom_fields(self) -> Sequence[CustomField]:
        """All custom fields."""
        return tuple(self._custom_fields.values())

    def interests(self) -> Sequence[Interest]:
        """All interests."""
        return tuple(self._interests.values())

    def add_interest(self, name: str) -> Interest:
        """Make a private interest; one of that name that is there already will do."""
        self.writes.append(Write("add_interest"))
        if not 0 < len(name) <= MAX_NAME:
            raise Invalid(REFUSED, field="name")
        new = Interest(str(uuid4()), name)
        found = next((known for known in self._interests.values() if known.name == name), new)
        self._interests[found.id] = found
        return found

    def contacts(self, interest: str | None = None) -> Mapping[ContactId, Contact]:
        """All active contacts, of one interest if given."""
        active = ((key, held) for key, held in self._held.items() if held.state is ContactState.ACTIVE)
        return {key: held.contact for key, held in active if interest is None or interest in held.interests}

    def find(self, address: AddressKey) -> Contact | None:
        """The active contact with exactly this address."""
        held = self._held.get(self._by_address.get(address, 0))
        return held.contact if held is not None and held.state is ContactState.ACTIVE else None

    def contact(self, contact_id: ContactId) -> Contact | None:
        """The contact with this id, whatever its state but deleted."""
        held = self._held.get(contact_id)
        return None if held is None or held.state is ContactState.DELETED else held.contact

    def create(self, body: ContactBody) -> ContactId:
        """Create an active contact; never one that is there already, in whatever state."""
        self.writes.append(Write("create"))
        address = self._address(body.email)
        if body.language not in self._languages or body.source not in {source.id for source in self._sources}:
            raise AccountRefused(REFUSED)
        self._check(body)
        self._refuse_taken(address, None)
        if self.contact_limit is not None and len(self.contacts()) >= self.contact_limit:
            raise AccountRefused(REFUSED)
        new = Contact(
            0, address, body.first_name or "", body.name or "", body.language or "", _filled(body.custom_fields or {})
        )
        return self.hold(new)

    def patch(self, contact_id: ContactId, body: ContactBody) -> None:
        """Change what the body mentions; the address can't be changed like this."""
        self.writes.append(Write("patch", contact_id))
        held = self._writable(contact_id)
        self._check(body)
        old = held.contact
        held.contact = replace(
            old,
            first_name=old.first_name if body.first_name is None else body.first_name,
            name=old.name if body.name is None else body.name,
            language=old.language if body.language is None else body.language,
            custom_fields=_filled({**old.custom_fields, **(body.custom_fields or {})}),
        )

    def put(self, contact_id: ContactId, body: ContactBody) -> None:
        """Replace the contact, its address too; custom fields that are not mentioned are emptied."""
        self.writes.append(Write("put", contact_id))
        held = self._writable(contact_id)
        first_name, name, language = body.first_name, body.name, body.language
        if first_name is None or name is None or language is None:
            raise Invalid(REFUSED)
        address = self._address(body.email)
        self._check(body)
        self._refuse_taken(address, contact_id)
        del self._by_address[held.contact.email]
        self._by_address[address] = contact_id
        held.contact = Contact(contact_id, address, first_name, name, language, _filled(body.custom_fields or {}))

    def unsubscribe(self, contact_id: ContactId) -> None:
        """Unsubscribe from all future communication; asked again, nothing more happens."""
        self.writes.append(Write("unsubscribe", contact_id))
        held = self._writable(contact_id)
        if held.state is ContactState.ACTIVE:
            held.state = ContactState.UNSUBSCRIBED

    def interests_of(self, contact_id: ContactId) -> Sequence[str]:
        """The ids of the interests one contact has."""
        return tuple(self._writable(contact_id).interests)

    def add_interest_to(self, contact_id: ContactId, interest_id: str) -> None:
        """Subscribe to an interest; already subscribed is success."""
        self.writes.append(Write("add_interest_to", contact_id))
        held = self._writable(contact_id)
        if interest_id not in self._interests:
            raise Invalid(REFUSED)
        held.interests[interest_id] = None

    def take_interest_from(self, contact_id: ContactId, interest_id: str) -> None:
        """Unsubscribe from an interest; not subscribed is success."""
        self.writes.append(Write("take_interest_from", contact_id))
        held = self._held.get(contact_id)
        if held is not None:
            held.interests.pop(interest_id, None)

    # ---- as persons and web pages do

    def hold(self, contact: Contact, state: ContactState = ContactState.ACTIVE, interests: Collection[str] = ()) -> ContactId:
        """Have a contact, in any state; its id is a new one where the contact's is 0."""
        contact_id = contact.id or self._last_id + 1
        self._last_id = max(self._last_id, contact_id)
        self._held[contact_id] = Held(replace(contact, id=contact_id), state, dict.fromkeys(interests))
        if state is not ContactState.DELETED:
            self._by_address[contact.email] = contact_id
        return contact_id

    def set_state(self, contact_id: ContactId, state: ContactState) -> None:
        """Bring a contact into another state."""
        held = self._held[contact_id]
        held.state = state
        if state is ContactState.DELETED:
            self._by_address.pop(held.contact.email, None)
        else:
            self._by_address[held.contact.email] = contact_id

    def state_of(self, contact_id: ContactId) -> ContactState:
        """The state a contact is in."""
        return self._held[contact_id].state

    def _take(self, body: ContactBody) -> str:
        address = self._address(body.email)
        holder = self._by_address.get(address)
        if holder is None:
            self.create(body)
            return "added"
        if self._held[holder].state is not ContactState.ACTIVE:
            return "ignored"
        self.patch(holder, body)
        return "updated"

    # ---- what is refused

    def _writable(self, contact_id: ContactId) -> Held:
        held = self._held.get(contact_id)
        if held is None or held.state is ContactState.DELETED:
            raise NotFound(MISSING)
        return held

    def _address(self, email: str | None) -> AddressKey:
        if email is None or "@" not in email or email != email.strip().lower():
            raise Invalid(REFUSED, field="email")
        return email

    def _refuse_taken(self, address: AddressKey, owner: ContactId | None) -> None:
        holder = self._by_address.get(address)
        if holder is None or holder == owner:
            return
        if self._held[holder].state is ContactState.BLACKLISTED:
            raise Blacklisted(REFUSED)
        raise AlreadyExists(CONFLICT)

    def _check(self, body: ContactBody) -> None:
        for name, text in (("first_name", body.first_name), ("name", body.name)):
            if text is not None and len(text) > MAX_NAME:
                raise Invalid(REFUSED, field=name)
        if body.language is not None and body.language not in self._languages:
            raise Invalid(REFUSED, field="language")
        for placeholder, value in (body.custom_fields or {}).items():
            known = self._custom_fields.get(placeholder)
            if known is None or not _fits(known.type, value):
                raise Invalid(REFUSED, field=placeholder)


def _filled(fields: Values) -> dict[str, Value]:
    return {placeholder: value for placeholder, value in fields.items() if value is not None}


def _fits(kind: FieldType | None, value: Value) -> bool:
    """Whether a field of that type takes the value; None blanks any."""
    match kind:
        case _ if value is None:
            return True
        case FieldType.FREE_TEXT:
            return isinstance(value, str)
        case FieldType.NUMERIC:
            return isinstance(value, int | float)
        case FieldType.DATE:
            return isinstance(value, str) and ISO_DATE.fullmatch(value) is not None
        case FieldType.MULTIPLE_CHOICE:
            return isinstance(value, tuple)
        case None:
            return True

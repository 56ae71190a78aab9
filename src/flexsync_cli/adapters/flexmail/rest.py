"""The Flexmail port over REST."""

from collections.abc import Mapping, Sequence

from flexsync_cli.adapters.flexmail import wire
from flexsync_cli.adapters.flexmail.http import RetryRule
from flexsync_cli.adapters.flexmail.problems import Operation
from flexsync_cli.adapters.flexmail.rest_calls import PAGE
from flexsync_cli.adapters.flexmail.rest_imports import RestImports
from flexsync_cli.domain.model import AddressKey, Contact, ContactId, CustomField, Interest, Owner, Source
from flexsync_cli.errors import AlreadyExists, FlexmailUnavailable, NotFound
from flexsync_cli.ports import ContactBody

READINGS = 3  # of a listing that changes while it is read


class RestFlexmail(RestImports):
    """Flexmail over REST, with Basic auth: the account's number and a personal access token."""

    def owner(self) -> Owner | None:
        """The account's owner (`GET /`); None where it doesn't say."""
        return wire.owner(self._get(Operation.LIST, "/"))

    def languages(self) -> Sequence[str]:
        """The contact languages of the account; none where it doesn't tell them."""
        try:
            return wire.languages(self._get(Operation.READ, "/account-contact-languages"))
        except NotFound:
            return ()

    def sources(self) -> Sequence[Source]:
        """All sources."""
        return [wire.source(item) for page in self._pages(Operation.LIST, "/sources", None, wire.page) for item in page.items]

    def custom_fields(self) -> Sequence[CustomField]:
        """All custom fields."""
        return [wire.custom_field(item) for item in wire.page(self._get(Operation.LIST, "/custom-fields")).items]

    def interests(self) -> Sequence[Interest]:
        """All interests."""
        return [
            wire.interest(item) for page in self._pages(Operation.LIST, "/interests", None, wire.page) for item in page.items
        ]

    def add_interest(self, name: str) -> Interest:
        """Make a private interest; one of that name that is there already will do."""
        try:
            return self._repeated(lambda: self._post_interest(name), lambda: self._interest_named(name))
        except AlreadyExists:
            found = self._interest_named(name)
            if found is None:
                raise
            return found

    def contacts(self, interest: str | None = None) -> Mapping[ContactId, Contact]:
        """All active contacts, of one interest if given; FlexmailUnavailable where no reading of the list adds up."""
        for _ in range(READINGS):
            listing = self._listing(interest)
            if listing is not None:
                return listing
        raise FlexmailUnavailable(
            f"Flexmail's list of contacts changed each of the {READINGS} times it was read; the next run reads it again"
        )

    def find(self, address: AddressKey) -> Contact | None:
        """The active contact with exactly this address, upper and lower case being the same."""
        try:
            content = self._get(Operation.READ, "/contacts", {"email": address, "limit": PAGE, "offset": 0})
        except NotFound:
            return None
        found = [contact for contact in map(wire.contact, wire.page(content).items) if _same(contact.email, address)]
        return next((contact for contact in found if contact.email == address), next(iter(found), None))

    def contact(self, contact_id: ContactId) -> Contact | None:
        """The contact with this id, whatever its state; None where there is none."""
        try:
            return wire.one_contact(self._get(Operation.READ, "/contacts/{id}", ids={"id": contact_id}))
        except NotFound:
            return None

    def create(self, body: ContactBody) -> ContactId:
        """Create a contact. After an answer that never came the address is looked up before it is tried again."""
        return self._repeated(lambda: self._post_contact(body), lambda: self._lost_contact(body))

    def patch(self, contact_id: ContactId, body: ContactBody) -> None:
        """Change what the body mentions; a body that mentions nothing costs no call."""
        sent = wire.patch_body(body)
        if sent:
            self._call(Operation.CHANGE, "PATCH", "/contacts/{id}", body=sent, ids={"id": contact_id})

    def put(self, contact_id: ContactId, body: ContactBody) -> None:
        """Replace the contact: the body must mention everything."""
        self._call(Operation.CHANGE, "PUT", "/contacts/{id}", body=wire.put_body(body), ids={"id": contact_id})

    def unsubscribe(self, contact_id: ContactId) -> None:
        """Unsubscribe from all future communication."""
        # The answer may be lost, and the contact not shown any more: repeated blindly, that would look like "no such contact".
        self._repeated(lambda: self._post_unsubscribe(contact_id), lambda: self._gone(contact_id))

    def interests_of(self, contact_id: ContactId) -> Sequence[str]:
        """The ids of the interests one contact has."""
        content = self._get(Operation.READ, "/contacts/{id}/interest-subscriptions", ids={"id": contact_id})
        return [wire.subscription(item) for item in wire.page(content).items]

    def add_interest_to(self, contact_id: ContactId, interest_id: str) -> None:
        """Subscribe to an interest; already subscribed is success."""
        path, body = "/contacts/{id}/interest-subscriptions", {"interest_id": interest_id}
        try:
            self._call(Operation.CHANGE, "POST", path, body=body, ids={"id": contact_id})
        except AlreadyExists:
            return

    def take_interest_from(self, contact_id: ContactId, interest_id: str) -> None:
        """Unsubscribe from an interest; not subscribed is success."""
        path = "/contacts/{id}/interest-subscriptions/{interest}"
        try:
            self._call(Operation.CHANGE, "DELETE", path, ids={"id": contact_id, "interest": interest_id})
        except (AlreadyExists, NotFound):
            return

    def _post_contact(self, body: ContactBody) -> ContactId:
        response = self._call(Operation.CREATE, "POST", "/contacts", body=wire.create_body(body), retry=RetryRule.ONCE)
        told = wire.contact_id(wire.created_id(response.content, response.headers.get("Location", "")))
        if told is not None:
            return told
        found = self.find(body.email or "")
        if found is None:
            raise FlexmailUnavailable("Flexmail created a contact, but neither says its id nor finds it by its address")
        return found.id

    def _lost_contact(self, body: ContactBody) -> ContactId | None:
        """The contact whose create got no answer; one at its address that holds something else was there before."""
        found = self.find(body.email or "")
        if found is None:
            return None
        if not wire.shows(found, body):
            raise AlreadyExists(409)
        return found.id

    def _post_interest(self, name: str) -> Interest:
        body = {"name": name, "visibility": "private"}
        response = self._call(Operation.CREATE, "POST", "/interests", body=body, retry=RetryRule.ONCE)
        told = wire.created_id(response.content, response.headers.get("Location", ""))
        found = Interest(told, name) if told else self._interest_named(name)
        if found is None:
            raise FlexmailUnavailable("Flexmail made an interest, but neither says its id nor lists it")
        return found

    def _interest_named(self, name: str) -> Interest | None:
        return next((interest for interest in self.interests() if interest.name == name), None)

    def _post_unsubscribe(self, contact_id: ContactId) -> bool:
        self._call(Operation.CHANGE, "POST", "/contacts/{id}/unsubscribe", retry=RetryRule.ONCE, ids={"id": contact_id})
        return True

    def _gone(self, contact_id: ContactId) -> bool | None:
        return True if self.contact(contact_id) is None else None

    def _listing(self, interest: str | None) -> dict[ContactId, Contact] | None:
        """One reading of the contacts; None where it doesn't add up."""
        # Without an interest a refusal is the account's; with one it may be the interest that is gone.
        operation, filters = (Operation.READ, {"interest": interest}) if interest is not None else (Operation.LIST, {})
        contacts: dict[ContactId, Contact] = {}
        rows = 0
        totals: list[int | None] = []
        for page in self._pages(operation, "/contacts", filters, wire.contacts):
            for contact in page.items:
                contacts[contact.id] = contact
            rows += len(page.items)
            totals.append(page.total)
        expected = {rows if total is None else total for total in (totals[0], totals[-1])}
        return contacts if expected == {len(contacts)} else None


def _same(shown: str, address: AddressKey) -> bool:
    return shown.strip().casefold() == address.strip().casefold()

"""Contacts over REST."""

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from flexsync_cli.sandbox.bodies import Bodies
from flexsync_cli.sandbox.hal import Body, collection, document, linked, members, nothing, page, route, window
from flexsync_cli.sandbox.model import Contact, EventKind, Origin, State
from flexsync_cli.sandbox.problems import conflict, not_found
from flexsync_cli.sandbox.store import Store


class ContactRoutes:
    """`/contacts` and what hangs on a contact, without imports."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._bodies = Bodies(store)

    def routes(self) -> list[Route]:
        """The routes, to be matched in this order."""
        table = (
            ("GET", "/contacts", self.index),
            ("POST", "/contacts", self.create),
            ("GET", "/contacts/{id:int}", self.show),
            ("PUT", "/contacts/{id:int}", self.replace),
            ("PATCH", "/contacts/{id:int}", self.change),
            ("POST", "/contacts/{id:int}/unsubscribe", self.unsubscribe),
            ("GET", "/contacts/{id:int}/sources", self.sources),
            ("GET", "/contacts/{id:int}/interest-subscriptions", self.subscriptions),
            ("POST", "/contacts/{id:int}/interest-subscriptions", self.subscribe),
            ("DELETE", "/contacts/{id:int}/interest-subscriptions/{interest_id}", self.drop),
        )
        return [route(self._store, *entry) for entry in table]

    def index(self, request: Request, _body: object) -> Response:
        """Active contacts only, unsorted."""
        address, interest = request.query_params.get("email"), request.query_params.get("interest")
        if address is None and interest is None:
            offset, limit = window(request)
            rows = self._shown(self._store.contacts[held] for held in self._store.listing.page(offset, limit))
            return collection(rows, total=len(self._store.listing), limit=limit, offset=offset)
        found = self._store.at_address(address) if address is not None else None
        among = self._store.active() if address is None else ([found] if found else [])
        return page(request, self._shown(held for held in among if interest is None or interest in held.interests))

    def create(self, _request: Request, raw: object) -> Response:
        """A new active contact; never an old one again."""
        body = members(raw)
        self._bodies.require(body, "email", "language", "source")
        address, source = self._bodies.email(body["email"]), self._bodies.source(body["source"])
        self._bodies.check(body)
        self._refuse_taken(address, None)
        if self._store.is_full():
            raise self._bodies.refuse("The contact limit of this account has been reached: subscription plan limit.")
        contact = self._store.add_contact(address)
        self._bodies.apply(body, contact)
        contact.sources.append(source)
        self._store.happened(EventKind.SUBSCRIPTION, contact, Origin.API)
        return self._created(contact)

    def show(self, request: Request, _body: object) -> Response:
        """One contact, whatever its state but deleted."""
        return document(self._row(self._contact(request)))

    def replace(self, request: Request, raw: object) -> Response:
        """The whole contact, its address too; what is not mentioned of the custom fields is emptied."""
        body = members(raw)
        contact = self._writable(request)
        self._bodies.require(body, "email", "first_name", "name", "language")
        self._bodies.forbid(body, "source")
        address = self._bodies.email(body["email"])
        self._bodies.check(body)
        self._refuse_taken(address, contact)
        if self._store.quirks.put_wipes:
            contact.custom_fields.clear()
        self._store.readdress(contact, address)
        return self._changed(contact, body)

    def change(self, request: Request, raw: object) -> Response:
        """Just what the body mentions; the address can't be changed like this."""
        body = members(raw)
        contact = self._writable(request)
        self._bodies.forbid(body, "email", "source")
        return self._changed(contact, body)

    def unsubscribe(self, request: Request, _body: object) -> Response:
        """Out of all future mail; asked again, nothing more happens."""
        contact = self._contact(request)
        if contact.state is State.ACTIVE:
            self._store.set_state(contact, State.UNSUBSCRIBED, Origin.API)
            self._store.happened(EventKind.UNSUBSCRIPTION, contact, Origin.API)
        return nothing()

    def sources(self, request: Request, _body: object) -> Response:
        """Where the contact came from."""
        held = [self._store.sources[source] for source in self._contact(request).sources]
        return page(request, [linked({"id": one.id, "name": one.name}, f"/sources/{one.id}") for one in held])

    def subscriptions(self, request: Request, _body: object) -> Response:
        """The contact's interests."""
        contact = self._contact(request)
        rows = [self._subscription(contact, interest_id) for interest_id in contact.interests]
        return collection(rows, total=len(rows))

    def subscribe(self, request: Request, raw: object) -> Response:
        """One interest more."""
        body = members(raw)
        contact = self._writable(request)
        self._bodies.require(body, "interest_id")
        interest_id = body["interest_id"]
        if not isinstance(interest_id, str) or interest_id not in self._store.interests:
            raise self._bodies.refuse("The interest does not exist.")
        if interest_id in contact.interests:
            raise conflict(f"Contact is already subscribed to interest {interest_id}.")
        contact.interests.append(interest_id)
        self._echo(contact)
        location = f"/contacts/{contact.id}/interest-subscriptions/{interest_id}"
        return document(self._subscription(contact, interest_id), 201, {"Location": location})

    def drop(self, request: Request, _body: object) -> Response:
        """One interest less."""
        contact = self._writable(request)
        interest_id = request.path_params["interest_id"]
        if interest_id not in contact.interests:
            raise not_found("The interest subscription")
        contact.interests.remove(interest_id)
        self._echo(contact)
        return nothing()

    def _contact(self, request: Request) -> Contact:
        contact = self._store.contacts.get(request.path_params["id"])
        if contact is None or contact.state is State.DELETED:
            raise not_found("The contact")
        if contact.state is not State.ACTIVE and self._store.quirks.inactive == "missing":
            raise not_found("The contact")
        return contact

    def _writable(self, request: Request) -> Contact:
        contact = self._contact(request)
        if contact.state is not State.ACTIVE and self._store.quirks.inactive == "read-only":
            raise self._bodies.refuse("The contact is not active.")
        return contact

    def _refuse_taken(self, address: str, owner: Contact | None) -> None:
        holder = self._store.at_address(address)
        if holder is None or holder is owner:
            return
        strict = self._store.quirks.unsubscribed_is_blacklisted and holder.state is State.UNSUBSCRIBED
        if strict or holder.state is State.BLACKLISTED:
            raise self._bodies.refuse("The email address is on the blacklist and can not be added.")
        raise conflict("A contact with this email address already exists.")

    def _changed(self, contact: Contact, body: Body) -> Response:
        self._bodies.apply(body, contact)
        self._echo(contact)
        return nothing()

    def _echo(self, contact: Contact) -> None:
        self._store.touch(contact)
        self._store.happened(EventKind.PROFILE_UPDATE, contact, Origin.API)

    def _created(self, contact: Contact) -> Response:
        tells = self._store.quirks.create_tells
        headers = {"Location": f"/contacts/{contact.id}"} if tells in ("both", "location") else {}
        return document({"id": contact.id} if tells in ("both", "body") else {}, 201, headers)

    def _shown(self, contacts: Iterable[Contact]) -> list[Body]:
        return [self._row(contact) for contact in contacts if contact.state is State.ACTIVE]

    def _subscription(self, contact: Contact, interest_id: str) -> Body:
        interest = self._store.interests[interest_id]
        row = linked({"interest_id": interest_id}, f"/contacts/{contact.id}/interest-subscriptions/{interest_id}")
        return {**row, "_embedded": {"interest": {"id": interest_id, "name": interest.name}}}

    def _row(self, contact: Contact) -> Body:
        """A contact as REST shows it: nothing of its state."""
        fields = dict(contact.custom_fields)
        row: Body = {
            "id": contact.id,
            "email": contact.email,
            "first_name": contact.first_name,
            "name": contact.name,
            "language": contact.language,
            "custom_fields": [] if not fields and self._store.quirks.empty_fields_as_list else fields,
        }
        return linked(row, f"/contacts/{contact.id}", sources=f"/contacts/{contact.id}/sources")

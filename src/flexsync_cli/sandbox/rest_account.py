"""The account's own lists over REST: who it is, its sources, fields and interests."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from flexsync_cli.sandbox.bodies import Bodies
from flexsync_cli.sandbox.hal import Body, collection, document, linked, members, nothing, page, route
from flexsync_cli.sandbox.model import CustomField, Interest, Origin, Source, State
from flexsync_cli.sandbox.problems import conflict, not_found
from flexsync_cli.sandbox.store import Store

_INTEREST_LENGTHS = {"name": 50, "label": 50, "description": 100}


class AccountRoutes:
    """Everything but contacts and imports."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._bodies = Bodies(store)

    def routes(self) -> list[Route]:
        """The routes, to be matched in this order."""
        table = (
            ("GET", "/", self.root),
            ("GET", "/account-contact-languages", self.languages),
            ("GET", "/sources", self.sources),
            ("GET", "/sources/{id:int}", self.source),
            ("GET", "/custom-fields", self.custom_fields),
            ("GET", "/interests", self.interests),
            ("POST", "/interests", self.create_interest),
            ("GET", "/interests/{id}", self.interest),
            ("PATCH", "/interests/{id}", self.change_interest),
            ("DELETE", "/interests/{id}", self.delete_interest),
            ("GET", "/segments", self.segments),
            ("GET", "/opt-in-forms", self.opt_in_forms),
            ("POST", "/opt-ins", self.opt_in),
        )
        return [route(self._store, *entry) for entry in table]

    def root(self, _request: Request, _body: object) -> Response:
        """Whose account it is."""
        return document(linked({"user": dict(self._store.account.owner)}, "/"))

    def languages(self, _request: Request, _body: object) -> Response:
        """The contact languages, as bare codes."""
        return document(linked({"languages": list(self._store.account.languages)}, "/account-contact-languages"))

    def sources(self, request: Request, _body: object) -> Response:
        """All sources, in pages."""
        return page(request, [_source(source) for source in self._store.sources.values()])

    def source(self, request: Request, _body: object) -> Response:
        """One source."""
        source = self._store.sources.get(request.path_params["id"])
        if source is None:
            raise not_found("The source")
        return document(_source(source))

    def custom_fields(self, request: Request, _body: object) -> Response:
        """All fields at once; nothing of the options."""
        kind = request.query_params.get("type")
        fields = [field for field in self._store.custom_fields.values() if kind in (None, field.type)]
        return collection([_field(field) for field in fields])

    def interests(self, request: Request, _body: object) -> Response:
        """The interests, in pages."""
        asked = request.query_params
        rows = [
            interest
            for interest in self._store.interests.values()
            if asked.get("name", "").lower() in interest.name.lower() and asked.get("visibility") in (None, interest.visibility)
        ]
        if asked.get("order_by") == "name":
            rows.sort(key=lambda interest: interest.name, reverse=asked.get("order_direction") == "desc")
        return page(request, [_interest(interest) for interest in rows])

    def interest(self, request: Request, _body: object) -> Response:
        """One interest."""
        return document(_interest(self._interest(request)))

    def create_interest(self, _request: Request, raw: object) -> Response:
        """A new interest, with a new UUID."""
        body = members(raw)
        self._bodies.require(body, "name", "visibility")
        interest = Interest(id=self._store.next_uuid(), name="")
        self._write(interest, body)
        self._store.interests[interest.id] = interest
        return document(_interest(interest), 201, {"Location": f"/interests/{interest.id}"})

    def change_interest(self, request: Request, raw: object) -> Response:
        """Just what the body mentions."""
        self._write(self._interest(request), members(raw))
        return nothing()

    def delete_interest(self, request: Request, _body: object) -> Response:
        """The interest and every subscription to it."""
        interest = self._interest(request)
        del self._store.interests[interest.id]
        for contact in self._store.contacts.values():
            if interest.id in contact.interests:
                contact.interests.remove(interest.id)
        return nothing()

    def segments(self, _request: Request, _body: object) -> Response:
        """One segment: everybody."""
        row: Body = {"id": "all", "name": "Everybody", "number_of_contacts": len(self._store.listing)}
        return collection([linked(row, "/segments/all")])

    def opt_in_forms(self, _request: Request, _body: object) -> Response:
        """One form."""
        row: Body = {"id": 1, "name": "Newsletter", "language": "nl", "created_at": "2020-01-01T00:00:00+00:00"}
        return collection([linked(row, "/opt-in-forms/1")])

    def opt_in(self, _request: Request, raw: object) -> Response:
        """A wish to be mailed: the contact waits until the person confirms."""
        body = members(raw)
        self._bodies.require(body, "email", "opt_in_form_id")
        address = self._bodies.email(body["email"])
        if body["opt_in_form_id"] != 1:
            raise self._bodies.refuse("The opt-in form does not exist.")
        if body.get("custom_fields") in ({}, []):
            raise self._bodies.refuse('The property "custom_fields" must not be empty.')
        self._bodies.check(body)
        contact = self._store.at_address(address)
        if contact is not None and contact.state is State.ACTIVE:
            raise conflict("A contact with this email address is already subscribed.")
        contact = contact or self._store.add_contact(address, State.AWAITING)
        self._bodies.apply(body, contact)
        self._store.set_state(contact, State.AWAITING, Origin.API)
        return nothing()

    def _interest(self, request: Request) -> Interest:
        interest = self._store.interests.get(request.path_params["id"])
        if interest is None:
            raise not_found("The interest")
        return interest

    def _write(self, interest: Interest, body: Body) -> None:
        for member, longest in _INTEREST_LENGTHS.items():
            text = body.get(member, "")
            if not isinstance(text, str) or len(text) > longest:
                raise self._bodies.refuse(f'The property "{member}" must be a string of at most {longest} characters.')
        if body.get("visibility", "private") not in ("public", "private"):
            raise self._bodies.refuse('The property "visibility" must be public or private.')
        if any(known.name == body.get("name") for known in self._store.interests.values() if known is not interest):
            raise conflict("An interest with this name already exists.")
        for member in (*_INTEREST_LENGTHS, "visibility"):
            if member in body:
                setattr(interest, member, body[member])
        interest.label = interest.label or interest.name


def _source(source: Source) -> Body:
    return linked({"id": source.id, "name": source.name}, f"/sources/{source.id}")


def _field(field: CustomField) -> Body:
    return {"id": field.id, "type": str(field.type), "placeholder": field.placeholder, "name": field.name}


def _interest(interest: Interest) -> Body:
    row: Body = {
        "id": interest.id,
        "name": interest.name,
        "visibility": interest.visibility,
        "label": interest.label,
        "description": interest.description,
    }
    return linked(row, f"/interests/{interest.id}")

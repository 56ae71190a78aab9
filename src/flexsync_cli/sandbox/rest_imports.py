"""Contact imports over REST."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from flexsync_cli.sandbox.bodies import Bodies
from flexsync_cli.sandbox.hal import document, linked, members, nothing, route
from flexsync_cli.sandbox.imports import Imports
from flexsync_cli.sandbox.model import Import
from flexsync_cli.sandbox.problems import Problem, conflict, not_found
from flexsync_cli.sandbox.store import Store


class ImportRoutes:
    """`/contacts/imports`: created, filled with records, started, polled."""

    def __init__(self, store: Store, imports: Imports) -> None:
        self._store = store
        self._imports = imports
        self._bodies = Bodies(store)

    def routes(self) -> list[Route]:
        """The routes, to be matched in this order."""
        table = (
            ("POST", "/contacts/imports", self.create),
            ("GET", "/contacts/imports/{id}", self.show),
            ("PATCH", "/contacts/imports/{id}", self.change),
            ("POST", "/contacts/imports/{id}/records", self.add_records),
            ("POST", "/contacts/imports/{id}/start", self.start),
        )
        return [route(self._store, *entry) for entry in table]

    def create(self, _request: Request, raw: object) -> Response:
        """An idle import, under the id the client gives it."""
        self._refuse_if_none()
        body = members(raw)
        import_id = body.get("id", self._store.next_uuid())
        if not isinstance(import_id, str) or not import_id:
            raise self._bodies.refuse('The property "id" must be a UUID.')
        if import_id in self._store.imports:
            raise conflict("An import with this id already exists.")
        if self._store.quirks.imports_exclusive and self._imports.queued():
            raise conflict("Another import is queued already.")
        resubscribe = body.get("resubscribe_blacklisted_contacts") is True
        self._store.imports[import_id] = Import(id=import_id, resubscribe=resubscribe)
        return document({"id": import_id}, 201, {"Location": f"/contacts/imports/{import_id}"})

    def add_records(self, request: Request, raw: object) -> Response:
        """Records to an import that has not been started, as a bare array."""
        held = self._idle(request)
        if not isinstance(raw, list) or not all(isinstance(record, dict) for record in raw):
            raise self._bodies.refuse("The request body must be an array of records.")
        if len(raw) > self._store.quirks.import_batch:
            raise Problem(413, "Payload Too Large", f"At most {self._store.quirks.import_batch} records a call.")
        held.records.extend(raw)
        return nothing()

    def start(self, request: Request, _body: object) -> Response:
        """Queue it, unless another one is queued."""
        held = self._idle(request)
        if len(self._imports.queued()) >= self._store.quirks.imports_at_once:
            raise conflict("Another import is queued already.")
        held.status = "queued"
        held.started_at = self._store.clock.now()
        return document({"status": held.status})

    def change(self, request: Request, raw: object) -> Response:
        """The older way to start."""
        if members(raw).get("status") != "queued":
            raise self._bodies.refuse('The property "status" can only become queued.')
        return self.start(request, None)

    def show(self, request: Request, _body: object) -> Response:
        """How far it is; a queued one may be carried out by being asked."""
        held = self._import(request)
        self._imports.poll(held)
        content: dict[str, object] = {"id": held.id, "status": held.status, "message": held.message}
        if self._store.quirks.import_report:
            content["report"] = {"total_added": held.added, "total_updated": held.updated, "total_ignored": held.ignored}
        return document(linked(content, f"/contacts/imports/{held.id}"))

    def _import(self, request: Request) -> Import:
        self._refuse_if_none()
        held = self._store.imports.get(request.path_params["id"])
        if held is None:
            raise not_found("The import")
        return held

    def _idle(self, request: Request) -> Import:
        held = self._import(request)
        if held.status != "idle":
            raise conflict(f"The import is {held.status}.")
        return held

    def _refuse_if_none(self) -> None:
        status = self._store.quirks.imports_status
        if status is not None:
            raise Problem(status, "Imports", "Imports are not available for this account.")

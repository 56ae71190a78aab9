"""Contact imports over REST: begun under an id of ours, filled, started, asked how far they are."""

from collections.abc import Sequence

from flexsync_cli.adapters.flexmail import wire
from flexsync_cli.adapters.flexmail.http import RetryRule
from flexsync_cli.adapters.flexmail.problems import Operation
from flexsync_cli.adapters.flexmail.rest_calls import RestCalls
from flexsync_cli.errors import AlreadyExists, Invalid, NotFound
from flexsync_cli.ports import ContactBody, ImportState

RECORDS = 5_000  # a call


class RestImports(RestCalls):
    """The imports of the Flexmail port."""

    def open_import(self, import_id: str) -> None:
        """Begin one under a UUID of ours; nothing happens until it is started."""
        # Nobody who is out may be brought back by an import, whatever the account's default is.
        body = {"id": import_id, "resubscribe_blacklisted_contacts": False}
        try:
            self._call(Operation.IMPORT, "POST", "/contacts/imports", body=body)
        except AlreadyExists:
            if self.import_state(import_id) is None:
                raise  # another is under way; else it is ours, and its answer was lost

    def fill_import(self, import_id: str, bodies: Sequence[ContactBody]) -> None:
        """Add records, 5,000 a call. Sent twice they would be carried out twice, so a lost answer spoils the import."""
        for start in range(0, len(bodies), RECORDS):
            records = [wire.record_body(body) for body in bodies[start : start + RECORDS]]
            path, ids = "/contacts/imports/{id}/records", {"id": import_id}
            self._call(Operation.IMPORT, "POST", path, body=records, retry=RetryRule.ONCE, ids=ids)

    def start_import(self, import_id: str) -> None:
        """Have it carried out; after a lost answer it is looked at before it is asked again."""
        try:
            self._repeated(lambda: self._post_start(import_id), lambda: self._is_started(import_id))
        except AlreadyExists:
            if not self._is_started(import_id):
                raise  # another is under way; else it is ours, and showed only late that it was started

    def import_state(self, import_id: str) -> ImportState | None:
        """How far it is; None where there is no such import."""
        try:
            return wire.import_state(self._get(Operation.READ, "/contacts/imports/{id}", ids={"id": import_id}))
        except (NotFound, Invalid):
            return None

    def _post_start(self, import_id: str) -> bool:
        path, ids = "/contacts/imports/{id}/start", {"id": import_id}
        self._call(Operation.IMPORT, "POST", path, retry=RetryRule.ONCE, ids=ids)
        return True

    def _is_started(self, import_id: str) -> bool | None:
        found = self.import_state(import_id)
        return True if found is not None and found.started else None

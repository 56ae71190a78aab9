"""Contact imports: what becomes of the records when one is carried out."""

from collections.abc import Mapping
from datetime import timedelta

from flexsync_cli.sandbox.bodies import Bodies
from flexsync_cli.sandbox.model import Contact, EventKind, Import, Origin, State
from flexsync_cli.sandbox.problems import Problem
from flexsync_cli.sandbox.store import Store

_REVIVED = (State.UNSUBSCRIBED, State.BLACKLISTED, State.BOUNCED_OUT)


class Imports:
    """Carries out started imports: at their last poll, or when their time has come."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._bodies = Bodies(store)

    def queued(self) -> list[Import]:
        """Those that were started and are not done."""
        return [held for held in self._store.imports.values() if held.status == "queued"]

    def poll(self, asked: Import) -> None:
        """Somebody asks how far it is."""
        if asked.status == "queued":
            asked.polls += 1
            if asked.polls >= self._store.quirks.import_polls:
                self.complete(asked)

    def settle(self) -> None:
        """Carry out those whose time has come, polled or not."""
        patience = timedelta(seconds=self._store.quirks.import_seconds)
        for held in self.queued():
            if held.started_at is not None and self._store.clock.now() >= held.started_at + patience:
                self.complete(held)

    def complete(self, held: Import) -> None:
        """Add, update or ignore each record, in their order."""
        quirks = self._store.quirks
        for record in held.records[: quirks.import_fails_after]:
            self._take(held, record)
        failed = quirks.import_fails_after is not None and quirks.import_fails_after < len(held.records)
        held.status = "failed" if failed else quirks.import_done

    def _take(self, held: Import, record: Mapping[str, object]) -> None:
        try:
            address = self._bodies.email(record.get("email"))
            self._bodies.check(record)
            sources = self._sources(record)
        except Problem:
            held.ignored += 1
            return
        contact = self._store.at_address(address)
        if contact is None:
            self._add(held, record, address, sources)
        elif contact.state is State.ACTIVE or (held.resubscribe and contact.state in _REVIVED):
            self._update(held, record, contact, sources)
        else:
            held.ignored += 1

    def _sources(self, record: Mapping[str, object]) -> list[int]:
        sources = record.get("sources", [])
        if not isinstance(sources, list):
            raise self._bodies.refuse('The property "sources" must be an array.')
        return [self._bodies.source(source) for source in sources]

    def _add(self, held: Import, record: Mapping[str, object], address: str, sources: list[int]) -> None:
        if self._store.is_full() or "language" not in record:
            held.ignored += 1
            return
        contact = self._store.add_contact(address)
        self._bodies.apply(record, contact)
        contact.sources.extend(sources)
        self._store.happened(EventKind.SUBSCRIPTION, contact, Origin.API)
        held.added += 1

    def _update(self, held: Import, record: Mapping[str, object], contact: Contact, sources: list[int]) -> None:
        if not self._store.quirks.import_keeps:
            contact.custom_fields.clear()
            contact.first_name = contact.name = ""
        self._bodies.apply(record, contact)
        contact.sources.extend(source for source in sources if source not in contact.sources)
        back = contact.state is not State.ACTIVE
        self._store.set_state(contact, State.ACTIVE, Origin.API)
        self._store.happened(EventKind.SUBSCRIPTION if back else EventKind.PROFILE_UPDATE, contact, Origin.API)
        held.updated += 1

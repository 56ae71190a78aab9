"""Contact imports: many creates and updates together.

Each record is noted as the write that it is before the import is sent, so that it is told, recovered and known for an echo
as any other; entries of one import share its id.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

from flexsync_cli.domain.model import AddressKey, ContactId, RelationId, Values
from flexsync_cli.domain.plan import Change, Create, Verdict
from flexsync_cli.domain.route import Importable
from flexsync_cli.errors import AlreadyExists, FlexmailLoginRefused, FlexmailUnavailable, NoImports
from flexsync_cli.ports import ContactBody, ImportState, JournalEntry
from flexsync_cli.services import bodies
from flexsync_cli.services.contact_writer import ContactWriter
from flexsync_cli.services.import_outcome import settle
from flexsync_cli.services.learn import BEGINNING
from flexsync_cli.services.noted import values_of
from flexsync_cli.services.session import Session

LACKING = "no_imports"  # the fact: when the account was found to take none
LACKING_FOR = timedelta(days=7)
TROUBLED = "imports_troubled"  # the fact: since when none could be sent and carried out
PAUSES = (1, 2, 4, 8, 15, 30, 60, 60, 60, 60)  # seconds before each poll; then the next run looks
GIVEN_UP = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class UnderWay:
    """Whom the imports concern of which nobody knows yet what became of them."""

    relations: frozenset[RelationId]
    contacts: frozenset[ContactId]
    addresses: frozenset[AddressKey]

    def __bool__(self) -> bool:
        return bool(self.relations)

    def concern(self, change: Change) -> bool:
        """Whether they may still write to the relation, the contact or the address of this change."""
        contact_id = None if isinstance(change, Create) else change.contact_id
        return change.relation_id in self.relations or contact_id in self.contacts or change.address in self.addresses


def are_taken(session: Session) -> bool:
    """Whether an import may be begun: the account takes them as far as we know, and none of ours is under way."""
    return session.age(session.state.facts.get(LACKING)) >= LACKING_FOR and not under_way(session)


def under_way(session: Session) -> UnderWay:
    """Whose records are in an import of which nobody knows yet what became of it."""
    payloads = [entry.payload for entries in _pending(session).values() for entry in entries]
    return UnderWay(
        frozenset(payload["relation"] for payload in payloads),
        frozenset(payload["contact"] for payload in payloads if payload["contact"] is not None),
        frozenset(payload["address"] for payload in payloads),
    )


def look_up(session: Session, writer: ContactWriter, abandon: Callable[[Collection[RelationId]], None]) -> None:
    """Settle what earlier runs left under way, as far as it is over; `abandon` is told, in the same transaction, whose import
    was never started."""
    for import_id, entries in _pending(session).items():
        late = session.now() - entries[0].at > GIVEN_UP
        state = _asked(session, import_id, late=late)
        if state is not None and not state.started:
            with session.state.transaction():
                _close(session, entries, done=False)  # nobody starts it any more
                abandon({entry.payload["relation"] for entry in entries})
        elif state is None or late or _is_over(state, len(entries)):
            settle(session, writer, entries, state)


def sent_late(session: Session) -> dict[ContactId, Values]:
    """What imports that nobody waited for any more may still bring about, as long as the journal has them: it is ours."""
    late = (entry.payload for entry in session.state.journal.since(BEGINNING) if _was_given_up(entry))
    return {payload["contact"]: values_of(payload) for payload in late if payload["contact"] is not None}


def _was_given_up(entry: JournalEntry) -> bool:
    return "import" in entry.payload and entry.closed_at is not None and entry.closed_at - entry.at > GIVEN_UP


def _asked(session: Session, import_id: str, *, late: bool) -> ImportState | None:
    """How far it is; of one that is late, what Flexmail can't say is no longer waited for."""
    try:
        return session.flexmail.import_state(import_id)
    except FlexmailLoginRefused:
        raise
    except FlexmailUnavailable:
        if not late:
            raise
        return None


def _is_over(state: ImportState, records: int) -> bool:
    """By its status; or, where we don't know that word, by a report that speaks of every record."""
    return state.over or (state.started and state.added + state.updated + state.ignored >= records)


def _pending(session: Session) -> Mapping[str, list[JournalEntry]]:
    imports: dict[str, list[JournalEntry]] = defaultdict(list)
    for entry in session.state.journal.pending():
        if "import" in entry.payload:
            imports[entry.payload["import"]].append(entry)
    return imports


def carry(
    session: Session, writer: ContactWriter, changes: Sequence[Importable], note: Callable[[], None] = lambda: None
) -> dict[RelationId, Verdict]:
    """Send these by one import; what became of each. Who is missing in the answer is to be tried one by one.

    `note` puts on record what must be known beside the import, in the same transaction.
    """
    import_id = str(uuid4())
    # Looked up before anything is noted: it may be a call of its own.
    records = [_body(writer, change) for change in changes]
    with session.state.transaction():
        note()
        entries = _note(session, import_id, changes)
    session.reporter.line(f"{len(changes)} contacts go to Flexmail by one import")
    try:
        state = _send(session, import_id, records)
    except NoImports:
        _close(session, entries, done=False)
        session.state.facts.put(LACKING, session.now().isoformat())
        session.reporter.line("the account takes no contact imports: they go one by one")
        return {}
    except AlreadyExists:
        _close(session, entries, done=False)
        _note_trouble(session)
        session.reporter.line("another import is under way in Flexmail: they wait for the next run")
        return {change.relation_id: Verdict.WAITING for change in changes}
    except FlexmailUnavailable:
        _note_trouble(session)
        raise
    if not _is_over(state, len(entries)):
        session.reporter.line("Flexmail is not done with the import: the next run looks what became of it")
        return {change.relation_id: Verdict.WAITING for change in changes}
    done = settle(session, writer, entries, state)
    verdicts = {change.relation_id: _verdict(change) for change in changes if change.relation_id in done}
    if state.failed:
        _note_trouble(session)
        session.reporter.line("the import failed in Flexmail: what it left is for the next run")
        return {change.relation_id: Verdict.WAITING for change in changes} | verdicts
    session.state.facts.put(TROUBLED, None)
    return verdicts


def _note_trouble(session: Session) -> None:
    """What has not worked for a day must not keep anybody from being written to: it goes one by one for a week."""
    facts, now = session.state.facts, session.now()
    kept = facts.get(TROUBLED)
    since = now if kept is None else datetime.fromisoformat(kept)
    if GIVEN_UP <= now - since <= LACKING_FOR:
        facts.put(LACKING, now.isoformat())
        facts.put(TROUBLED, None)
    else:
        facts.put(TROUBLED, (since if now - since < GIVEN_UP else now).isoformat())


def _verdict(change: Importable) -> Verdict:
    return Verdict.CREATED if isinstance(change, Create) else Verdict.UPDATED


def _body(writer: ContactWriter, change: Importable) -> ContactBody:
    if isinstance(change, Create):
        return bodies.creation(change.address, change.values, writer.shape, writer.source_id)
    return replace(bodies.partial(change.values, writer.shape), email=change.address)


def _note(session: Session, import_id: str, changes: Iterable[Importable]) -> list[JournalEntry]:
    return session.begin_all((_kind(change), _payload(import_id, change)) for change in changes)


def _kind(change: Importable) -> str:
    return "create" if isinstance(change, Create) else "patch"


def _payload(import_id: str, change: Importable) -> dict[str, object]:
    known = {} if isinstance(change, Create) else {"contact": change.contact_id, "base": dict(change.base)}
    common = {"relation": change.relation_id, "address": change.address, "values": dict(change.values)}
    return {"import": import_id, "contact": None, **common, **known}


def _send(session: Session, import_id: str, records: Sequence[ContactBody]) -> ImportState:
    """Begin, fill and start it; how far it was when it was last asked."""
    flexmail = session.flexmail
    flexmail.open_import(import_id)
    flexmail.fill_import(import_id, records)
    session.stop.check()
    flexmail.start_import(import_id)
    state = ImportState(started=True, over=False)
    for pause in PAUSES:
        session.reporter.waiting(pause)
        session.clock.sleep(pause)
        session.stop.check()
        state = flexmail.import_state(import_id) or state
        if _is_over(state, len(records)):
            break
    return state


def _close(session: Session, entries: Iterable[JournalEntry], *, done: bool) -> None:
    session.end(*(entry.id for entry in entries), done=done)

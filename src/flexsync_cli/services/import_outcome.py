"""What became of a contact import: told by its report where that is sure, else seen in the listing."""

from collections.abc import Iterator, Mapping, Sequence

from flexsync_cli.domain.fields import shown_values
from flexsync_cli.domain.known import contacts_by_address
from flexsync_cli.domain.model import ContactId, Link, LinkStatus, RelationId, Value
from flexsync_cli.ports import ImportState, JournalEntry
from flexsync_cli.services.contact_writer import ContactWriter
from flexsync_cli.services.noted import CLOSED_SINCE, as_sent, from_json, values_of
from flexsync_cli.services.session import Session


def settle(
    session: Session, writer: ContactWriter, entries: Sequence[JournalEntry], state: ImportState | None
) -> frozenset[RelationId]:
    """Record what an import made of these; the relations whose record it took."""
    links = dict(_reported(writer, entries) if _is_sure(entries, state) else _seen(session, writer, entries))
    with session.state.transaction():
        writer.save(*links.values())
        session.end(*links, done=True)
        session.end(*(entry.id for entry in entries if entry.id not in links), done=False)
    return frozenset(entry.payload["relation"] for entry in entries if entry.id in links)


def _is_sure(entries: Sequence[JournalEntry], state: ImportState | None) -> bool:
    """Whether its report alone says that all was done: updates only, and each was one."""
    changed = all(entry.payload["contact"] is not None for entry in entries)
    return changed and state is not None and (state.added, state.updated, state.ignored) == (0, len(entries), 0)


def _reported(writer: ContactWriter, entries: Sequence[JournalEntry]) -> Iterator[tuple[int, Link]]:
    """By journal entry the links of those whose update is sure, but for who said no or went to another meanwhile."""
    for entry in entries:
        contact_id = entry.payload["contact"]
        if not _is_anothers(writer.links.get(contact_id), entry):
            yield entry.id, _link(writer, entry, contact_id, values_of(entry.payload))


def _seen(session: Session, writer: ContactWriter, entries: Sequence[JournalEntry]) -> Iterator[tuple[int, Link]]:
    """By journal entry the links of those whom Flexmail lists now, with what it shows of what was sent."""
    listing = session.flexmail.contacts()
    by_address = contacts_by_address(listing, session.links().open_by_address)
    for entry in entries:
        contact_id: ContactId | None = entry.payload["contact"]
        contact = by_address.get(entry.payload["address"]) if contact_id is None else listing.get(contact_id)
        if contact is None or _is_anothers(writer.links.get(contact.id), entry):
            continue
        values = values_of(entry.payload)
        shown = as_sent(values, shown_values(contact, writer.shape.custom_fields))
        if contact_id is None or len(shown) == len(values):
            yield entry.id, _link(writer, entry, contact.id, shown)


def _is_anothers(link: Link | None, entry: JournalEntry) -> bool:
    if link is None:
        return False
    return link.status in CLOSED_SINCE or (link.status is LinkStatus.OPEN and link.relation_id != entry.payload["relation"])


def _link(writer: ContactWriter, entry: JournalEntry, contact_id: ContactId, values: Mapping[str, Value]) -> Link:
    before = writer.links.get(contact_id)
    # What was learnt while it was under way stands, but for what was sent.
    is_open = before is not None and before.status is LinkStatus.OPEN
    base = dict(before.values) if before is not None and is_open else from_json(entry.payload.get("base") or {})
    return writer.linked(contact_id, entry.payload["relation"], entry.payload["address"], {**base, **values})

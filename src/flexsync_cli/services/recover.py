"""After a crash: look at both sides and record what became of the writes that the journal left open.

Nothing is written here; what is still to be done is planned anew, after the opt-outs.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flexsync_cli.domain.address import contact_key
from flexsync_cli.domain.compare import EMAIL, is_empty
from flexsync_cli.domain.fields import shown_values
from flexsync_cli.domain.model import Contact, ContactId, Link, LinkStatus, Value
from flexsync_cli.domain.profiles import stored
from flexsync_cli.errors import BudgetSpent, Refused, Unavailable
from flexsync_cli.ports import JournalEntry
from flexsync_cli.services import import_probe, imports, interests
from flexsync_cli.services.account import Account
from flexsync_cli.services.contact_writer import ContactWriter
from flexsync_cli.services.noted import CLOSED_SINCE, as_sent, values_of
from flexsync_cli.services.relation_writer import made_for, new_link
from flexsync_cli.services.session import Session

# What Flexmail took of these is no longer parked.
WRITTEN = frozenset({"create", "patch", "put"})


def recover(session: Session) -> int:
    """Close every open entry that can be looked up now; how many there were."""
    pending = session.state.journal.pending()
    if not pending:
        return 0
    alone = [entry for entry in pending if "import" not in entry.payload]
    if alone:
        session.reporter.line(f"an earlier run was interrupted: {len(alone)} writes are looked up")
    recovery = _Recovery(session)
    try:
        for entry in alone:
            recovery.look_up(entry)
        writer = ContactWriter(session, Account(session).shape())
        imports.look_up(session, writer, lambda abandoned: import_probe.forget(session, abandoned))
    except (Unavailable, BudgetSpent) as error:
        session.reporter.warn(f"they could not all be looked up, and are again at the next run: {error}")
    return len(pending)


class _Recovery:
    def __init__(self, session: Session) -> None:
        self.session = session
        self.links = {link.contact_id: link for link in session.state.links.all()}

    def look_up(self, entry: JournalEntry) -> None:
        """Find out whether this write took place. Of what Flexmail refuses to show, nothing is known to have been written."""
        try:
            self._look_up(entry)
        except Refused:
            self._close(entry, done=False)

    def _look_up(self, entry: JournalEntry) -> None:
        match entry.kind:
            case "create":
                self._create(entry)
            case "patch" | "put":
                self._changed(entry)
            case "unsubscribe":
                self._unsubscribe(entry)
            case "interest_give" | "interest_take":
                self._interest(entry)
            case "relation":
                self._relation(entry)
            case "untick" | "tick":
                self._flag(entry)
            case "rewrite":
                self._rewrite(entry)
            case "communication":
                self.session.uncertain.add(entry.payload["reference"])
                self._close(entry, done=False)
            case _:
                # Compare-and-set, or looked up before it is written: done again it does nothing.
                self._close(entry, done=False)

    def _create(self, entry: JournalEntry) -> None:
        payload = entry.payload
        contact = self.session.flexmail.find(payload["address"])
        link = None if contact is None else self.links.get(contact.id)
        if contact is None or (link is not None and link.status is LinkStatus.OPEN):
            self._close(entry, done=False)
            return
        self._close(
            entry,
            _confirmed(
                Link(
                    contact.id,
                    payload["relation"],
                    payload["address"],
                    self.session.now(),
                    addresses=frozenset({payload["address"]}),
                ),
                payload,
                self._shown(contact),
            ),
        )

    def _changed(self, entry: JournalEntry) -> None:
        payload = entry.payload
        contact = self.session.flexmail.contact(payload["contact"])
        if contact is None or not self._took_place(entry, contact):
            self._close(entry, done=False)
            return
        # Of a contact that was there before us what it holds is taken over, as it would have been.
        link = self.links.get(contact.id) or Link(
            contact.id, payload["relation"], payload["address"], self.session.now(), values=self._shown(contact)
        )
        renewed = replace(
            link,
            relation_id=payload["relation"],
            address=payload["address"] if entry.kind == "put" else link.address,
            addresses=link.addresses | {payload["address"]},
            status=link.status if link.status in CLOSED_SINCE else LinkStatus.OPEN,
        )
        self._close(entry, _confirmed(renewed, payload, self._shown(contact)))

    def _took_place(self, entry: JournalEntry, contact: Contact) -> bool:
        if entry.kind == "put":
            return contact_key(contact.email) == str(entry.payload["address"])
        values = values_of(entry.payload)
        return as_sent(values, self._shown(contact)) == values

    def _unsubscribe(self, entry: JournalEntry) -> None:
        payload = entry.payload
        if self.session.flexmail.find(payload["address"]) is not None:
            self._close(entry, done=False)
            return
        contact_id: ContactId = payload["contact"]
        link = self.links.get(contact_id) or Link(
            contact_id, payload["relation"], payload["address"], self.session.now(), addresses=frozenset({payload["address"]})
        )
        ContactWriter(self.session, Account(self.session).shape()).record_leave(entry.id, link, payload["reason"])

    def _interest(self, entry: JournalEntry) -> None:
        payload = entry.payload
        give = entry.kind == "interest_give"
        has = payload["interest"] in self.session.flexmail.interests_of(payload["contact"])
        link = self.links.get(payload["contact"])
        done = has is give and link is not None
        self._close(entry, interests.after(link, payload["key"], give=give) if done and link is not None else None, done=done)

    def _relation(self, entry: JournalEntry) -> None:
        """A relation made for a contact: linked as if nothing had come between, so that it is not made again."""
        address = entry.payload["address"]
        relation = made_for(self.session.relations(), address)
        contact = None if relation is None else self.session.flexmail.find(address)
        if relation is None or contact is None or contact.id in self.links:
            self._close(entry, done=relation is not None)
            return
        shape = Account(self.session).shape()
        self._close(entry, new_link(contact, address, relation.id, relation, shape, self.session.now()))

    def _flag(self, entry: JournalEntry) -> None:
        ticked = {relation.id for relation in self.session.relations() if relation.newsletter}
        relations = set(entry.payload["relations"])
        self._close(entry, done=relations <= ticked if entry.kind == "tick" else relations.isdisjoint(ticked))

    def _rewrite(self, entry: JournalEntry) -> None:
        found = next((relation for relation in self.session.relations() if relation.id == entry.payload["relation"]), None)
        values = values_of(entry.payload)
        done = found is not None and as_sent(values, {key: stored(found, key) for key in values}) == values
        self._close(entry, done=done and bool(values))

    def _shown(self, contact: Contact) -> Mapping[str, Value]:
        return shown_values(contact, Account(self.session).shape().custom_fields)

    def _close(self, entry: JournalEntry, link: Link | None = None, *, done: bool = True) -> None:
        with self.session.state.transaction():
            if link is not None:
                self.session.state.links.save([link])
                self.links[link.contact_id] = link
                if entry.kind in WRITTEN:
                    self.session.state.parked.remove([link.relation_id])
            self.session.end(entry.id, done=done)


def _confirmed(link: Link, payload: Mapping[str, Any], shown: Mapping[str, Value]) -> Link:
    """The values that were being sent and that Flexmail shows; of the others what was known before."""
    values = {**link.values, **as_sent(values_of(payload), shown), EMAIL: payload["address"]}
    return replace(link, values={key: value for key, value in values.items() if not is_empty(value)})

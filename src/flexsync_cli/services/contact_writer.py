"""Writes contacts: each write is noted before it is tried and recorded in one transaction after it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from flexsync_cli.domain.compare import EMAIL, Shape, adoption, desired, is_empty, whole
from flexsync_cli.domain.model import (
    NO_VALUES,
    AddressKey,
    Contact,
    ContactId,
    Link,
    LinkStatus,
    Out,
    OutKind,
    OutSource,
    Relation,
    RelationId,
    Value,
    Values,
)
from flexsync_cli.domain.plan import Adopt, Change, Create, Leave, LeaveReason, Move, Readdress, Update, Verdict
from flexsync_cli.errors import AlreadyExists, InactiveThere, NotFound, Refused
from flexsync_cli.services import bodies, interrupted
from flexsync_cli.services.account import Account
from flexsync_cli.services.session import Session


class ContactWriter:
    """One method a change; each returns what the relation is now, or raises Refused with nothing recorded."""

    def __init__(self, session: Session, shape: Shape, *, lists_checked: bool = False) -> None:
        self.session = session
        self.shape = shape
        self.lists_checked = lists_checked
        self.account = Account(session)
        self.links: dict[ContactId, Link] = {}
        self.reload()

    @cached_property
    def source_id(self) -> int:
        """The source of new contacts."""
        return self.account.source_id()

    def create(self, change: Create, relation: Relation) -> Verdict:
        """A new contact; one that is there already is adopted."""
        body = bodies.creation(change.address, change.values, self.shape, self.source_id)
        entry = self._begin("create", change, values=change.values)
        try:
            contact_id = self.session.flexmail.create(body)
        except AlreadyExists:
            self.session.end(entry, done=False)
            return self.take_over(relation, change.address)
        except Refused:
            self.session.end(entry, done=False)
            raise
        self._record(entry, self.linked(contact_id, change.relation_id, change.address, change.values))
        return Verdict.CREATED

    def adopt(self, change: Adopt) -> Verdict:
        """A link without a write."""
        self.adopt_all([change])
        return Verdict.ADOPTED

    def adopt_all(self, changes: Iterable[Adopt]) -> None:
        """Links without a write, together: at the first run there may be as many as relations."""
        adopted = list(changes)
        with self.session.state.transaction():
            self._link(adopted)
            interrupted.note(self.session, "push", {"adopted": len(adopted)})

    def _link(self, changes: Iterable[Adopt]) -> None:
        self.save(*(self.linked(change.contact_id, change.relation_id, change.address, change.base) for change in changes))

    def take_note(self, changes: Iterable[Change]) -> None:
        """Link what was found in Flexmail as it is there, without a write."""
        found = [change for change in changes if isinstance(change, Adopt | Update) and change.contact_id not in self.links]
        self._link(Adopt(change.relation_id, change.contact_id, change.address, change.base) for change in found)

    def pretend(self, changes: Sequence[Change]) -> None:
        """For a dry run, whose state is thrown away: the links as they would be, so that the next step plans on them."""
        self.take_note(changes)
        new = enumerate((change for change in changes if isinstance(change, Create)), 1)
        self._link(Adopt(change.relation_id, -number, change.address, change.values) for number, change in new)

    def update(self, change: Update) -> Verdict:
        """The values that differ."""
        link = self.linked(change.contact_id, change.relation_id, change.address, {**change.base, **change.values})
        self._patch(change, replace(link, shown={**link.shown, **change.repairs}))
        return Verdict.UPDATED

    def move(self, change: Move) -> Verdict:
        """A contact goes to another relation, with all of its values."""
        values = {key: value for key, value in change.values.items() if not is_empty(value)}
        link = self.linked(change.contact_id, change.relation_id, change.address, values)
        self._patch(change, replace(link, shown=NO_VALUES, since=self.session.now()))
        return Verdict.UPDATED

    def _patch(self, change: Update | Move, link: Link) -> None:
        former = {"former": change.former} if isinstance(change, Move) else {}
        entry = self._begin("patch", change, values=change.values, **former)
        try:
            self.session.flexmail.patch(change.contact_id, bodies.partial(change.values, self.shape))
        except Refused:
            self.session.end(entry, done=False)
            raise
        self._record(entry, link)

    def readdress(self, change: Readdress, relation: Relation) -> Verdict:
        """A changed address: read, merge, replace. One that another contact has already is adopted instead."""
        current = self.session.flexmail.contact(change.contact_id)
        if current is None:
            raise NotFound(404)
        body = bodies.replacement(change.address, change.values, current, self.shape, self.account.custom_fields())
        entry = self._begin("put", change, values=change.values)
        try:
            self.session.flexmail.put(change.contact_id, body)
        except AlreadyExists:
            self.session.end(entry, done=False)
            return self.take_over(relation, change.address, former=self.links[change.contact_id])
        except Refused:
            self.session.end(entry, done=False)
            raise
        kept = {} if self.shape.blank else self.links[change.contact_id].values
        values = {**kept, **{key: value for key, value in change.values.items() if not is_empty(value)}}
        self._record(entry, self.linked(change.contact_id, change.relation_id, change.address, values))
        return Verdict.UPDATED

    def take_over(self, relation: Relation, address: AddressKey, former: Link | None = None) -> Verdict:
        """The address has a contact: adopt it, unless it is another relation's, or not active."""
        contact = self.session.flexmail.find(address)
        if contact is None:
            raise InactiveThere(409)
        link = self.links.get(contact.id)
        if link is not None and link.status is LinkStatus.OPEN and link.relation_id != relation.id:
            self._learn_address(link, address)
            return Verdict.HELD
        verdict = self._settle(relation, address, contact, link)
        if former is not None:
            self.save(replace(former, status=LinkStatus.SUPERSEDED, since=self.session.now()))
        return verdict

    def _learn_address(self, link: Link, address: AddressKey) -> None:
        """It was changed in Flexmail; known, nobody else is sent there again."""
        self.relink([replace(link, address=address, addresses=link.addresses | {link.address, address})])

    def _settle(self, relation: Relation, address: AddressKey, contact: Contact, link: Link | None) -> Verdict:
        """Adopt a contact that was found, with the values that differ; one that was another's with all of them."""
        wanted, _ = desired(relation, self.shape)
        if link is not None and link.relation_id != relation.id:
            return self.move(Move(relation.id, contact.id, address, link.relation_id, whole(wanted)))
        change = adoption(relation.id, address, contact, wanted, self.shape)
        return self.adopt(change) if isinstance(change, Adopt) else self.update(change)

    def reload(self) -> None:
        """Take the links from state again, after others wrote them."""
        self.links = {link.contact_id: link for link in self.session.state.links.all()}

    def leave(self, change: Leave) -> None:
        """The office's no: unsubscribe there, out here; or just let go, where the office keeps its leavers."""
        link = self.links.get(change.contact_id) or Link(
            change.contact_id, change.relation_id, change.address, self.session.now(), addresses=frozenset({change.address})
        )
        if self.session.settings.keep_leavers:
            with self.session.state.transaction():
                self.save(replace(link, status=LinkStatus.KEPT, since=self.session.now()))
                interrupted.note(self.session, "push", {"left": 1})
            return
        entry = self._begin("unsubscribe", change, reason=change.reason)
        try:
            self.session.flexmail.unsubscribe(change.contact_id)
        except NotFound:
            pass  # it is gone there, which is what was wanted
        except Refused:
            if self.session.flexmail.find(link.address) is not None:
                self.session.end(entry, done=False)
                raise
        self.record_leave(entry, link, change.reason)

    def record_leave(self, entry: int, link: Link, reason: str) -> None:
        """An unsubscribe that took place: out by the office. The relation of a superseded contact goes on elsewhere."""
        now = self.session.now()
        status = LinkStatus.RELEASED if reason == LeaveReason.SUPERSEDED else LinkStatus.OUT
        out = Out(link.address, OutKind.OFFICE, OutSource.LEAVE, self.session.there(), now, link.contact_id)
        with self.session.state.transaction():
            self.session.state.outs.save([out])
            self._record(entry, replace(link, status=status, since=now))

    def release(self, link: Link) -> None:
        """A contact that is no longer the relation's."""
        self.save(replace(link, status=LinkStatus.RELEASED, since=self.session.now()))

    def linked(self, contact_id: ContactId, relation_id: RelationId, address: AddressKey, values: Values) -> Link:
        """The contact's link as it is after a write; what it was before is kept where the write does not touch it."""
        before = self.links.get(contact_id)
        kept: Mapping[str, Value] = {**values, EMAIL: address}
        if before is None:
            return Link(contact_id, relation_id, address, self.session.now(), values=kept, addresses=frozenset({address}))
        reopened = before.status is not LinkStatus.OPEN or before.relation_id != relation_id
        # An address that was changed in Flexmail stays: only a write of the address itself sets it.
        current = before.address if not reopened and before.values.get(EMAIL) == address else address
        return replace(
            before,
            relation_id=relation_id,
            address=current,
            addresses=before.addresses | {address, before.address},
            status=LinkStatus.OPEN,
            since=self.session.now() if reopened else before.since,
            values=kept,
        )

    def _begin(self, kind: str, change: Create | Update | Move | Readdress | Leave, **payload: object) -> int:
        contact_id = None if isinstance(change, Create) else change.contact_id
        return self.session.begin(kind, relation=change.relation_id, contact=contact_id, address=change.address, **payload)

    def _record(self, entry: int, link: Link) -> None:
        with self.session.state.transaction():
            self.save(link)
            self.session.end(entry, done=True)

    def save(self, *links: Link) -> None:
        """Record them; their relations are no longer parked."""
        with self.session.state.transaction():
            self.relink(links)
            self.session.state.parked.remove(link.relation_id for link in links)

    def relink(self, links: Collection[Link]) -> None:
        """Record links that changed without a write."""
        if links:
            self.session.state.links.save(links)
            self.links.update((link.contact_id, link) for link in links)

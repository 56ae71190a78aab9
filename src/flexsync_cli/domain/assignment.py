"""Which contact each address goes to: all addresses are assigned as one set.

A chain of changed addresses moves from its free end, a cycle exchanges the links. A contact whose address another relation
now has goes to that relation; what nobody wants any more is loose.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from flexsync_cli.domain.holder import is_at
from flexsync_cli.domain.known import LinkBook
from flexsync_cli.domain.model import AddressKey, Contact, Link, LinkStatus, RelationId
from flexsync_cli.domain.selection import Selection

# A closed link that is taken up again when its address is wanted; an out or a deleted contact is not.
REOPENED = frozenset({LinkStatus.KEPT, LinkStatus.SUPERSEDED, LinkStatus.RELEASED, LinkStatus.RETURNED})


@dataclass(slots=True)
class Assignment:
    """What each holder gets, in the order in which it can be done.

    `kept` its own contact; `moved` another relation's; `readdressed` its own under a new address; `found` one that Flexmail
    lists and nobody has; `new` none yet; `conflicts` an address that belongs to the contact of a relation that stays.
    """

    kept: dict[RelationId, Link] = field(default_factory=dict)
    moved: dict[RelationId, Link] = field(default_factory=dict)
    readdressed: dict[RelationId, Link] = field(default_factory=dict)
    found: dict[RelationId, Contact] = field(default_factory=dict)
    new: list[RelationId] = field(default_factory=list)
    conflicts: list[RelationId] = field(default_factory=list)

    def used(self) -> set[int]:
        """The linked contacts that somebody has."""
        return {link.contact_id for group in (self.kept, self.moved, self.readdressed) for link in group.values()}


def assign(selection: Selection, links: LinkBook, find: Callable[[AddressKey], Contact | None]) -> Assignment:
    """Assign every holder's address; `find` looks in the listing, where there is one."""
    assigner = _Assigner(selection, links, find)
    for key, relation_id in selection.holders.items():
        assigner.place(relation_id, key)
    assigner.resolve_waiting()
    return assigner.assignment


class _Assigner:
    def __init__(self, selection: Selection, links: LinkBook, find: Callable[[AddressKey], Contact | None]) -> None:
        self.selection = selection
        self.links = links
        self.find = find
        self.assignment = Assignment()
        self.waiting: dict[RelationId, Link] = {}

    def own(self, relation_id: RelationId) -> Link | None:
        """The relation's contact: the one at its address, else its first."""
        mine = self.links.open_by_relation.get(relation_id, [])
        key = self.selection.key_of(relation_id)
        return next((link for link in mine if key is not None and is_at(link, key)), mine[0] if mine else None)

    def place(self, relation_id: RelationId, key: AddressKey) -> None:
        mine = self.own(relation_id)
        if mine is not None and is_at(mine, key):
            self._keep(relation_id, key, mine)
            return
        there = self.links.open_by_address.get(key)
        if there is None:
            self._take_free(relation_id, key, mine)
        elif self._stays(there):
            self.assignment.conflicts.append(relation_id)
        elif self._goes_on(there):
            self.waiting[relation_id] = there
        else:
            self.assignment.moved[relation_id] = there

    def _keep(self, relation_id: RelationId, key: AddressKey, mine: Link) -> None:
        merged = self.find(key)
        if merged is not None and merged.id != mine.contact_id and merged.id not in self.links.by_contact:
            self.assignment.found[relation_id] = merged
        else:
            self.assignment.kept[relation_id] = mine

    def _stays(self, link: Link) -> bool:
        """Its relation is a holder who keeps it."""
        key = self.selection.key_of(link.relation_id)
        return key is not None and is_at(link, key)

    def _goes_on(self, link: Link) -> bool:
        """Its relation is a holder of another address now, and this is its contact."""
        return self.selection.key_of(link.relation_id) is not None and self.own(link.relation_id) is link

    def _take_free(self, relation_id: RelationId, key: AddressKey, mine: Link | None) -> None:
        closed = self.links.closed_by_address.get(key, [])
        again = next((link for link in closed if link.relation_id == relation_id), None) or next(iter(closed), None)
        listed = self.find(key)
        if listed is not None and self._is_anothers(listed, relation_id):
            self.assignment.conflicts.append(relation_id)
        elif listed is not None:
            self.assignment.found[relation_id] = listed
        elif again is not None and again.status in REOPENED:
            self._reopen(relation_id, again)
        elif mine is not None:
            self.assignment.readdressed[relation_id] = mine
        else:
            self.assignment.new.append(relation_id)

    def _is_anothers(self, contact: Contact, relation_id: RelationId) -> bool:
        link = self.links.by_contact.get(contact.id)
        return link is not None and link.status is LinkStatus.OPEN and link.relation_id != relation_id

    def _reopen(self, relation_id: RelationId, link: Link) -> None:
        target = self.assignment.kept if link.relation_id == relation_id else self.assignment.moved
        target[relation_id] = link

    def resolve_waiting(self) -> None:
        """Settle who waits for another's contact to go on: walk to the free end, or round the cycle."""
        while self.waiting:
            path = self._path(next(iter(self.waiting)))
            last = self.waiting[path[-1]].relation_id
            cycle = path[path.index(last) :] if last in path else []
            for relation_id in cycle:
                self.assignment.moved[relation_id] = self.waiting.pop(relation_id)
            for relation_id in reversed(path[: len(path) - len(cycle)]):
                self._follow(relation_id, self.waiting.pop(relation_id))

    def _path(self, start: RelationId) -> list[RelationId]:
        path = [start]
        seen = {start}
        while (following := self.waiting[path[-1]].relation_id) in self.waiting and following not in seen:
            path.append(following)
            seen.add(following)
        return path

    def _follow(self, relation_id: RelationId, there: Link) -> None:
        """The contact in the way has been dealt with: its address is free now, or it was left behind."""
        mine = self.own(relation_id)
        if self.assignment.readdressed.get(there.relation_id) is not there:
            self.assignment.moved[relation_id] = there
        elif mine is not None:
            self.assignment.readdressed[relation_id] = mine
        else:
            self.assignment.new.append(relation_id)

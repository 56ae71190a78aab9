"""Which contact each address goes to: all addresses are assigned as one set.

A chain of changed addresses moves from its free end, a cycle exchanges the links. A contact whose address another relation
now has goes to that relation; what nobody wants any more is loose.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from flexsync_cli.domain.holder import is_at
from flexsync_cli.domain.known import LinkBook
from flexsync_cli.domain.model import AddressKey, Contact, Link, LinkStatus, RelationId
from flexsync_cli.domain.selection import Selection

Find: TypeAlias = Callable[[AddressKey], Contact | None]

# A closed link that is taken up again when its address is wanted. What became of an out, deleted or released contact nobody
# knows: it is looked for, or created, as any other.
REOPENED = frozenset({LinkStatus.KEPT, LinkStatus.SUPERSEDED, LinkStatus.RETURNED})


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


def assign(selection: Selection, links: LinkBook, find: Find | None = None) -> Assignment:
    """Assign every holder's address; `find` looks in the listing of active contacts, None where there is none."""
    assigner = _Assigner(selection, links, find)
    for key, relation_id in selection.holders.items():
        assigner.place(relation_id, key)
    assigner.resolve_waiting()
    return assigner.assignment


class _Assigner:
    def __init__(self, selection: Selection, links: LinkBook, find: Find | None) -> None:
        self.selection = selection
        self.links = links
        self.is_listed = find is not None
        self.find: Find = find or (lambda _: None)
        self.assignment = Assignment()
        self.waiting: dict[RelationId, Link] = {}

    def own(self, relation_id: RelationId) -> Link | None:
        """The relation's contact: the one at its address, else its first."""
        mine = self.links.open_by_relation.get(relation_id)
        if mine is None:
            return None
        if len(mine) == 1:
            return mine[0]
        key = self.selection.key_of(relation_id)
        return next((link for link in mine if key is not None and is_at(link, key)), mine[0])

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
        there = self.find(key)
        if there is None or there.id == mine.contact_id or self._is_active(mine):
            self.assignment.kept[relation_id] = mine
        else:
            self._follow_merged(relation_id, mine, there)

    def _follow_merged(self, relation_id: RelationId, mine: Link, there: Contact) -> None:
        """Its address is active under another id: that of nobody, of a relation that leaves, or of one that keeps it."""
        theirs = self.links.by_contact.get(there.id)
        if theirs is None or theirs.status is not LinkStatus.OPEN:
            self.assignment.found[relation_id] = there
        elif self._stays(theirs) or self._goes_on(theirs):
            self.assignment.kept[relation_id] = mine
        else:
            self.assignment.moved[relation_id] = theirs

    def _is_active(self, link: Link) -> bool:
        """As far as is known: a closed link is not looked after, and its contact may have gone its own way."""
        listed = self.find(link.address)
        return not self.is_listed or (listed is not None and listed.id == link.contact_id)

    def _stays(self, link: Link) -> bool:
        """Its relation is a holder who keeps it."""
        key = self.selection.key_of(link.relation_id)
        return key is not None and is_at(link, key)

    def _goes_on(self, link: Link) -> bool:
        """Its relation is a holder of another address now, and this is its contact."""
        return self.selection.key_of(link.relation_id) is not None and self.own(link.relation_id) is link

    def _take_free(self, relation_id: RelationId, key: AddressKey, mine: Link | None) -> None:
        listed = self.find(key)
        again = self._closed_at(relation_id, key)
        mine = mine or self.superseded.get(relation_id)
        if listed is not None:
            self._take_listed(relation_id, listed)
        elif again is not None:
            target = self.assignment.kept if again.relation_id == relation_id else self.assignment.moved
            target[relation_id] = again
        elif mine is not None:
            self.assignment.readdressed[relation_id] = mine
        else:
            self.assignment.new.append(relation_id)

    def _take_listed(self, relation_id: RelationId, contact: Contact) -> None:
        """A contact that Flexmail lists at the address; one that was another's gets all of the new one's values."""
        link = self.links.by_contact.get(contact.id)
        if link is None or link.relation_id == relation_id:
            self.assignment.found[relation_id] = contact
        elif link.status is LinkStatus.OPEN:
            self.assignment.conflicts.append(relation_id)
        else:
            self.assignment.moved[relation_id] = link

    def _closed_at(self, relation_id: RelationId, key: AddressKey) -> Link | None:
        """The contact that is there, though nobody's now; the relation's own first."""
        there = self.links.closed_by_address.get(key, ())
        closed = [link for link in there if link.status in REOPENED and self._is_active(link)]
        return min(closed, key=lambda link: link.relation_id != relation_id, default=None)

    @cached_property
    def superseded(self) -> dict[RelationId, Link]:
        """The contacts that relations left behind for others, and might still take along to a new address."""
        left = (link for link in self.links.closed if link.status is LinkStatus.SUPERSEDED)
        return {link.relation_id: link for link in left if link.address not in self.selection.holders and self._is_active(link)}

    def resolve_waiting(self) -> None:
        """Settle who waits for another's contact to go on: walk to the free end, or round the cycle."""
        while self.waiting:
            for relation_id in reversed(self._path(next(iter(self.waiting)))):
                self._follow(relation_id, self.waiting.pop(relation_id))

    def _path(self, start: RelationId) -> list[RelationId]:
        path = [start]
        seen = {start}
        while (following := self.waiting[path[-1]].relation_id) in self.waiting and following not in seen:
            path.append(following)
            seen.add(following)
        return path

    def _follow(self, relation_id: RelationId, there: Link) -> None:
        """The contact in the way went on with its relation, so that its address is free now; else it is taken over, as in a
        cycle."""
        mine = self.own(relation_id) or self.superseded.get(relation_id)
        if self.assignment.readdressed.get(there.relation_id) is not there:
            self.assignment.moved[relation_id] = there
        elif mine is not None:
            self.assignment.readdressed[relation_id] = mine
        else:
            self.assignment.new.append(relation_id)

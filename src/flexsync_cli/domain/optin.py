"""Opt-in: what a person's yes in Flexmail means for Admin. Pure.

A yes counts if it is later than every no that we know of. Whoever no relation is known of becomes one; an unticked relation
is ticked where we know when it was unticked; the rest is for a person to settle, and its contact is never a leave meanwhile.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from flexsync_cli.domain.address import address_key
from flexsync_cli.domain.compare import EMAIL, Shape, agreed, desired, is_empty
from flexsync_cli.domain.echoes import latest
from flexsync_cli.domain.events import Event
from flexsync_cli.domain.fields import shown_values
from flexsync_cli.domain.holder import choose_holder
from flexsync_cli.domain.known import FOLLOWING, LinkBook
from flexsync_cli.domain.model import (
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
)
from flexsync_cli.domain.plan import Guarded, Note
from flexsync_cli.domain.selection import Rules

ENDED_BY = "subscription"


@dataclass(frozen=True, slots=True)
class AddRelation:
    """A contact that becomes a relation; `event` is its yes, None for one that was there before."""

    contact: Contact
    address: AddressKey
    event: Event | None = None


@dataclass(frozen=True, slots=True)
class TickRelation:
    """A relation whose newsletter flag is ticked for its contact's yes."""

    relation_id: RelationId
    contact: Contact
    address: AddressKey
    event: Event


OptInChange: TypeAlias = AddRelation | TickRelation


@dataclass(frozen=True, slots=True)
class OptInSight:
    """What is known. `outs` are all, ended ones too; `ahead` is by how much Flexmail's clock is ahead of ours."""

    relations: Sequence[Relation]
    links: LinkBook
    outs: Sequence[Out]
    now: datetime
    rules: Rules = field(default_factory=Rules)
    ahead: timedelta = timedelta()


@dataclass(slots=True)
class OptInPlan:
    """`changes` are writes to Admin; `outs` that ended and `links` that came back are for state; `todos` counts what is left
    to a person."""

    changes: list[OptInChange] = field(default_factory=list)
    outs: list[Out] = field(default_factory=list)
    links: dict[ContactId, Link] = field(default_factory=dict)
    todos: int = 0
    notes: list[Note] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Match:
    """What we know of a contact: its relations in Admin, its own links and their other ones, the outs of its addresses and
    those that follow its relations from elsewhere."""

    relations: list[Relation]
    own: list[Link]
    others: list[Link]
    outs: list[Out]
    following: list[Out]

    @property
    def is_mailed(self) -> bool:
        """Whether a relation of it is active and ticked already."""
        return any(relation.newsletter and relation.active for relation in self.relations)


class OptIn:
    """The decision: first who is worth asking Flexmail about, then what the answers mean."""

    def __init__(self, sight: OptInSight) -> None:
        self.sight = sight
        self.by_id = {relation.id: relation for relation in sight.relations}
        self.by_address: dict[AddressKey, list[RelationId]] = {}
        for relation in sight.relations:
            key = address_key(relation.email)
            if key is not None:
                self.by_address.setdefault(key, []).append(relation.id)
        self.outs: dict[AddressKey, list[Out]] = {}
        for out in sight.outs:
            self.outs.setdefault(out.address, []).append(out)
        self.links: dict[RelationId, list[Link]] = {}
        for link in sight.links.by_contact.values():
            self.links.setdefault(link.relation_id, []).append(link)

    def worth_asking(self, events: Iterable[Event]) -> list[Event]:
        """The last yes of each person, where it may change something."""
        return [event for event in latest(events) if self._may_count(event)]

    def _may_count(self, event: Event) -> bool:
        match = self._match(event.contact_id, event.address)
        if not self._is_later(event, match):
            return False
        return not match.is_mailed or any(out.ended_at is None for out in match.outs)

    def decide(self, yeses: Iterable[tuple[Event, Contact]], present: Iterable[Contact], shape: Shape) -> OptInPlan:
        """`yeses` are events with the contact that is active now; `present` contacts that may have been there before."""
        plan = OptInPlan()
        taken: set[AddressKey] = set()
        for event, contact in yeses:
            key = self._key(contact, plan)
            if key is not None and key not in taken:
                taken.add(key)
                self._hear(event, contact, key, plan, shape)
        for contact in present:
            key = self._key(contact, plan)
            if key is not None and key not in taken and self._is_stranger(contact, key):
                taken.add(key)
                plan.changes.append(AddRelation(contact, key))
        return plan

    def _key(self, contact: Contact, plan: OptInPlan) -> AddressKey | None:
        key = address_key(contact.email)
        if key is None:
            plan.notes.append(Note("", "opt_in_bad_address", (("contact", str(contact.id)),)))
        return key

    def _is_stranger(self, contact: Contact, key: AddressKey) -> bool:
        match = self._match(contact.id, key)
        return not (match.relations or match.own) and all(out.ended_at is not None for out in match.outs)

    def _match(self, contact_id: ContactId | None, address: AddressKey) -> _Match:
        """By contact id first, then by every address."""
        link = self.sight.links.by_contact.get(contact_id) if contact_id is not None else None
        own = [link] if link is not None else self.sight.links.by_any_address.get(address, [])
        ids = dict.fromkeys([*(each.relation_id for each in own), *self.by_address.get(address, ())])
        relations = [self.by_id[relation_id] for relation_id in ids if relation_id in self.by_id]
        mine = {each.contact_id for each in own}
        others = [each for relation in relations for each in self.links.get(relation.id, ()) if each.contact_id not in mine]
        addresses = dict.fromkeys([address, *(known for each in own for known in (each.address, *sorted(each.addresses)))])
        outs = [out for known in addresses for out in self.outs.get(known, ())]
        return _Match(relations, list(own), others, outs, self._following(others))

    def _following(self, links: Iterable[Link]) -> list[Out]:
        outs = [out for link in links if link.status is LinkStatus.OUT for out in self.outs.get(link.address, ())]
        return [out for out in outs if out.kind in FOLLOWING]

    def _is_later(self, event: Event, match: _Match) -> bool:
        """Later than every no, ended ones too, and than the link that it made."""
        open_links = [link.since + self.sight.ahead for link in [*match.own, *match.others] if link.status is LinkStatus.OPEN]
        return all(event.at > moment for moment in [*self._nos(match), *open_links])

    def _nos(self, match: _Match) -> list[datetime]:
        """When each no was said, by Flexmail's clock."""
        return [self._said(out) for out in [*match.outs, *match.following]] + self._kept(match)

    def _said(self, out: Out) -> datetime:
        return out.at + self.sight.ahead if out.source is OutSource.LEAVE else out.at

    def _kept(self, match: _Match) -> list[datetime]:
        """When leavers that stayed subscribed were let go."""
        links = [*match.own, *match.others]
        return [link.since + self.sight.ahead for link in links if link.status is LinkStatus.KEPT]

    def _hear(self, event: Event, contact: Contact, key: AddressKey, plan: OptInPlan, shape: Shape) -> None:
        match = self._match(contact.id, key)
        if not self._is_later(event, match):
            return
        ended = [out for out in match.outs if out.ended_at is None]
        plan.outs += [replace(out, ended_at=self.sight.now, ended_by=ENDED_BY) for out in ended]
        if not match.relations and not match.own:
            plan.changes.append(AddRelation(contact, key, event))
            return
        chosen = self._choose(match)
        if match.is_mailed and not ended:
            return
        self._come_back(contact, key, chosen, match, plan, shape)
        if match.is_mailed:
            return
        if chosen is not None and chosen.active and self._knows_untick(match):
            plan.changes.append(TickRelation(chosen.id, contact, key, event))
        else:
            plan.todos += 1

    def _choose(self, match: _Match) -> Relation | None:
        """The relation that would be mailed: a mailed one, an active one of a selected type, the linked one."""
        rules, relations = self.sight.rules, match.relations
        for group in (
            [relation for relation in relations if relation.newsletter and relation.active],
            [relation for relation in relations if relation.active and rules.has_type(relation)],
            [relation for relation in relations if relation.active],
            relations,
        ):
            if group:
                linked = {link.relation_id for link in match.own}
                holder = choose_holder(group, linked, rules.crm_type_order)
                return self.by_id[holder]
        return None

    def _knows_untick(self, match: _Match) -> bool:
        """Whether we know when it was unticked: for an out, or as a leaver that was kept. An open link says: since then."""
        if any(link.status is LinkStatus.OPEN for link in [*match.own, *match.others]):
            return False
        outs = [*match.outs, *match.following]
        return bool(self._kept(match)) or any(out.kind is OutKind.OFFICE or out.unticked_at is not None for out in outs)

    def _come_back(
        self, contact: Contact, key: AddressKey, chosen: Relation | None, match: _Match, plan: OptInPlan, shape: Shape
    ) -> None:
        """The contact is nobody's leave until its relation has been ticked; what the relation had elsewhere no longer holds."""
        own = next((link for link in match.own if link.contact_id == contact.id), None)
        relation_id = chosen.id if chosen is not None else match.own[0].relation_id
        if own is None:
            values = {} if chosen is None else linked_values(chosen, contact, key, shape)
            own = Link(contact.id, relation_id, key, self.sight.now, values=values)
        plan.links[contact.id] = replace(
            own,
            relation_id=relation_id,
            address=key,
            addresses=own.addresses | {own.address, key},
            status=LinkStatus.RETURNED,
            since=self.sight.now,
        )
        for link in [*match.own, *match.others]:
            if link.contact_id != contact.id and link.relation_id == relation_id and link.status is LinkStatus.OUT:
                plan.links[link.contact_id] = replace(link, status=LinkStatus.RELEASED, since=self.sight.now)


def linked_values(relation: Relation, contact: Contact, key: AddressKey, shape: Shape) -> dict[str, Value]:
    """What a contact that is linked without a write has, in Admin's spelling where it is the same."""
    wanted, _ = desired(relation, shape)
    shown = agreed(wanted, shown_values(contact, shape.custom_fields))
    return {name: value for name, value in {**shown, EMAIL: key}.items() if not is_empty(value)}


def guarded(change: OptInChange) -> Guarded:
    """A change as a kept plan remembers it."""
    if isinstance(change, AddRelation):
        return Guarded("add", "", change.contact.id)
    return Guarded("tick", change.relation_id, change.contact.id)

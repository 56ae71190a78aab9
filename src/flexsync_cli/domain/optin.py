"""Opt-in: what a person's yes in Flexmail means for Admin. Pure.

A yes counts if it is later than every no that we know of. Whoever no relation is known of becomes one; an unticked relation
is ticked where we know when it was unticked; the rest is for a person to settle, and its contact is never a leave meanwhile.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from flexsync_cli.domain.acquaintance import Match, Matches, OptInSight
from flexsync_cli.domain.address import address_key
from flexsync_cli.domain.compare import EMAIL, Shape, agreed, desired, is_empty
from flexsync_cli.domain.echoes import latest
from flexsync_cli.domain.events import Event
from flexsync_cli.domain.fields import shown_values
from flexsync_cli.domain.holder import choose_holder
from flexsync_cli.domain.model import (
    AddressKey,
    Contact,
    ContactId,
    Link,
    LinkStatus,
    Out,
    Relation,
    RelationId,
    Value,
)
from flexsync_cli.domain.plan import Guarded, Note

ENDED_BY = "subscription"
# Former contacts of a relation that would keep it from being mailed through the one that said yes.
LEFT_BEHIND = frozenset({LinkStatus.OUT, LinkStatus.DELETED})


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


@dataclass(slots=True)
class OptInPlan:
    """`changes` are writes to Admin; `outs` that ended and `links` that came back are for state; `todos` counts what is left
    to a person."""

    changes: list[OptInChange] = field(default_factory=list)
    outs: list[Out] = field(default_factory=list)
    links: dict[ContactId, Link] = field(default_factory=dict)
    todos: int = 0
    notes: list[Note] = field(default_factory=list)


class OptIn:
    """The decision: first who is worth asking Flexmail about, then what the answers mean."""

    def __init__(self, sight: OptInSight) -> None:
        self.sight = sight
        self.matches = Matches(sight)

    def worth_asking(self, events: Iterable[Event]) -> list[Event]:
        """The last yes of each person, where it may change something."""
        return [event for event in latest(events) if self._may_count(event)]

    def _may_count(self, event: Event) -> bool:
        match = self.matches.find(event.contact_id, event.address)
        return not match.is_settled and match.is_later(event)

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
        match = self.matches.find(contact.id, key)
        return not (match.relations or match.own) and all(out.ended_at is not None for out in match.outs)

    def _hear(self, event: Event, contact: Contact, key: AddressKey, plan: OptInPlan, shape: Shape) -> None:
        match = self.matches.find(contact.id, key)
        if match.is_settled or not match.is_later(event):
            return
        plan.outs += [replace(out, ended_at=self.sight.now, ended_by=ENDED_BY) for out in match.outs if out.ended_at is None]
        if not match.relations and not match.own:
            plan.changes.append(AddRelation(contact, key, event))
            return
        chosen = self._choose(match)
        self._come_back(contact, key, chosen, match, plan, shape)
        if match.is_mailed:
            return
        if chosen is not None and chosen.active and match.knows_untick:
            plan.changes.append(TickRelation(chosen.id, contact, key, event))
        else:
            plan.todos += 1

    def _choose(self, match: Match) -> Relation | None:
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
                return next(relation for relation in group if relation.id == holder)
        return None

    def _come_back(
        self, contact: Contact, key: AddressKey, chosen: Relation | None, match: Match, plan: OptInPlan, shape: Shape
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
        for link in match.links:
            if link.contact_id != contact.id and link.relation_id == relation_id and link.status in LEFT_BEHIND:
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

"""What a push would do: every selected relation gets one verdict, every difference one change. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from flexsync_cli.domain.assignment import Assignment, assign
from flexsync_cli.domain.compare import EMAIL, Shape, adoption, alike, desired, differences, edited_there, fresh, whole
from flexsync_cli.domain.fields import fingerprint, shown_values
from flexsync_cli.domain.known import Known, contacts_by_address
from flexsync_cli.domain.leaves import Departures, departures, offers
from flexsync_cli.domain.model import (
    NO_VALUES,
    AddressKey,
    Contact,
    ContactId,
    Link,
    LinkStatus,
    Parked,
    Relation,
    RelationId,
    Value,
    Values,
)
from flexsync_cli.domain.plan import Adopt, Change, Create, Guarded, Leave, Move, Note, Readdress, Update, Verdict
from flexsync_cli.domain.route import Route
from flexsync_cli.domain.selection import Rules, Selection, select

# Parked: refused as blacklisted, with more others than are believed.
DOUBTED = "blacklist_doubted"


@dataclass(frozen=True, slots=True)
class Sight:
    """Both sides as gathered. `listing` is Flexmail's active contacts, None where they were not read; `held` those of whom
    nobody knows what became of them; `retry` relations that are tried again though they are parked or deleted there."""

    relations: Iterable[Relation]
    known: Known
    now: datetime
    listing: Mapping[ContactId, Contact] | None = None
    held: frozenset[ContactId] = frozenset()
    retry: frozenset[RelationId] = frozenset()
    retry_parked: bool = False
    creates_wait: bool = False


@dataclass(slots=True)
class PushPlan:
    """What would be done. `changes` are writes and adoptions in order; `offered` are leaves that only a person may order,
    known where Flexmail was `listed`; `doubted` unticks that hang on a refusal's words; `partial` where it is about some
    relations only; `stopped` where the guard let nothing through but what was approved; `unlisted` where the account's lists
    cost calls that the leaves need, and all else waits; `route` is how it goes, once chosen."""

    selection: Selection
    departures: Departures
    changes: list[Change] = field(default_factory=list)
    offered: list[Leave] = field(default_factory=list)
    doubted: list[Guarded] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    fingerprints: dict[RelationId, str] = field(default_factory=dict)
    partial: bool = False
    stopped: bool = False
    listed: bool = False
    unlisted: bool = False
    route: Route | None = None

    @property
    def verdicts(self) -> dict[RelationId, Verdict]:
        """One a selected relation."""
        return self.selection.verdicts

    @property
    def relinks(self) -> Sequence[Link]:
        """Links that change without a write, as far as the whole was planned."""
        return () if self.stopped or self.partial else self.departures.relinks

    @property
    def price(self) -> int:
        """The calls that its writes take, by the route chosen."""
        return self.route.price if self.route is not None else 0


def decide(sight: Sight, rules: Rules, shape: Shape) -> PushPlan:
    """The whole decision, from both sides to the plan."""
    known = sight.known
    selection = select(sight.relations, known, rules, sight.held, sight.retry)
    by_address = contacts_by_address(sight.listing or {}, selection.holders)
    assignment = assign(selection, known.links, None if sight.listing is None else by_address.get)
    for relation_id in assignment.conflicts:
        selection.settle(relation_id, Verdict.HELD, "address_of_another")
    found = {contact.id for contact in assignment.found.values()}
    gone = departures(selection, known, rules, assignment.used() | found, sight.now)
    plan = PushPlan(selection, gone, notes=selection.notes)
    _Differ(sight, shape, plan).run(assignment)
    plan.doubted = doubted(selection, known)
    plan.listed = sight.listing is not None
    if plan.listed:
        pairs = [(contact.id, address) for address, contact in by_address.items()]
        plan.offered = offers(pairs, selection, known)
    return plan


def doubted(selection: Selection, known: Known) -> list[Guarded]:
    """Every relation at an address of which so many were called blacklisted that it may be a misunderstanding."""
    addresses = {
        selection.keys[parked.relation_id]
        for parked in known.parked.values()
        if parked.problem == DOUBTED and selection.verdicts.get(parked.relation_id) is Verdict.PARKED
    }
    if not addresses:
        return []
    return [Guarded("untick", relation_id) for relation_id, key in selection.keys.items() if key in addresses]


class _Differ:
    """Turns an assignment into changes."""

    def __init__(self, sight: Sight, shape: Shape, plan: PushPlan) -> None:
        self.sight = sight
        self.shape = shape
        self.plan = plan
        self.selection = plan.selection
        self.listing = sight.listing or {}
        fields = sorted(shape.custom_fields.items())
        # Part of what was refused: once the account defines a field otherwise, it is tried again.
        self.definitions = tuple(f"{name} {each.placeholder} {each.type}" for name, each in fields)

    def run(self, assignment: Assignment) -> None:
        self.plan.changes += self.plan.departures.leaves
        for relation_id, link in assignment.readdressed.items():
            self._readdress(relation_id, link)
        for relation_id, link in assignment.moved.items():
            self._move(relation_id, link)
        for relation_id in assignment.new:
            self._create(relation_id)
        for relation_id, contact in assignment.found.items():
            self._adopt(relation_id, contact)
        for relation_id, link in assignment.kept.items():
            self._keep(relation_id, link)

    def _wanted(self, relation_id: RelationId) -> tuple[AddressKey, dict[str, Value], list[Note]]:
        values, notes = desired(self.selection.relations[relation_id], self.shape)
        return self.selection.keys[relation_id], values, notes

    def _write(self, change: Create | Update | Readdress | Move, verdict: Verdict, notes: list[Note]) -> None:
        """Plan a write, unless just this was refused before."""
        relation_id = change.relation_id
        print_ = fingerprint(change.address, {**change.values, EMAIL: change.address, "custom_fields": self.definitions})
        self.plan.fingerprints[relation_id] = print_
        parked = self.sight.known.parked.get(relation_id)
        if parked is not None and _is_parked(change, parked, print_) and not self._retries(relation_id):
            self.selection.settle(relation_id, Verdict.PARKED, "parked", problem=parked.problem, field=parked.field)
            return
        if isinstance(change, Create | Readdress) and self._is_taken(change.address):
            self.selection.settle(relation_id, Verdict.HELD, "address_of_another")
            return
        if isinstance(change, Create) and self.sight.creates_wait:
            self.selection.settle(relation_id, Verdict.WAITING, "waiting")
            return
        self.plan.changes.append(change)
        self.plan.notes += notes
        self.plan.verdicts[relation_id] = verdict

    def _is_taken(self, address: AddressKey) -> bool:
        """Whether the contact there was to go on, and Flexmail refused it its new address."""
        there = self.sight.known.links.open_by_address.get(address)
        return there is not None and self.plan.verdicts.get(there.relation_id) is Verdict.PARKED

    def _retries(self, relation_id: RelationId) -> bool:
        return self.sight.retry_parked or relation_id in self.sight.retry

    def _create(self, relation_id: RelationId) -> None:
        key, wanted, notes = self._wanted(relation_id)
        self._write(Create(relation_id, key, fresh(wanted, self.shape)), Verdict.CREATED, notes)

    def _readdress(self, relation_id: RelationId, link: Link) -> None:
        key, wanted, notes = self._wanted(relation_id)
        self._write(Readdress(relation_id, link.contact_id, link.address, key, wanted), Verdict.UPDATED, notes)

    def _move(self, relation_id: RelationId, link: Link) -> None:
        key, wanted, notes = self._wanted(relation_id)
        former = self.selection.relations.get(link.relation_id)
        unticked = former is not None and not former.newsletter
        move = Move(relation_id, link.contact_id, key, link.relation_id, whole(wanted), former_unticked=unticked)
        self._write(move, Verdict.UPDATED, notes)

    def _adopt(self, relation_id: RelationId, contact: Contact) -> None:
        key, wanted, notes = self._wanted(relation_id)
        change = adoption(relation_id, key, contact, wanted, self.shape)
        if isinstance(change, Update):
            self._write(change, Verdict.UPDATED, notes)
        else:
            self.plan.changes.append(change)
            self.plan.verdicts[relation_id] = Verdict.ADOPTED

    def _keep(self, relation_id: RelationId, link: Link) -> None:
        contact = self.listing.get(link.contact_id) if self.shape.repair else None
        base, repairs = link.values, NO_VALUES
        if link.status is LinkStatus.OPEN and alike(self.selection.relations[relation_id], contact, base, self.shape):
            self.selection.verdicts[relation_id] = Verdict.UNCHANGED
            self._agree(link, self.selection.keys[relation_id], base)
            return
        key, wanted, notes = self._wanted(relation_id)
        if contact is not None:
            repairs = edited_there(base, shown_values(contact, self.shape.custom_fields), link.shown)
            base = {**base, **repairs} if repairs else base
        changed = differences(wanted, base, blank=self.shape.blank)
        if changed:
            repairs = {name: value for name, value in repairs.items() if name in changed}
            self._write(Update(relation_id, link.contact_id, key, base, changed, repairs), Verdict.UPDATED, notes)
        elif link.status is LinkStatus.OPEN:
            self.selection.verdicts[relation_id] = Verdict.UNCHANGED
            self._agree(link, key, base)
        else:
            self.plan.changes.append(Adopt(relation_id, link.contact_id, key, base))
            self.plan.verdicts[relation_id] = Verdict.ADOPTED

    def _agree(self, link: Link, key: AddressKey, base: Values) -> None:
        """Both sides came to the same without us: remember what they agree on."""
        values = {**base, EMAIL: key} if key == link.address != base.get(EMAIL) else base
        if values is not link.values and values != link.values:
            self.plan.departures.relinks.append(replace(link, values=values))


def parked_create(address: AddressKey) -> str:
    """The fingerprint of an address that is not tried again whatever else changes: Flexmail knows it, not active."""
    return f"create {address}"


def parked_address(fingerprint_: str) -> AddressKey:
    """The address in such a fingerprint."""
    return fingerprint_.removeprefix("create ")


def _is_parked(change: Change, parked: Parked, print_: str) -> bool:
    if parked.fingerprint == print_:
        return True
    return isinstance(change, Create | Readdress) and parked.fingerprint == parked_create(change.address)

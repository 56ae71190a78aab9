"""Which relations are to be mailed, and by which one each address is sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from flexsync_cli.domain.address import AddressField, parse_field
from flexsync_cli.domain.holder import choose_holder, linked_among
from flexsync_cli.domain.known import Known
from flexsync_cli.domain.model import AddressKey, ContactId, LinkStatus, Relation, RelationId
from flexsync_cli.domain.plan import Note, Verdict


@dataclass(frozen=True, slots=True)
class Rules:
    """Who is selected: empty `crm_types` = every type; `crm_type_order` ranks those who share an address."""

    crm_types: frozenset[str] = frozenset()
    crm_type_order: tuple[str, ...] = ()

    def selects(self, relation: Relation) -> bool:
        """Ticked, of a selected type, and active or unknown."""
        return relation.newsletter and relation.active is not False and self.has_type(relation)

    def has_type(self, relation: Relation) -> bool:
        """Of a CRM type that is selected."""
        return not self.crm_types or relation.crm_type in self.crm_types


@dataclass(slots=True)
class Selection:
    """All rows, those of them that are not selected, the address keys of the selected ones, who holds which address, the
    verdicts that are settled already, and the addresses of those who are held."""

    relations: dict[RelationId, Relation] = field(default_factory=dict)
    unselected: list[Relation] = field(default_factory=list)
    keys: dict[RelationId, AddressKey] = field(default_factory=dict)
    holders: dict[AddressKey, RelationId] = field(default_factory=dict)
    verdicts: dict[RelationId, Verdict] = field(default_factory=dict)
    undecided: set[AddressKey] = field(default_factory=set)
    notes: list[Note] = field(default_factory=list)
    eligible: int = 0

    def key_of(self, relation_id: RelationId) -> AddressKey | None:
        """The address this relation is sent to; None unless it is the holder."""
        key = self.keys.get(relation_id)
        return key if key is not None and self.holders.get(key) == relation_id else None

    def settle(self, relation_id: RelationId, verdict: Verdict, reason: str, /, **data: str) -> None:
        """Decide one relation, with the reason as a note of that kind."""
        self.verdicts[relation_id] = verdict
        if verdict is Verdict.HELD and relation_id in self.keys:
            self.undecided.add(self.keys[relation_id])
        self.notes.append(Note(relation_id, reason, tuple(data.items())))


def select(
    relations: Iterable[Relation],
    known: Known,
    rules: Rules,
    held: frozenset[ContactId] = frozenset(),
    revived: frozenset[RelationId] = frozenset(),
) -> Selection:
    """Sort everybody out.

    `held` contacts are those of whom Flexmail does not say what became of them; `revived` relations are created again
    although Flexmail deleted them.
    """
    sorter = _Sorter(known, rules, held, revived)
    for relation in relations:
        sorter.add(relation)
    return sorter.finish()


class _Sorter:
    def __init__(self, known: Known, rules: Rules, held: frozenset[ContactId], revived: frozenset[RelationId]) -> None:
        self.known = known
        self.rules = rules
        self.held = held
        self.revived = revived
        self.selection = Selection()
        self.groups: dict[AddressKey, list[Relation]] = {}

    def add(self, relation: Relation) -> None:
        self.selection.relations[relation.id] = relation
        if not self.rules.selects(relation):
            self.selection.unselected.append(relation)
            return
        # A link's address is a key, which spares nearly everybody's a closer look.
        known = relation.email in self.known.links.open_by_address
        parsed = AddressField(relation.email) if known else parse_field(relation.email)
        if parsed.key is not None:
            self.selection.keys[relation.id] = parsed.key
        if parsed.several:
            self.selection.notes.append(Note(relation.id, "several_addresses"))
        settled = self._settled(relation, parsed)
        if settled is not None:
            self.selection.settle(relation.id, settled[0], settled[1], **settled[2])
        elif parsed.key is not None:
            self.selection.eligible += 1
            self.groups.setdefault(parsed.key, []).append(relation)

    def _settled(self, relation: Relation, parsed: AddressField) -> tuple[Verdict, str, dict[str, str]] | None:
        """Why this relation is not eligible, where it is not."""
        if parsed.key is None:
            return Verdict.HELD, "no_address" if parsed.problem == "empty" else "bad_address", {}
        if relation.active is None:
            return Verdict.HELD, "active_unknown", {}
        if (out := self.known.outs.of_relation(relation.id, parsed.key)) is not None:
            return Verdict.OUT, "out", {"kind": out.kind, "since": out.at.isoformat(), "address": out.address}
        mine = self.known.links.open_by_relation.get(relation.id, ())
        if self.held and any(link.contact_id in self.held for link in mine):
            return Verdict.HELD, "missing_there", {}
        if not mine and relation.id in self.known.links.deleted and relation.id not in self.revived:
            return Verdict.HELD, "deleted_there", {}
        return None

    def finish(self) -> Selection:
        if self.held or self.known.links.deleted:
            for key, group in self.groups.items():
                if (reason := self._why_held(key)) != "":
                    self.groups[key] = self._hold(group, reason)
        for key, group in self.groups.items():
            if len(group) == 1:
                self.selection.holders[key] = group[0].id
            elif group:
                _appoint(key, group, self.selection, self.known, self.rules)
        return self.selection

    def _why_held(self, key: AddressKey) -> str:
        """Why nobody is to be mailed at this address, though another relation than the linked one may want it."""
        there = self.known.links.open_by_address.get(key)
        if there is not None:
            return "missing_there" if there.contact_id in self.held else ""
        closed = self.known.links.closed_by_address.get(key, ())
        deleted = any(link.status is LinkStatus.DELETED and link.relation_id in self.selection.keys for link in closed)
        return "deleted_there" if deleted else ""

    def _hold(self, group: Sequence[Relation], reason: str) -> list[Relation]:
        """Those of the group that are not held after all: the revived."""
        held = [relation for relation in group if relation.id not in self.revived]
        for relation in held:
            self.selection.settle(relation.id, Verdict.HELD, reason)
        self.selection.eligible -= len(held)
        return [relation for relation in group if relation.id in self.revived]


def _appoint(key: AddressKey, group: Sequence[Relation], selection: Selection, known: Known, rules: Rules) -> None:
    """Of several who share an address."""
    holder = choose_holder(group, linked_among(key, group, known.links.open_by_relation), rules.crm_type_order)
    selection.holders[key] = holder
    for relation in group:
        if relation.id != holder:
            selection.settle(relation.id, Verdict.SHADOWED, "shadowed", by=holder)

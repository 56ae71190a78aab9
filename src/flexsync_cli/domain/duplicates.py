"""The relations that share an address, which one of them is sent, and why."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum

from flexsync_cli.domain.address import parse_field
from flexsync_cli.domain.holder import Eligibility, choose_holder, eligibility, linked_among
from flexsync_cli.domain.model import AddressKey, Link, LinkStatus, Relation, RelationId, id_order


class Role(StrEnum):
    """What a relation is for its address, in the order of the report."""

    HOLDER = "holder"
    SHADOWED = "shadowed"
    NOT_ELIGIBLE = "not eligible"


@dataclass(frozen=True, slots=True)
class Standing:
    """A relation's role and the reason, for people."""

    role: Role
    why: str


@dataclass(frozen=True, slots=True)
class DuplicateRow:
    """One relation of a shared address, as the report shows it; the names of the fields are its column heads."""

    address: AddressKey
    relation_id: RelationId
    name: str
    first_name: str
    crm_type: str
    active: str
    newsletter: str
    role: Role
    why: str


COLUMNS = tuple(field.name for field in fields(DuplicateRow))

Groups = Mapping[AddressKey, Sequence[Relation]]

_WHY_NOT = {
    Eligibility.UNTICKED: "newsletter not ticked",
    Eligibility.INACTIVE: "not active",
    Eligibility.TYPE: "CRM type not selected",
    Eligibility.UNKNOWN_ACTIVE: "active is neither yes nor no",
}
_YES_NO = {True: "yes", False: "no", None: "unknown"}
_ROLES = tuple(Role)


def groups(relations: Iterable[Relation]) -> Groups:
    """The relations of every address that more than one of them has, whether they may be mailed or not."""
    by_address: defaultdict[AddressKey, list[Relation]] = defaultdict(list)
    for relation in relations:
        key = parse_field(relation.email).key
        if key is not None:
            by_address[key].append(relation)
    return {key: members for key, members in by_address.items() if len(members) > 1}


def standings(
    shared: Groups, links: Iterable[Link], crm_types: Collection[str], crm_type_order: Sequence[str]
) -> dict[RelationId, Standing]:
    """What each relation of these groups is, by the rule of the push."""
    open_links: defaultdict[RelationId, list[Link]] = defaultdict(list)
    for link in links:
        if link.status is LinkStatus.OPEN:
            open_links[link.relation_id].append(link)
    found: dict[RelationId, Standing] = {}
    for key, members in shared.items():
        reasons = {relation.id: eligibility(relation, crm_types) for relation in members}
        candidates = [relation for relation in members if reasons[relation.id] is Eligibility.ELIGIBLE]
        found |= {id_: Standing(Role.NOT_ELIGIBLE, _WHY_NOT[why]) for id_, why in reasons.items() if why in _WHY_NOT}
        if candidates:
            found |= _appoint(candidates, linked_among(key, candidates, open_links), crm_type_order)
    return found


def _appoint(
    candidates: Sequence[Relation], linked: Collection[RelationId], crm_type_order: Sequence[str]
) -> dict[RelationId, Standing]:
    holder = choose_holder(candidates, linked, crm_type_order)
    appointed = {relation.id: Standing(Role.SHADOWED, f"relation {holder} is sent") for relation in candidates}
    appointed[holder] = Standing(Role.HOLDER, _why_holder(holder, candidates, linked, crm_type_order))
    return appointed


def _why_holder(
    holder: RelationId, candidates: Sequence[Relation], linked: Collection[RelationId], crm_type_order: Sequence[str]
) -> str:
    """What decided, of choose_holder's rules."""
    if len(candidates) == 1:
        return "the only one that may be mailed"
    if holder in linked:
        return "sent already"
    types = {relation.id: relation.crm_type for relation in candidates}
    rivals = [crm_type for relation_id, crm_type in types.items() if relation_id != holder]
    if types[holder] in crm_type_order and types[holder] not in rivals:
        return "first by CRM type"
    return "lowest id"


def report(shared: Groups, roles: Mapping[RelationId, Standing]) -> list[DuplicateRow]:
    """A row a relation, sorted by address, then role, then id."""
    rows = [_row(key, relation, roles[relation.id]) for key, members in shared.items() for relation in members]
    return sorted(rows, key=lambda row: (row.address, _ROLES.index(row.role), id_order(row.relation_id), row.relation_id))


def _row(key: AddressKey, relation: Relation, standing: Standing) -> DuplicateRow:
    several = "; the first of several addresses in its field" if parse_field(relation.email).several else ""
    return DuplicateRow(
        address=key,
        relation_id=relation.id,
        name=relation.name,
        first_name=relation.first_name,
        crm_type=relation.crm_type,
        active=_YES_NO[relation.active],
        newsletter=_YES_NO[relation.newsletter],
        role=standing.role,
        why=standing.why + several,
    )


def group_fingerprint(address: AddressKey, relation_ids: Iterable[RelationId]) -> str:
    """What tells one group from another, run after run: its address and who shares it, in whatever order."""
    return hashlib.sha256(json.dumps([address, sorted(relation_ids)]).encode()).hexdigest()

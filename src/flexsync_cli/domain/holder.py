"""Who may be mailed, and which one of several relations is sent for the address they share."""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum

from flexsync_cli.domain.address import parse_field
from flexsync_cli.domain.model import AddressKey, Link, Relation, RelationId, id_order


class Eligibility(StrEnum):
    """Whether a relation may be mailed; of several reasons against, the first in this order after ELIGIBLE."""

    ELIGIBLE = "eligible"
    UNTICKED = "unticked"
    INACTIVE = "inactive"
    TYPE = "type"  # its CRM type is not selected
    UNKNOWN_ACTIVE = "unknown_active"  # neither yes nor no: held
    NO_ADDRESS = "no_address"
    BAD_ADDRESS = "bad_address"


def eligibility(relation: Relation, crm_types: Collection[str]) -> Eligibility:
    """Whether this relation may be mailed, and if not, why not. No `crm_types` means all of them."""
    if not relation.newsletter:
        return Eligibility.UNTICKED
    if relation.active is False:
        return Eligibility.INACTIVE
    if crm_types and relation.crm_type not in crm_types:
        return Eligibility.TYPE
    if relation.active is None:
        return Eligibility.UNKNOWN_ACTIVE
    return _by_address(relation.email)


def _by_address(email: str) -> Eligibility:
    match parse_field(email).problem:
        case "empty":
            return Eligibility.NO_ADDRESS
        case "invalid":
            return Eligibility.BAD_ADDRESS
        case _:
            return Eligibility.ELIGIBLE


def choose_holder(
    candidates: Collection[Relation], linked: Collection[RelationId], crm_type_order: Sequence[str]
) -> RelationId:
    """The holder among the eligible relations of one address; there is at least one.

    One that is `linked` already stays; else the first by `crm_type_order`, types it doesn't name last; else the lowest id.
    """
    ranks = {crm_type: rank for rank, crm_type in reversed(list(enumerate(crm_type_order)))}

    def precedence(relation: Relation) -> tuple[bool, int, tuple[int, int, str], RelationId]:
        rank = ranks.get(relation.crm_type, len(crm_type_order))
        return relation.id not in linked, rank, id_order(relation.id), relation.id

    return min(candidates, key=precedence).id


def linked_among(
    key: AddressKey, candidates: Collection[Relation], open_links: Mapping[RelationId, Collection[Link]]
) -> frozenset[RelationId]:
    """Those linked at this very address; where nobody is, those linked at all, whose contact moves along."""
    linked = {relation.id: open_links.get(relation.id, ()) for relation in candidates}
    here = {relation_id for relation_id, links in linked.items() if any(is_at(link, key) for link in links)}
    return frozenset(here or {relation_id for relation_id, links in linked.items() if links})


def is_at(link: Link, key: AddressKey) -> bool:
    """Whether the contact has this address, or had it when both sides last agreed: what was changed in Flexmail stays."""
    return key == link.address or key == link.values.get("email")

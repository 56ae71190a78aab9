"""Who leaves: contacts whose address nobody has who is eligible, or undecided, and why; and those that only seem to.

A relation that is unticked or inactive leaves. A row or a selected type that is missing may be an accident of the database:
it is seen twice, a day apart, and even then waits for approval. A contact whose relation went to another one leaves a day
later, so that a typo costs nobody the newsletter.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import assert_never

from flexsync_cli.domain.address import address_key
from flexsync_cli.domain.known import Known
from flexsync_cli.domain.model import AddressKey, ContactId, Link, LinkStatus, Relation, RelationId, Sighting
from flexsync_cli.domain.plan import Leave, LeaveReason, Verdict
from flexsync_cli.domain.selection import Rules, Selection

SECOND_SIGHT = timedelta(hours=24)
SAYING_NO = frozenset({LeaveReason.UNTICKED, LeaveReason.INACTIVE})
ABSENT = frozenset({LeaveReason.GONE, LeaveReason.TYPE})
# Of a relation that is mailed, by itself or through who holds its address: not decided yet, or shadowed.
GOING_ON = frozenset({None, Verdict.SHADOWED})


@dataclass(slots=True)
class Departures:
    """`leaves` may go now, `absent` only when approved, `missing` is all who are absent, at whatever sight; `relinks` and
    `sightings` are for state."""

    leaves: list[Leave] = field(default_factory=list)
    absent: list[Leave] = field(default_factory=list)
    missing: list[Leave] = field(default_factory=list)
    relinks: list[Link] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)


def departures(selection: Selection, known: Known, rules: Rules, used: set[int], now: datetime) -> Departures:
    """Decide on every link that no holder uses."""
    result = Departures()
    for link in known.links.open_links():
        if link.contact_id not in used:
            _part(link, selection, known, rules, now, result)
    for link in known.links.closed:
        if link.contact_id not in used:
            _settle_closed(link, selection, known, rules, now, result)
    return result


def _part(link: Link, selection: Selection, known: Known, rules: Rules, now: datetime, result: Departures) -> None:
    reason = _reason(selection.relations.get(link.relation_id), rules)
    if reason is not None and link.address in selection.undecided:
        return
    if reason in SAYING_NO:
        result.leaves.append(Leave(link.relation_id, link.contact_id, link.address, reason))
    elif reason is not None:
        _miss(link, reason, known, now, result)
    elif selection.verdicts.get(link.relation_id) in GOING_ON:
        result.relinks.append(_left_behind(link, selection, known, now))


def _reason(relation: Relation | None, rules: Rules) -> LeaveReason | None:
    if relation is None:
        return LeaveReason.GONE
    if not relation.newsletter:
        return LeaveReason.UNTICKED
    if relation.active is False:
        return LeaveReason.INACTIVE
    return None if rules.has_type(relation) else LeaveReason.TYPE


def still_leaves(relation: Relation | None, leave: Leave, rules: Rules) -> bool:
    """Whether the row, read again just before the call, still bears this leave out; one that vanished meanwhile does not."""
    reason = _reason(relation, rules)
    match leave.reason:
        case LeaveReason.UNTICKED | LeaveReason.INACTIVE:
            return reason in SAYING_NO
        case LeaveReason.GONE | LeaveReason.TYPE:
            return reason is not None
        case LeaveReason.OFFERED:
            return reason not in (None, LeaveReason.GONE)
        case LeaveReason.SUPERSEDED:
            return relation is None or reason in SAYING_NO or address_key(relation.email) != leave.address
        case _:
            assert_never(leave.reason)


def _miss(link: Link, reason: LeaveReason, known: Known, now: datetime, result: Departures) -> None:
    seen = known.sightings.get(link.relation_id)
    since = seen.since if seen is not None and seen.what == reason else now
    result.sightings.append(Sighting(link.relation_id, reason, since))
    leave = Leave(link.relation_id, link.contact_id, link.address, reason)
    result.missing.append(leave)
    if now - since >= SECOND_SIGHT:
        result.absent.append(leave)


def _left_behind(link: Link, selection: Selection, known: Known, now: datetime) -> Link:
    """Its relation is sent through another contact now. One that was taken up within the day by a typo is nobody's again."""
    key = selection.key_of(link.relation_id) or ""
    former = (other for other in known.links.closed_by_address.get(key, ()) if other.relation_id == link.relation_id)
    back = any(other.status is LinkStatus.SUPERSEDED for other in former)
    released = back and now - link.since < SECOND_SIGHT
    return replace(link, status=LinkStatus.RELEASED if released else LinkStatus.SUPERSEDED, since=now)


def _settle_closed(link: Link, selection: Selection, known: Known, rules: Rules, now: datetime, result: Departures) -> None:
    reason = _reason(selection.relations.get(link.relation_id), rules)
    if link.status is LinkStatus.DELETED and reason in SAYING_NO:
        result.relinks.append(replace(link, status=LinkStatus.RELEASED, since=now))
    wanted = link.address in selection.holders or link.address in selection.undecided
    if link.status is not LinkStatus.SUPERSEDED or wanted or known.outs.of_address(link.address):
        return
    if reason in ABSENT:
        _miss(link, reason, known, now, result)
    elif reason is not None or _went_on(link, selection, now):
        result.leaves.append(Leave(link.relation_id, link.contact_id, link.address, LeaveReason.SUPERSEDED))


def _went_on(link: Link, selection: Selection, now: datetime) -> bool:
    """Its relation has been mailed elsewhere for a day."""
    return selection.verdicts.get(link.relation_id) in GOING_ON and now - link.since >= SECOND_SIGHT


def offers(contacts: Iterable[tuple[ContactId, AddressKey]], selection: Selection, known: Known) -> list[Leave]:
    """Contacts, as (id, address), that are active in Flexmail though Admin says not to mail them."""
    unwanted = _unwanted(selection)
    if not unwanted:
        return []
    return [
        Leave(unwanted[address], contact_id, address, LeaveReason.OFFERED)
        for contact_id, address in contacts
        if address in unwanted and contact_id not in known.links.by_contact and known.outs.of_address(address) is None
    ]


def _unwanted(selection: Selection) -> dict[AddressKey, RelationId]:
    """The addresses of relations that Admin says not to mail, and of no other."""
    result: dict[AddressKey, RelationId] = {}
    wanted = set(selection.keys.values())
    for relation in selection.unselected:
        key = address_key(relation.email)
        if key is not None and key not in wanted:
            result.setdefault(key, relation.id)
    return result

"""Who leaves: contacts that nobody eligible has any more, and why; and those that only seem to.

A relation that is unticked or inactive leaves. A row or a selected type that is missing may be an accident of the database:
it is seen twice, a day apart, and even then waits for approval. A contact whose relation went to another one leaves a day
later, so that a typo costs nobody the newsletter.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from flexsync_cli.domain.known import Known
from flexsync_cli.domain.model import Link, LinkStatus, Relation, Sighting
from flexsync_cli.domain.plan import Leave, LeaveReason, Verdict
from flexsync_cli.domain.selection import Rules, Selection

SECOND_SIGHT = timedelta(hours=24)


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
            _settle_closed(link, selection, known, now, result)
    return result


def _part(link: Link, selection: Selection, known: Known, rules: Rules, now: datetime, result: Departures) -> None:
    relation = selection.relations.get(link.relation_id)
    reason = _reason(relation, rules)
    if reason in (LeaveReason.UNTICKED, LeaveReason.INACTIVE):
        result.leaves.append(Leave(link.relation_id, link.contact_id, link.address, reason))
    elif reason is not None:
        _miss(link, reason, known, now, result)
    elif selection.verdicts.get(link.relation_id) in (None, Verdict.SHADOWED):
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
    """Whether the row, read again just before the call, still says no."""
    return leave.reason is LeaveReason.SUPERSEDED or _reason(relation, rules) is not None


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


def _settle_closed(link: Link, selection: Selection, known: Known, now: datetime, result: Departures) -> None:
    relation = selection.relations.get(link.relation_id)
    ticked = relation is not None and relation.newsletter and relation.active is not False
    if link.status is LinkStatus.DELETED and not ticked:
        result.relinks.append(replace(link, status=LinkStatus.RELEASED, since=now))
    if link.status is not LinkStatus.SUPERSEDED or link.address in selection.holders or known.outs.of_address(link.address):
        return
    if not ticked or now - link.since >= SECOND_SIGHT:
        result.leaves.append(Leave(link.relation_id, link.contact_id, link.address, LeaveReason.SUPERSEDED))


def offers(contacts: Iterable[tuple[int, str]], selection: Selection, known: Known, unwanted: dict[str, str]) -> list[Leave]:
    """Contacts, as (id, address), active in Flexmail though Admin says no; `unwanted` are the addresses of such relations."""
    return [
        Leave(unwanted[address], contact_id, address, LeaveReason.OFFERED)
        for contact_id, address in contacts
        if address in unwanted
        and address not in selection.holders
        and contact_id not in known.links.by_contact
        and known.outs.of_address(address) is None
    ]

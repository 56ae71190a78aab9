from dataclasses import replace
from datetime import timedelta

import pytest

from flexsync_cli.domain.leaves import SECOND_SIGHT, Departures, departures, offers, still_leaves
from flexsync_cli.domain.model import Link, LinkStatus, Relation, Sighting
from flexsync_cli.domain.plan import Leave, LeaveReason
from flexsync_cli.domain.selection import Rules, select
from tests.domain.people import NOW, Office, link, out, relation

A, B = "een@example.be", "twee@example.be"
TYPES = Rules(frozenset({"3"}))
TICKED = relation(1, A)
ROWS = {
    "ticked": TICKED,
    "unticked": replace(TICKED, newsletter=False),
    "inactive": replace(TICKED, active=False),
    "unknown": replace(TICKED, active=None),
    "type": replace(TICKED, crm_type="8"),
    "elsewhere": replace(TICKED, email=B),
    "gone": None,
}
BORNE_OUT = {
    LeaveReason.UNTICKED: {"unticked", "inactive"},
    LeaveReason.INACTIVE: {"unticked", "inactive"},
    LeaveReason.GONE: {"unticked", "inactive", "type", "gone"},
    LeaveReason.TYPE: {"unticked", "inactive", "type", "gone"},
    LeaveReason.OFFERED: {"unticked", "inactive", "type"},
    LeaveReason.SUPERSEDED: {"unticked", "inactive", "elsewhere", "gone"},
}


@pytest.mark.parametrize("reason", LeaveReason)
def test_what_the_row_must_say_just_before_the_call(reason: LeaveReason) -> None:
    leave = Leave("1", 11, A, reason)
    assert {name for name, row in ROWS.items() if still_leaves(row, leave, TYPES)} == BORNE_OUT[reason]


def departed(office: Office, *used: int) -> Departures:
    return departures(select(office.relations, office.known, TYPES), office.known, TYPES, set(used), NOW)


def test_whoever_is_used_stays() -> None:
    office = Office([replace(TICKED, newsletter=False)], [link(11, 1, A)])
    assert departed(office, 11) == Departures()
    assert [leave.reason for leave in departed(office).leaves] == [LeaveReason.UNTICKED]


@pytest.mark.parametrize(
    ("rows", "links"),
    [
        ([replace(TICKED, newsletter=False)], [link(11, 1, A)]),
        ([], [link(11, 1, A)]),
        ([relation(1, B)], [link(11, 1, A, LinkStatus.SUPERSEDED, since=NOW - SECOND_SIGHT), link(12, 1, B)]),
    ],
    ids=["unticked", "gone", "superseded"],
)
def test_whose_address_an_undecided_relation_has_stays(rows: list[Relation], links: list[Link]) -> None:
    alone = Office(rows, links, sightings=[Sighting("1", "gone", NOW - SECOND_SIGHT)])
    assert departed(alone, 12).leaves + departed(alone, 12).absent
    shared = replace(alone, relations=[*rows, relation(2, A, active=None)])
    assert departed(shared, 12) == Departures()


@pytest.mark.parametrize(
    ("what", "age", "absent"),
    [
        ("type", timedelta(0), False),
        ("type", SECOND_SIGHT - timedelta(minutes=1), False),
        ("type", SECOND_SIGHT, True),
        ("gone", SECOND_SIGHT, False),  # what was missed is another thing: the day begins anew
    ],
)
def test_missing_is_seen_twice_a_day_apart(what: str, age: timedelta, absent: bool) -> None:
    office = Office([relation(1, A, crm_type="8")], [link(11, 1, A)], sightings=[Sighting("1", what, NOW - age)])
    result = departed(office)
    assert bool(result.absent) is absent
    assert len(result.missing) == len(result.sightings) == 1
    assert result.sightings[0].since == (NOW - age if what == "type" else NOW)


def test_left_behind_is_kept_for_a_day() -> None:
    office = Office([relation(1, B)], [link(11, 1, A)])
    (left,) = departed(office).relinks
    assert (left.status, left.since) == (LinkStatus.SUPERSEDED, NOW)


def test_taken_by_a_typo_is_given_back() -> None:
    office = Office([relation(1, A)], [link(11, 1, A, LinkStatus.SUPERSEDED), link(12, 1, B, since=NOW - timedelta(hours=1))])
    (left,) = departed(office, 11).relinks
    assert (left.contact_id, left.status) == (12, LinkStatus.RELEASED)


def test_deleted_is_forgotten_by_an_untick_only() -> None:
    deleted = [link(11, 1, A, LinkStatus.DELETED)]
    assert departed(Office([TICKED], deleted)).relinks == []
    assert departed(Office([], deleted)).relinks == []
    (freed,) = departed(Office([replace(TICKED, newsletter=False)], deleted)).relinks
    assert freed.status is LinkStatus.RELEASED


HOUR = timedelta(hours=1)


def test_a_leave_says_who_which_contact_where_and_why() -> None:
    office = Office([replace(TICKED, newsletter=False)], [link(11, 1, A)])
    assert departed(office).leaves == [Leave("1", 11, A, LeaveReason.UNTICKED)]


def test_missing_is_remembered_with_what_was_missed_and_since_when() -> None:
    first = departed(Office([], [link(11, 1, A)]))
    assert first == Departures(missing=[Leave("1", 11, A, LeaveReason.GONE)], sightings=[Sighting("1", "gone", NOW)])
    again = departed(Office([], [link(11, 1, A)], sightings=[Sighting("1", "gone", NOW - SECOND_SIGHT)]))
    assert again.absent == again.missing == first.missing


def test_whoever_is_held_is_left_as_it_is() -> None:
    assert departed(Office([relation(1, "no address")], [link(11, 1, A)])) == Departures()


@pytest.mark.parametrize(
    ("since", "former", "status"),
    [
        (HOUR, LinkStatus.SUPERSEDED, LinkStatus.RELEASED),
        (SECOND_SIGHT, LinkStatus.SUPERSEDED, LinkStatus.SUPERSEDED),
        (HOUR, LinkStatus.KEPT, LinkStatus.SUPERSEDED),
    ],
)
def test_only_what_was_taken_up_within_the_day_by_a_typo_is_given_back(
    since: timedelta, former: LinkStatus, status: LinkStatus
) -> None:
    office = Office([relation(1, A)], [link(11, 1, A, former), link(12, 1, B, since=NOW - since)])
    assert departed(office, 11).relinks == [replace(office.links[1], status=status, since=NOW)]


def test_a_contact_new_within_the_day_is_left_behind_as_any() -> None:
    office = Office([relation(1, A)], [link(12, 1, B, since=NOW - HOUR)])
    assert [each.status for each in departed(office).relinks] == [LinkStatus.SUPERSEDED]


def test_deleted_is_forgotten_from_now_on() -> None:
    deleted = link(11, 1, A, LinkStatus.DELETED)
    result = departed(Office([replace(TICKED, newsletter=False)], [deleted]))
    assert result == Departures(relinks=[replace(deleted, status=LinkStatus.RELEASED, since=NOW)])


@pytest.mark.parametrize("status", [LinkStatus.OUT, LinkStatus.KEPT, LinkStatus.RELEASED, LinkStatus.RETURNED])
def test_of_the_closed_only_those_left_behind_leave(status: LinkStatus) -> None:
    unticked = [replace(TICKED, newsletter=False)]
    assert departed(Office(unticked, [link(11, 1, A, status)])) == Departures()
    left = departed(Office(unticked, [link(11, 1, A, LinkStatus.SUPERSEDED)]))
    assert left == Departures(leaves=[Leave("1", 11, A, LeaveReason.SUPERSEDED)])


def test_left_behind_does_not_leave_while_another_has_the_address_or_it_is_out() -> None:
    behind = link(11, 1, A, LinkStatus.SUPERSEDED)
    unticked = replace(TICKED, newsletter=False)
    assert departed(Office([unticked, relation(2, A)], [behind])) == Departures()
    assert departed(Office([unticked], [behind], [out(A)])) == Departures()


def offered(office: Office, *contacts: tuple[int, str]) -> list[Leave]:
    return offers(contacts, select(office.relations, office.known, TYPES), office.known)


def test_an_offer_says_whose_contact_it_is_and_leaves_out_who_is_linked_out_or_wanted() -> None:
    rows = [replace(TICKED, newsletter=False), relation(2, B, crm_type="8")]
    assert offered(Office(rows), (50, A), (51, B), (52, "drie@example.be")) == [
        Leave("1", 50, A, LeaveReason.OFFERED),
        Leave("2", 51, B, LeaveReason.OFFERED),
    ]
    assert offered(Office(rows, [link(50, 9, B)], [out(B)]), (50, A), (51, B)) == []
    assert offered(Office([*rows, relation(3, A)]), (50, A)) == []


def test_of_several_unticked_relations_the_first_is_offered() -> None:
    rows = [relation(number, A, ticked=False) for number in (2, 1)]
    assert offered(Office(rows), (50, A)) == [Leave("2", 50, A, LeaveReason.OFFERED)]

from dataclasses import replace
from datetime import timedelta

import pytest

from flexsync_cli.domain.leaves import SECOND_SIGHT, Departures, departures, still_leaves
from flexsync_cli.domain.model import LinkStatus, Sighting
from flexsync_cli.domain.plan import Leave, LeaveReason
from flexsync_cli.domain.selection import Rules, select
from tests.domain.people import NOW, Office, link, relation

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

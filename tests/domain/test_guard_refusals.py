"""Exactly what a refusal says: of which step, why, how many people of how many, and who."""

from dataclasses import replace

import pytest

from flexsync_cli.domain.guard import History, Limits, guarded, inspect_push, limit, without
from flexsync_cli.domain.leaves import Departures
from flexsync_cli.domain.plan import (
    Adopt,
    Change,
    Create,
    Guarded,
    Leave,
    LeaveReason,
    Move,
    Readdress,
    Refusal,
    RefusalKind,
    Update,
)
from flexsync_cli.domain.push import PushPlan
from flexsync_cli.domain.selection import Selection
from tests.domain.people import relation

LIMITS = Limits()
SETTLED = History(40, 100, settled=True)


def leave(number: int, reason: LeaveReason = LeaveReason.UNTICKED) -> Leave:
    return Leave(str(number), 100 + number, "", reason)


def shown(count: int, first: int = 1) -> tuple[Guarded, ...]:
    """Leaves, as a kept plan shows them."""
    return tuple(Guarded("leave", str(number), 100 + number) for number in range(first, first + count))


def plan(*changes: Change, eligible: int = 100, missing: int = 0, rows: int = 1) -> PushPlan:
    relations = {str(number): relation(number) for number in range(rows)}
    departures = Departures(missing=[leave(number, LeaveReason.GONE) for number in range(50, 50 + missing)])
    return PushPlan(Selection(relations, eligible=eligible), departures, changes=list(changes))


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        (Create("1", "", {}), Guarded("create", "1")),
        (Adopt("1", 7, "", {}), Guarded("adopt", "1", 7)),
        (Update("1", 7, "", {}, {}), Guarded("update", "1", 7)),
        (Readdress("1", 7, "", "", {}), Guarded("readdress", "1", 7)),
        (Move("1", 7, "", "2", {}), Guarded("move", "1", 7)),
        (leave(1), Guarded("leave", "1", 101)),
    ],
)
def test_a_change_is_kept_by_what_it_is_and_whom_it_is_about(change: Change, kept: Guarded) -> None:
    assert guarded(change) == kept


def test_an_emptied_admin_counts_everybody_who_is_linked() -> None:
    made = plan(leave(1), missing=2, rows=0, eligible=0)
    items = (*shown(1), *shown(2, 50))
    assert inspect_push(made, SETTLED, LIMITS) == [Refusal("push", RefusalKind.NUMBERS, 40, 40, items)]


def test_half_gone_counts_those_lost_or_those_who_would_leave_if_they_are_more() -> None:
    few = plan(leave(1), missing=2, eligible=50)
    items = (*shown(1), *shown(2, 50))
    assert inspect_push(few, SETTLED, LIMITS) == [Refusal("push", RefusalKind.NUMBERS, 50, 40, items)]
    many = plan(*(leave(number) for number in range(1, 31)), eligible=11)
    small = History(40, 22, settled=True)
    assert inspect_push(many, small, LIMITS) == [Refusal("push", RefusalKind.NUMBERS, 30, 40, shown(30))]


def test_leaves_and_blanked_values_are_limited_together() -> None:
    blanked = [Update(str(number), 100 + number, "", {"name": "A"}, {"name": None}) for number in range(1, 7)]
    filled = [Update(str(number), 100 + number, "", {}, {"name": "A"}) for number in range(20, 30)]
    gone = [leave(number) for number in range(7, 13)]
    items = (*map(guarded, blanked), *map(guarded, gone))
    made = plan(*blanked, *filled, *gone)
    assert inspect_push(made, SETTLED, LIMITS) == [Refusal("push", RefusalKind.LIMIT, 12, 40, items)]


@pytest.mark.parametrize(("adopted", "updated", "refused"), [(60, 49, True), (60, 60, False), (0, 0, True)])
def test_at_adoption_the_matched_contacts_are_the_base(adopted: int, updated: int, refused: bool) -> None:
    matched: list[Change] = [Adopt(f"a{number}", number, "", {}) for number in range(adopted)]
    matched += [Update(f"u{number}", 900 + number, "", {}, {"name": "A"}) for number in range(updated)]
    refusals = inspect_push(plan(*map(leave, range(1, 13)), *matched), History(0, 0, settled=False), LIMITS)
    expected = Refusal("push", RefusalKind.LIMIT, 12, adopted + updated, shown(12))
    assert refusals == ([expected] if refused else [])


def test_creates_and_overwrites_of_half_the_account_are_one_refusal() -> None:
    creates = [Create(str(number), "", {}) for number in range(1, 22)]
    rewritten = [Update(str(number), number, "", {"name": "A"}, {"name": "B"}) for number in range(30, 44)]
    moved: list[Change] = [Move(str(number), number, "", "2", {}) for number in range(51, 60)]
    moved.append(Readdress("50", 50, "", "", {}))
    items = tuple(guarded(change) for change in (*creates, *rewritten, *moved))
    assert inspect_push(plan(*creates, *rewritten, *moved), SETTLED, LIMITS) == [
        Refusal("push", RefusalKind.OVERWRITE, 45, 40, items)
    ]
    assert inspect_push(plan(*creates[1:], *rewritten), SETTLED, LIMITS) == []


def test_absences_offers_and_doubts_say_who_and_how_many() -> None:
    made = plan()
    made.departures.absent = [leave(1, LeaveReason.GONE), leave(2, LeaveReason.TYPE)]
    made.offered = [leave(3, LeaveReason.OFFERED)]
    made.doubted = [Guarded("untick", "4"), Guarded("untick", "4")]
    assert inspect_push(made, SETTLED, LIMITS) == [
        Refusal("push", RefusalKind.ABSENT, 2, 40, shown(2)),
        Refusal("push", RefusalKind.OFFER, 1, 40, shown(1, 3)),
        Refusal("push", RefusalKind.BLOCKED, 1, 40, tuple(made.doubted)),
    ]


# ---- approval


def refusal(count: int, kind: RefusalKind = RefusalKind.LIMIT, people: int | None = None) -> Refusal:
    return Refusal("pull-contacts", kind, count if people is None else people, 400, shown(count))


def test_what_is_left_is_the_same_refusal_of_fewer_people() -> None:
    assert without(refusal(5), refusal(3)) == Refusal("pull-contacts", RefusalKind.LIMIT, 2, 400, shown(2, 4))
    assert without(refusal(5), None) == refusal(5)


def test_approved_to_the_last_change_nothing_is_left_however_many_they_were_called() -> None:
    assert without(refusal(3, RefusalKind.NUMBERS, people=200), refusal(3, RefusalKind.NUMBERS, people=100)) is None


@pytest.mark.parametrize(("now", "approved", "left"), [(100, 100, False), (99, 100, False), (101, 100, True)])
def test_a_number_without_changes_is_approved_up_to_the_number_typed(now: int, approved: int, left: bool) -> None:
    asked, word = (refusal(0, RefusalKind.NUMBERS, people=number) for number in (now, approved))
    assert without(asked, word) == (asked if left else None)


def test_the_plain_limit_says_of_which_step_and_of_how_many() -> None:
    assert limit("bounces", shown(12), 100, LIMITS) == [Refusal("bounces", RefusalKind.LIMIT, 12, 100, shown(12))]
    approval = replace(refusal(3), step="bounces")
    assert limit("bounces", shown(12), 100, LIMITS, approval) == [Refusal("bounces", RefusalKind.LIMIT, 9, 100, shown(9, 4))]
    assert limit("bounces", shown(10), 50, LIMITS) == []


def test_a_doubled_change_is_one_person() -> None:
    assert limit("bounces", shown(10) + shown(10), 50, LIMITS) == []


def test_a_number_typed_for_an_emptied_side_approves_its_changes_too() -> None:
    assert without(refusal(5, RefusalKind.NUMBERS), refusal(5, RefusalKind.NUMBERS)) is None

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsync_cli.domain.guard import History, Limits, guarded, inspect_push, limit, people, without
from flexsync_cli.domain.leaves import Departures
from flexsync_cli.domain.plan import Change, Create, Guarded, Leave, LeaveReason, Refusal, RefusalKind, Update
from flexsync_cli.domain.push import PushPlan
from flexsync_cli.domain.selection import Selection
from tests.domain.people import relation

LIMITS = Limits()
ITEMS = st.lists(
    st.builds(Guarded, st.just("leave"), st.integers(1, 30).map(str), st.integers(1, 30)), max_size=25, unique=True
).map(tuple)


def leaves(count: int, first: int = 1) -> list[Change]:
    return [Leave(str(number), 100 + number, "", LeaveReason.UNTICKED) for number in range(first, first + count)]


def plan(changes: list[Change], eligible: int = 100, **extra: object) -> PushPlan:
    rows = {str(number): relation(number) for number in range(1, 3)}
    made = PushPlan(Selection(rows, eligible=eligible), Departures(), changes=changes)
    for name, value in extra.items():
        setattr(made, name, value)
    return made


def kinds(made: PushPlan, history: History) -> list[RefusalKind]:
    return [refusal.kind for refusal in inspect_push(made, history, LIMITS)]


@pytest.mark.parametrize(
    ("count", "of", "refused"),
    [(10, 20, False), (11, 20, True), (11, 110, False), (11, 109, True), (0, 0, False), (11, 0, True), (200, 2000, False)],
)
def test_strictly_above_both_limits(count: int, of: int, refused: bool) -> None:
    assert LIMITS.passed(count, of) is refused


def test_people_are_counted_once() -> None:
    assert people([Guarded("leave", "1", 5), Guarded("leave", "1", 6), Guarded("create", "2"), Guarded("leave", "", 7)]) == 3


def test_an_empty_side_is_refused_where_there_were_links() -> None:
    empty = replace(plan([]), selection=Selection())
    assert kinds(empty, History(3, 3, settled=True)) == [RefusalKind.NUMBERS]
    assert kinds(empty, History(0, 3, settled=True)) == []


@pytest.mark.parametrize(("before", "now", "refused"), [(40, 20, True), (40, 21, False), (20, 10, False), (22, 11, True)])
def test_half_of_the_eligible_gone_is_refused(before: int, now: int, refused: bool) -> None:
    assert (kinds(plan([], now), History(before, before, settled=True)) == [RefusalKind.NUMBERS]) is refused


def test_creates_and_overwrites_count_once_settled() -> None:
    creates: list[Change] = [Create(str(number), "", {}) for number in range(12)]
    updates: list[Change] = [Update(str(number), number, "", {"name": "A"}, {"name": "B"}) for number in range(12)]
    for settled, links, expected in ((True, 20, 24), (False, 20, 0), (True, 0, 0), (True, 24, 0)):
        refusals = inspect_push(plan([*creates, *updates]), History(links, 100, settled), LIMITS)
        assert sum(len(refusal.items) for refusal in refusals) == expected
        assert len(refusals) <= 1


def test_new_values_where_there_were_none_overwrite_nothing() -> None:
    updates: list[Change] = [Update(str(number), number, "", {}, {"name": "B"}) for number in range(12)]
    assert kinds(plan(updates), History(20, 100, settled=True)) == []


def test_offers_and_absences_are_plans_of_their_own() -> None:
    made = plan([], offered=leaves(1), doubted=[Guarded("untick", "5")])
    made.departures.absent = [Leave("9", 9, "", LeaveReason.GONE)]
    assert kinds(made, History(20, 100, settled=True)) == [RefusalKind.ABSENT, RefusalKind.OFFER, RefusalKind.BLOCKED]


def test_approval_leaves_what_the_plan_did_not_show() -> None:
    history = History(40, 100, settled=True)
    (shown,) = inspect_push(plan(leaves(12)), history, LIMITS)
    assert inspect_push(plan(leaves(12)), history, LIMITS, shown) == []
    (left,) = inspect_push(plan(leaves(15)), history, LIMITS, shown)
    assert [item.relation_id for item in left.items] == ["13", "14", "15"]


def test_a_word_on_a_limit_is_none_on_an_emptied_side() -> None:
    shown = Refusal("push", RefusalKind.LIMIT, 12, 40, tuple(map(guarded, leaves(12))))
    assert without(replace(shown, kind=RefusalKind.NUMBERS), shown) is not None


@given(ITEMS, ITEMS)
def test_approval_is_for_just_these(now: tuple[Guarded, ...], shown: tuple[Guarded, ...]) -> None:
    refusal = Refusal("push", RefusalKind.LIMIT, people(now), 100, now)
    left = without(refusal, Refusal("push", RefusalKind.LIMIT, people(shown), 100, shown)) if now else None
    assert set(left.items if left else ()) == set(now) - set(shown)


@given(ITEMS)
def test_whatever_is_refused_can_be_approved(items: tuple[Guarded, ...]) -> None:
    for refusal in limit("push", items, 50, LIMITS):
        assert limit("push", items, 50, LIMITS, refusal) == []

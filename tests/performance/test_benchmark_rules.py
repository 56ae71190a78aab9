from datetime import timedelta
from itertools import pairwise

import pytest
from benchmarks import floor
from benchmarks.month import INTERVALS, SIZES, extent, slots
from benchmarks.naive import rule

MONTH = timedelta(days=30)


@pytest.mark.parametrize(
    ("calls", "least"),
    [
        (floor.first_push(1_000), 4 + 2),
        (floor.first_push(10_000), 5 + 20),
        (floor.run(), 3),
        (floor.run(campaigns=1), 4),
        (floor.changed(3), 3),
        (floor.changed(50), 4),
        (floor.changed(5_001), 5),
        (floor.interests(2_000), 2_001),
        (floor.reconciled(0), 2),
        (floor.reconciled(10_001), 22),
    ],
)
def test_the_floor_is_what_its_written_rule_says(calls: int, least: int) -> None:
    assert calls == least


def test_the_naive_client_makes_two_calls_a_relation_and_one_an_interest() -> None:
    assert rule(1_000).calls == 2_000
    assert rule(1_000, interests=5_000).calls == 7_000


@pytest.mark.parametrize("interval", INTERVALS.values(), ids=INTERVALS)
@pytest.mark.parametrize("size", SIZES)
def test_the_runs_that_are_made_stand_for_all_runs_of_the_month(size: int, interval: timedelta) -> None:
    assert sum(slot.weight for slot in slots(interval, extent(size, interval))) == pytest.approx(MONTH // interval)


@pytest.mark.parametrize("interval", INTERVALS.values(), ids=INTERVALS)
@pytest.mark.parametrize("size", SIZES)
def test_runs_are_made_in_their_order(size: int, interval: timedelta) -> None:
    assert all(one.at < other.at for one, other in pairwise(slots(interval, extent(size, interval))))


def test_the_month_that_was_promised_is_run_whole() -> None:
    assert extent(5_000, INTERVALS["1 h"]) == "whole"

"""What a month costs: the interval by itself, and the end of the month."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsync_cli.domain.forecast import Habits, Used, forecast, interval_cost, longer_interval, quiet_run

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
A_WEEK_TO_GO = datetime(2026, 9, 23, 22, tzinfo=UTC)  # a week before the month ends in Brussels
SOAP = Habits(soap=True, clicks=True, reconcile=timedelta(days=1000))


def test_every_15_minutes_costs_8640_calls_a_month() -> None:
    assert interval_cost(Habits(interval=15 * MINUTE, soap=True, clicks=True)) == 8_640


@pytest.mark.parametrize(
    ("habits", "calls"),
    [
        (Habits(soap=True, clicks=True), 3),
        (Habits(soap=True), 2),
        (Habits(soap=True, clicks=True, opt_in=True), 5),
        (Habits(soap=True, clicks=True, contacts=10_000), 3),
        (Habits(), 1),
        (Habits(contacts=500), 1),
        (Habits(contacts=10_000), 20),
    ],
)
def test_a_run_that_finds_nothing_to_do(habits: Habits, calls: int) -> None:
    assert quiet_run(habits) == calls


def test_a_new_install_is_told_what_its_interval_costs_and_no_more() -> None:
    assert forecast(Used(10_050), SOAP, A_WEEK_TO_GO) == pytest.approx(10_050 + 7 * 24 * 3, abs=1)


def test_the_first_push_is_not_expected_again() -> None:
    used = Used(10_300, days=[80, 82, 10_072])
    assert forecast(used, SOAP, A_WEEK_TO_GO) == pytest.approx(10_300 + 7 * (24 * 3 + 9), abs=1)


def test_work_that_comes_back_day_by_day_is_expected() -> None:
    used = Used(500, days=[172] * 7)
    assert forecast(used, SOAP, A_WEEK_TO_GO) == pytest.approx(500 + 7 * 172, abs=1)


def test_a_shorter_interval_is_expected_at_once() -> None:
    hourly = Used(500, days=[72] * 7)
    every_15 = Habits(interval=15 * MINUTE, soap=True, clicks=True, reconcile=timedelta(days=1000))
    assert forecast(hourly, every_15, A_WEEK_TO_GO) == pytest.approx(500 + 7 * 4 * 72, abs=1)


def test_the_daily_reading_of_the_present_states_is_part_of_it() -> None:
    daily = Habits(soap=True, clicks=True, contacts=10_000)
    assert forecast(Used(0), daily, A_WEEK_TO_GO) == 7 * (24 * 3 + 20 + 1)


@pytest.mark.parametrize("soap", [True, False])
def test_so_is_the_daily_reading_of_who_has_which_interest(soap: bool) -> None:
    without = Habits(soap=soap, contacts=10_000, interests=True)
    with_lists = replace(without, interest_pages=7)
    assert forecast(Used(0), with_lists, A_WEEK_TO_GO) == forecast(Used(0), without, A_WEEK_TO_GO) + 7 * 7


def test_a_longer_interval_that_the_budget_bears() -> None:
    every_15 = Habits(interval=15 * MINUTE, soap=True, clicks=True)
    used = Used(2_000, days=[300] * 7)
    assert forecast(used, every_15, A_WEEK_TO_GO) > 3_000
    assert longer_interval(used, every_15, A_WEEK_TO_GO, 3_200) == 30 * MINUTE
    assert longer_interval(used, every_15, A_WEEK_TO_GO, 2_600) == HOUR
    assert longer_interval(used, every_15, A_WEEK_TO_GO, 2_000) is None


@given(
    month=st.integers(0, 50_000),
    days=st.lists(st.integers(0, 20_000), max_size=7),
    minutes=st.integers(1, 2_880),
    soap=st.booleans(),
    contacts=st.integers(0, 100_000),
    budget=st.integers(1, 100_000),
)
def test_what_is_advised_fits_and_is_longer(
    month: int, days: list[int], minutes: int, soap: bool, contacts: int, budget: int
) -> None:
    habits = Habits(interval=minutes * MINUTE, soap=soap, contacts=contacts)
    used = Used(month, days)
    assert forecast(used, habits, A_WEEK_TO_GO) >= month
    longer = longer_interval(used, habits, A_WEEK_TO_GO, budget)
    assert longer is None or longer > habits.interval


def test_a_budget_that_is_just_enough_is_enough() -> None:
    every_15 = Habits(interval=15 * MINUTE)
    half_hourly = 7 * 48
    assert longer_interval(Used(0), every_15, A_WEEK_TO_GO, half_hourly) == 30 * MINUTE
    assert longer_interval(Used(0), every_15, A_WEEK_TO_GO, half_hourly - 1) == HOUR


def test_a_longer_interval_is_longer() -> None:
    assert longer_interval(Used(0), Habits(interval=15 * MINUTE), A_WEEK_TO_GO, 1_000_000) == 30 * MINUTE

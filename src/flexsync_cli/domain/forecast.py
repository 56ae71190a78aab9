"""What a month costs in calls: what the interval costs by itself, and what the month will have taken when it ends. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flexsync_cli.domain.months import month_of
from flexsync_cli.domain.price import price_of_listing

WAITS = "waits for the budget"  # how the remark of a step begins that the month's calls have no room for
DAY = timedelta(days=1)
MONTH = timedelta(days=30)  # as people count
DAYS_SEEN = 7
INTERVALS = tuple(timedelta(minutes=minutes) for minutes in (15, 30, 60, 120, 240, 360, 720, 1440))


@dataclass(frozen=True, slots=True)
class Habits:
    """What costs calls though nothing happens: how often it runs, what each run looks at, how often the present states are
    read. `clicks` where it looks for campaigns; `contacts` is how many a listing shows, `interest_pages` how many pages tell
    who has which interest, where `interests` are sent one by one."""

    interval: timedelta = timedelta(hours=1)
    soap: bool = False
    clicks: bool = False
    opt_in: bool = False
    reconcile: timedelta = DAY
    contacts: int = 0
    interests: bool = False
    interest_pages: int = 0


@dataclass(frozen=True, slots=True)
class Used:
    """Calls of this month so far, and of the last days of 24 hours before which there had been calls, the latest first."""

    month: int
    days: Sequence[int] = ()


def quiet_run(habits: Habits) -> int:
    """The calls of a run that finds nothing to do: opt-outs and bounces, or all contacts where there is no SOAP."""
    if not habits.soap:
        return price_of_listing(habits.contacts)
    return 2 + habits.clicks + 2 * habits.opt_in


def interval_cost(habits: Habits) -> int:
    """What a month of quiet runs costs."""
    return round(MONTH / habits.interval * quiet_run(habits))


def forecast(used: Used, habits: Habits, now: datetime) -> int:
    """The month's calls when it ends: those so far, and for each day that is left the standing cost and the usual work."""
    _, end = month_of(now)
    return used.month + round((_standing(habits) + _work(used.days, habits)) * ((end - now) / DAY))


def longer_interval(used: Used, habits: Habits, now: datetime, budget: int) -> timedelta | None:
    """The shortest longer interval with which the budget will do; None where none helps."""
    work = _work(used.days, habits)
    _, end = month_of(now)
    for interval in INTERVALS:
        daily = _standing(replace(habits, interval=interval)) + work
        if interval > habits.interval and used.month + daily * ((end - now) / DAY) <= budget:
            return interval
    return None


def _standing(habits: Habits) -> float:
    """A day in which nothing happens. Without SOAP each run reads the present states."""
    states = price_of_listing(habits.contacts) + 1 if habits.soap else 0
    readings = DAY / max(habits.reconcile, habits.interval) * (states + habits.interest_pages)
    return DAY / habits.interval * quiet_run(habits) + readings


def _work(days: Sequence[int], habits: Habits) -> float:
    """What a day usually takes beyond that. The busiest one is left out: a first push, or a clean-up, is not repeated."""
    usual = sorted(max(0.0, day - _standing(habits)) for day in days)[:-1]
    return sum(usual) / len(usual) if usual else 0.0

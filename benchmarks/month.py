"""A month of a typical office: thirty days of `run`, at an interval.

A small month is run whole. A larger one is composed, by a written rule, of runs that were really made: of some days all runs,
or of some days some runs, each counted as often as there are such runs in the month.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from benchmarks import floor
from benchmarks.agenda import CAMPAIGN_DAYS, DAYS, WINDOW, Agenda
from benchmarks.moment import MONDAY
from benchmarks.naive import rule
from benchmarks.office import Office, office
from benchmarks.process import Spent
from benchmarks.row import MONTH, Row

INTERVALS = {"15 min": timedelta(minutes=15), "1 h": timedelta(hours=1), "1 day": timedelta(days=1)}
SIZES = (500, 5_000, 50_000)
DAY = timedelta(days=1)

# A Tuesday with a campaign, the two days after it, a later working day and a Saturday: each as often as a month has its like.
KINDS_OF_DAY = {1: 2, 2: 2, 3: 2, 4: 16, 5: 8}
FEWER_KINDS = {1: 2, 2: 2, 4: 18, 5: 8}  # the fresh hours of the second day after it stand among those of the first two
_ONCE = tuple(timedelta(hours=hours) for hours in (0, 2, 6, 9))  # runs that read or send what is due once a day
_MORNING, _EVENING, _LATE = (timedelta(hours=hours) for hours in (9, 17, 20))
_WHOLE_MOST = 4_000_000  # relations times runs

Extent = Literal["whole", "days", "runs"]


@dataclass(frozen=True, slots=True)
class Slot:
    """One run: its place in the month, and how many runs it stands for; those of weight 0 only keep the office in step."""

    at: timedelta
    weight: float


def extent(size: int, interval: timedelta) -> Extent:
    """How much of it is really run: all, where that is done in some minutes."""
    runs = DAYS * DAY // interval
    if runs == DAYS or size * runs <= _WHOLE_MOST:
        return "whole"
    return "days" if size <= SIZES[1] else "runs"


def slots(interval: timedelta, much: Extent) -> Iterator[Slot]:
    """The runs to be made, in their order."""
    if much == "whole":
        yield from (Slot(place * interval, 1) for place in range(DAYS * DAY // interval))
        return
    kinds, some_of = (KINDS_OF_DAY, _all_of) if much == "days" else (FEWER_KINDS, _some_of)
    for day, number in kinds.items():
        if day - 1 not in kinds:
            yield from (Slot(day * DAY - before, 0) for before in (DAY, interval / 2))
        yield from (Slot(day * DAY + slot.at, number * slot.weight) for slot in some_of(interval))


def _all_of(interval: timedelta) -> Iterator[Slot]:
    return (Slot(place * interval, 1) for place in range(DAY // interval))


def _some_of(interval: timedelta) -> Iterator[Slot]:
    """Those of a day that have something of their own, some of the office's work, and one of the evening."""
    yield from (Slot(at, 1) for at in _ONCE)
    working, tried = (_EVENING - _MORNING) // interval, min(2, timedelta(hours=1) // interval)
    yield from (Slot(_MORNING + (place + 1) * interval, working / tried) for place in range(tried))
    yield Slot(_LATE, 0)  # what was changed in the hours that are left out
    yield Slot(_LATE + interval, DAY // interval - working - len(_ONCE))


def month(size: int, interval: str, much: Extent | None = None) -> Row:
    """Run it, or as much of it as stands for the whole: so `much`, or what some minutes allow."""
    much = much or extent(size, INTERVALS[interval])
    with office(size, kept=True) as told:
        told.fill_flexmail()
        told.clock.until(MONDAY - DAY / 2)
        told.spend("run", "--json")
        spent, least = _lived(told, INTERVALS[interval], much)
    runs = DAYS * DAY // INTERVALS[interval]
    naive = rule(size * runs)
    return Row(f"{MONTH}, every {interval}", size, spent, least, naive, composed=much != "whole")


def _lived(told: Office, interval: timedelta, much: Extent) -> tuple[Spent, int]:
    """What the month's runs spent, and the fewest calls for the same."""
    agenda, spent, least = Agenda(told), Spent(), 0.0
    for slot in slots(interval, much):
        told.clock.until(MONDAY + slot.at)
        changed = agenda.until(told.clock.now())
        spent += told.spend("run", "--json").times(slot.weight)
        least += slot.weight * (floor.run() + (floor.changed(changed) if changed else 0))
    campaigns = len(CAMPAIGN_DAYS) * WINDOW
    return spent, round(least) + campaigns + DAYS * floor.reconciled(told.size)

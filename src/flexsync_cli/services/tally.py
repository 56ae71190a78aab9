"""Counts this run's calls, in front of the ledger that all runs share, and keeps the month's budget."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from flexsync_cli.domain.forecast import WAITS
from flexsync_cli.domain.months import day_of, month_of
from flexsync_cli.errors import BudgetSpent
from flexsync_cli.ports import Ledger


class Tally:
    """A ledger that also remembers how many calls of each door this run made.

    `budget` is the month's calls, 0 where none is known; while `exempt` it stops nothing: opt-outs are always read.
    `planned` are the writes that a dry run did not make: what comes after them has so many calls less.
    """

    def __init__(self, ledger: Ledger, budget: int = 0) -> None:
        self._ledger = ledger
        self._budget = budget
        self._kept_back = 0
        self.exempt = False
        self.planned = 0
        self.by_door = {"rest": 0, "soap": 0}

    def left(self, now: datetime) -> int | None:
        """Calls that may still be made this month by this step; None where nothing limits them."""
        if not self._budget or self.exempt:
            return None
        begin, end = month_of(now)
        return max(0, self._budget - self._ledger.count(begin, end) - self.planned - self._kept_back)

    def is_spent(self, now: datetime) -> bool:
        """Whether the month's budget is spent, whatever this step may do."""
        begin, end = month_of(now)
        return 0 < self._budget <= self._ledger.count(begin, end)

    def spent(self, now: datetime) -> BudgetSpent:
        """What to say, or raise, of work that waits for the budget."""
        until = day_of(month_of(now)[1])
        return BudgetSpent(
            f"{WAITS}: the {self._budget} calls of this month (flexmail.calls_per_month) are spent, or needed for "
            f"what is more urgent; it goes on by {until}, or when there are more"
        )

    def check(self, now: datetime) -> None:
        """Raise BudgetSpent where this step may make no call any more this month."""
        if self.left(now) == 0:
            raise self.spent(now)

    @contextmanager
    def keeping_back(self, calls: int) -> Iterator[None]:
        """Leave so many calls for what comes later and is more urgent."""
        self._kept_back += calls
        try:
            yield
        finally:
            self._kept_back -= calls

    @property
    def total(self) -> int:
        """Calls of this run so far."""
        return sum(self.by_door.values())

    def reserve(self, door: str, method: str, path: str, now: datetime, per_minute: int) -> tuple[int, float]:
        """As Ledger's; counted once it has a place. Raises BudgetSpent."""
        self.check(now)
        call_id, wait = self._ledger.reserve(door, method, path, now, per_minute)
        if not wait:
            self.by_door[door] = self.by_door.get(door, 0) + 1
        return call_id, wait

    def settle(self, call_id: int, status: int, milliseconds: int) -> None:
        """As Ledger's."""
        self._ledger.settle(call_id, status, milliseconds)

    def empty_bucket(self, until: datetime) -> None:
        """As Ledger's."""
        self._ledger.empty_bucket(until)

    def count(self, since: datetime, until: datetime, door: str | None = None) -> int:
        """As Ledger's."""
        return self._ledger.count(since, until, door)

    def prune(self, before: datetime) -> None:
        """As Ledger's."""
        self._ledger.prune(before)

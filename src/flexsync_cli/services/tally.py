"""Counts this run's calls, in front of the ledger that all runs share, and keeps the month's budget."""

from datetime import datetime

from flexsync_cli.domain.months import day_of, month_of
from flexsync_cli.errors import BudgetSpent
from flexsync_cli.ports import Ledger


class Tally:
    """A ledger that also remembers how many calls of each door this run made.

    `budget` is the month's calls, 0 where none is known; while `exempt` it stops nothing: opt-outs are always read.
    """

    def __init__(self, ledger: Ledger, budget: int = 0) -> None:
        self._ledger = ledger
        self._budget = budget
        self.exempt = False
        self.by_door = {"rest": 0, "soap": 0}

    def check(self, now: datetime) -> None:
        """Raise BudgetSpent where no call may be made any more this month."""
        begin, end = month_of(now)
        if self._budget and not self.exempt and self._ledger.count(begin, end) >= self._budget:
            raise BudgetSpent(
                f"the {self._budget} calls of this month are spent (flexmail.calls_per_month): the opt-outs are still read, "
                f"the rest waits until {day_of(end)}"
            )

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

"""Counts this run's calls, in front of the ledger that all runs share."""

from datetime import datetime

from flexsync_cli.ports import Ledger


class Tally:
    """A ledger that also remembers how many calls of each door this run made."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.by_door = {"rest": 0, "soap": 0}

    @property
    def total(self) -> int:
        """Calls of this run so far."""
        return sum(self.by_door.values())

    def reserve(self, door: str, method: str, path: str, now: datetime, per_minute: int) -> tuple[int, float]:
        """As Ledger's; counted once it has a place."""
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

"""The account's own clock, which a test can set."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")


def utc_now() -> datetime:
    """The real time."""
    return datetime.now(UTC)


class Clock:
    """Goes as `source` goes, shifted by what it was set to; frozen where `source` stands still."""

    def __init__(self, source: Callable[[], datetime] = utc_now) -> None:
        self._source = source
        self._shift = timedelta(0)

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return (self._source() + self._shift).astimezone(UTC)

    def set(self, moment: datetime) -> None:
        """Make it `moment` (aware) now; it goes on from there."""
        self._shift = moment - self._source()

    def advance(self, seconds: float) -> None:
        """Let that much time pass at once."""
        self._shift += timedelta(seconds=seconds)

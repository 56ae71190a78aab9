"""A clock that goes on only where somebody waits."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

MONDAY = datetime(2026, 6, 1, tzinfo=UTC)  # the first of a month of thirty days


class VirtualClock:
    """The port `Clock`; `on_sleep` is told of every wait, in seconds."""

    def __init__(self, start: datetime = MONDAY, on_sleep: Callable[[float], None] | None = None) -> None:
        self._now = start
        self._on_sleep = on_sleep

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Let that much time pass at once."""
        if self._on_sleep is not None:
            self._on_sleep(seconds)
        self._now += timedelta(seconds=seconds)

    def until(self, moment: datetime) -> None:
        """Let time pass until then; a moment that is over already is left alone."""
        self._now = max(self._now, moment)

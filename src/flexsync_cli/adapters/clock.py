"""The machine's clock."""

import time
from datetime import UTC, datetime

from flexsync_cli.ports import StopSignal

BREATH = 0.5  # seconds that may pass before a wish to stop is noticed


class SystemClock:
    """The port `Clock`. Whoever asks to stop does not have to wait until a wait is over: `sleep` then raises Interrupted."""

    def __init__(self, stop: StopSignal | None = None) -> None:
        self._stop = stop

    def now(self) -> datetime:
        """The present moment, in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Let that much time pass."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self._stop is not None:
                self._stop.check()
            time.sleep(min(left, BREATH))

"""A graceful stop: the first Ctrl-C or SIGTERM lets the current call finish and be recorded, the second ends at once."""

import signal
from types import FrameType
from typing import Any

from flexsync_cli.errors import Interrupted

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopOnSignal:
    """The port `StopSignal`, as a context that catches the signals meanwhile. Only the main thread may enter it."""

    def __init__(self) -> None:
        self.asked = False
        self._former: dict[signal.Signals, Any] = {}

    def __enter__(self) -> "StopOnSignal":
        self._former = {number: signal.signal(number, self._ask) for number in SIGNALS}
        return self

    def __exit__(self, *exception: object) -> None:
        for number, handler in self._former.items():
            signal.signal(number, handler)

    def check(self) -> None:
        """Raise Interrupted if somebody asked to stop."""
        if self.asked:
            raise Interrupted("stopped as asked; what was done is recorded, the next run goes on")

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True

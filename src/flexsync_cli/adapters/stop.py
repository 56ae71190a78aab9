"""A graceful stop: the first Ctrl-C, SIGTERM or Ctrl-Break lets the current call end and be recorded, the second ends now."""

import signal
from types import FrameType
from typing import Any

from flexsync_cli.errors import Interrupted

# SIGBREAK is Windows' own: Ctrl-Break, a console that is closed, the end of a task or a session.
SIGNALS = tuple(each for each in signal.Signals if each.name in ("SIGINT", "SIGTERM", "SIGBREAK"))


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

import signal
import threading
import time

import pytest

from flexsync_cli.adapters.clock import BREATH, SystemClock
from flexsync_cli.adapters.stop import StopOnSignal
from flexsync_cli.errors import Interrupted


def test_a_wait_lasts_as_long_as_it_was_told_to() -> None:
    began = time.monotonic()
    SystemClock().sleep(0.02)
    SystemClock().sleep(-1)
    assert time.monotonic() - began >= 0.02


def test_a_wait_ends_when_somebody_asks_to_stop() -> None:
    began = time.monotonic()
    with StopOnSignal() as stop:
        threading.Timer(0.05, signal.raise_signal, [signal.SIGINT]).start()
        with pytest.raises(Interrupted):
            SystemClock(stop).sleep(60)
    assert time.monotonic() - began < 10 * BREATH

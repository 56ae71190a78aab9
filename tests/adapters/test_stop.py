import signal
import subprocess
import sys

import pytest

from flexsync_cli.adapters.stop import SIGNALS, StopOnSignal
from flexsync_cli.errors import Interrupted


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_asks_and_the_second_ends(number: signal.Signals) -> None:
    with StopOnSignal() as stop:
        stop.check()
        signal.raise_signal(number)
        with pytest.raises(Interrupted):
            stop.check()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)


def test_what_was_there_before_is_put_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with StopOnSignal():
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before


def test_windows_own_signal_is_one_of_them_there() -> None:
    named = "import signal; from enum import IntEnum\n" + (
        "signal.Signals = IntEnum('Signals', {'SIGINT': 2, 'SIGTERM': 15, 'SIGBREAK': 21, 'SIGABRT': 22})\n"
        "from flexsync_cli.adapters.stop import SIGNALS; print([each.name for each in SIGNALS])"
    )
    told = subprocess.run([sys.executable, "-c", named], capture_output=True, text=True, check=True, timeout=30).stdout
    assert told.strip() == "['SIGINT', 'SIGTERM', 'SIGBREAK']"

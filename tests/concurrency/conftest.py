"""The office of the scenarios, and a clock that goes on only where a test, or a call, lets it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from tests.scenarios.conftest import _no_scheduler_of_this_machine, no_waiting, world

__all__ = ["_no_scheduler_of_this_machine", "clock", "no_waiting", "world"]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """How busy this machine is must change nothing."""
    with time_machine.travel(datetime.now(UTC), tick=False) as traveller:
        yield traveller

"""The limit as the other side sees it: it counts a call when it arrives, which is some time after the place was taken."""

from collections import deque
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
import respx

from flexsync_cli.adapters.flexmail.http import Door, RetryRule
from flexsync_cli.adapters.state import open_state
from flexsync_cli.errors import FlexmailUnavailable
from flexsync_cli.ports import State
from tests.adapters.flexmail.fakes import START, URL, FakeClock

MINUTE = timedelta(minutes=1)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with closing(open_state(tmp_path / "state.db")) as state:
        yield state


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """The time that a call takes is this clock's, too."""
    clock = FakeClock()
    monkeypatch.setattr("flexsync_cli.adapters.flexmail.http.perf_counter", lambda: (clock.now() - START).total_seconds())
    return clock


def ask(state: State, clock: FakeClock) -> httpx.Response:
    with Door(state.ledger, clock, per_minute=60) as door:
        return door.request("rest", "GET", URL, path_for_ledger="/", retry=RetryRule.AGAIN)


@respx.mock
@pytest.mark.parametrize("slow", [0, 40])
def test_a_call_that_arrives_late_brings_no_minute_above_the_limit(state: State, clock: FakeClock, slow: int) -> None:
    arrivals: deque[datetime] = deque()

    def arrive(_request: httpx.Request) -> httpx.Response:
        clock.moment += timedelta(seconds=2.5 if len(arrivals) == slow else 0.01)
        arrivals.append(clock.moment)
        return httpx.Response(200, json={})

    respx.route(host="api.flexmail.example").mock(side_effect=arrive)
    for _ in range(130):
        ask(state, clock)
    assert max(sum(one <= other < one + MINUTE for other in arrivals) for one in arrivals) == 60
    assert clock.now() - START < timedelta(minutes=2, seconds=10)


@respx.mock
def test_what_a_429_asks_for_holds_for_the_next_process_however_long(state: State, clock: FakeClock) -> None:
    route = respx.route(host="api.flexmail.example").mock(return_value=httpx.Response(429, headers={"Retry-After": "7200"}))
    for _ in range(2):
        with pytest.raises(FlexmailUnavailable):
            ask(state, clock)
    assert route.call_count == 1


def test_a_shorter_429_does_not_shorten_a_longer_one(state: State) -> None:
    state.ledger.reserve("rest", "GET", "/", START, 60)
    state.ledger.empty_bucket(START + timedelta(seconds=300))
    state.ledger.empty_bucket(START + timedelta(seconds=10))
    assert state.ledger.reserve("rest", "GET", "/", START, 60) == (0, 300.0)

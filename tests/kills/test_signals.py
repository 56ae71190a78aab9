"""Asked to stop, it finishes what it is at; asked twice, it stops at once. The next run goes on either way."""

import signal
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest

from flexsync_cli.adapters.state import open_state
from tests.kills import effects
from tests.kills.effects import Moment
from tests.kills.sweep import Undisturbed, fast_folder, go_on, undisturbed
from tests.scenarios.noes import last_run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows knows other signals")

INTERRUPTED = 130


@pytest.fixture(scope="module")
def play() -> Iterator[Undisturbed]:
    with fast_folder() as folder, undisturbed("a whole day", folder) as play:
        yield play


def stop(play: Undisturbed, *signals: int) -> str:
    """Half-way; what it said."""
    stage, half = play.stage, len(play.effects) // 2
    stage.put_back()
    ended = effects.run(["--config", str(stage.world.config), "run"], stage.world.folder, Moment(half), signals)
    assert ended.code == INTERRUPTED
    assert len(ended.effects) < len(play.effects)
    return (stage.world.folder / "said.txt").read_text()


def assert_it_goes_on(play: Undisturbed) -> None:
    left = go_on(play.stage, play.scenario, ["run"], kills=1)
    assert play.digest.differences(left) == {}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_stop_it_finishes_what_it_is_at(play: Undisturbed, number: int) -> None:
    assert "the next run goes on" in stop(play, number)
    assert last_run(play.stage.world).exit_code == INTERRUPTED
    with closing(open_state(play.stage.world.folder / "state.db")) as state:
        assert state.journal.pending() == []
    assert_it_goes_on(play)


def test_asked_twice_it_stops_at_once(play: Undisturbed) -> None:
    assert "Traceback" not in stop(play, signal.SIGINT, signal.SIGINT)
    assert_it_goes_on(play)

"""Random histories of two worlds and a clock, played on real parts and judged by a simple model.

FLEXSYNC_HISTORIES=N plays N of them in all, a share a lane, so that xdist's workers divide them; without it a few that are the
same each time. `python -m tests.machine` plays many and prints what it played.
"""

import os

import pytest

from tests.machine.history import Player
from tests.machine.many import play_some

HISTORIES = int(os.environ.get("FLEXSYNC_HISTORIES", "160"))
LANES = 4


@pytest.mark.usefixtures("_without_logs")
@pytest.mark.parametrize("lane", range(LANES))
def test_every_history_ends_well(player: Player, lane: int) -> None:
    play_some(player, -(-HISTORIES // LANES), lane)

"""Random histories of two worlds and a clock, played on real parts and judged by a simple model.

FLEXSYNC_HISTORIES=N plays N of them in all, a share a lane, so that xdist's workers divide them; without it a few that are the
same each time. `python -m tests.machine` plays many and prints what it played.
"""

import logging
import os
from collections.abc import Iterator

import pytest

from flexsync_cli.sandbox.mailbox import Mailbox
from flexsync_cli.sandbox.serve import Sandbox
from tests.machine.history import Player
from tests.machine.many import play_some
from tests.machine.thrift import thrifty

HISTORIES = int(os.environ.get("FLEXSYNC_HISTORIES", "160"))
LANES = 4


@pytest.fixture(scope="module")
def player(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Player]:
    """One server of each kind for all histories of a process."""
    with Sandbox() as sandbox, Mailbox(tmp_path_factory.mktemp("box")) as box, thrifty():
        yield Player(sandbox, box)


@pytest.fixture
def _without_logs() -> Iterator[None]:
    """Nobody reads them, and they are long."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.usefixtures("_without_logs")
@pytest.mark.parametrize("lane", range(LANES))
def test_every_history_ends_well(player: Player, lane: int) -> None:
    play_some(player, -(-HISTORIES // LANES), lane)

"""The player of histories, and the silence in which it plays."""

import logging
from collections.abc import Iterator

import pytest

from flexsync_cli.sandbox.mailbox import Mailbox
from flexsync_cli.sandbox.serve import Sandbox
from tests.machine.history import Player
from tests.machine.thrift import thrifty


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

"""A fresh office a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from flexsync_cli.sandbox.serve import Sandbox
from tests.scenarios.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An empty Admin and an empty Flexmail."""
    with Sandbox() as sandbox:
        world = World(tmp_path, sandbox)
        yield world
        world.engine.dispose()

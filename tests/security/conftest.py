"""Traps, set and baited."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.security.trap import Trap, trap_in


@pytest.fixture
def trap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trap]:
    """An office whose every value is a canary."""
    with trap_in(tmp_path, monkeypatch) as trap:
        yield trap

"""The machine complains of each bug that was planted, and of nothing where none was."""

import pytest

from tests.machine.bites import BITES, Bite
from tests.machine.history import Player


@pytest.mark.usefixtures("_without_logs")
@pytest.mark.parametrize("bite", BITES, ids=lambda bite: bite.name)
def test_the_machine_bites(player: Player, monkeypatch: pytest.MonkeyPatch, bite: Bite) -> None:
    player.play(bite.history)
    bite.plant(monkeypatch)
    with pytest.raises(AssertionError, match=bite.complaint):
        player.play(bite.history)

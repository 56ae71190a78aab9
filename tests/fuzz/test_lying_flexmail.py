"""One odd thing in one answer of a whole run: it ends by itself, and the runs after it mend what it left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flexsync_cli.adapters.clock import SystemClock
from flexsync_cli.adapters.flexmail import rest_calls
from flexsync_cli.sandbox.model import State
from flexsync_cli.sandbox.serve import Sandbox
from tests.fuzz import TIMES
from tests.fuzz.liar import ODD, ODD_TEXTS, Json, Liar, lying
from tests.fuzz.office import busy_day, busy_office
from tests.scenarios.world import World

RUNS = 4 * TIMES
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
PAGE = 30  # contacts, so that a listing has several
NOBODY_LIES = Liar(-1, 0, None)
BUG = 70


@dataclass(frozen=True)
class Lived:
    """What came of it: exit codes of the run over the lie and of those after it, and whom Flexmail has."""

    codes: Sequence[int]
    addresses: Sequence[str]
    active: frozenset[str]
    revived: Sequence[str]


def live_through(liar: Liar) -> Lived:
    """A busy day, the run after it over the lie, and two more."""
    with (
        TemporaryDirectory() as folder,
        time_machine.travel(MONDAY) as clock,
        Sandbox() as sandbox,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(SystemClock, "sleep", lambda _self, seconds: clock.shift(seconds))
        patch.setattr(rest_calls, "PAGE", PAGE)
        world = World(Path(folder), sandbox)
        busy_office(world)
        assert world.run("run").code == 0
        clock.shift(timedelta(hours=26))
        busy_day(world)
        with lying(liar):
            codes = [world.run("run").code]
        codes += [world.run("run").code for _ in range(2)]
        world.engine.dispose()
    contacts = [contact for contact in world.flexmail.contacts() if contact.state is not State.DELETED]
    revived = [origin for _, origin in world.flexmail.store.revived]
    return Lived(codes, [contact.email for contact in contacts], frozenset(world.active()), revived)


@cache
def rehearsed(door: str) -> tuple[Lived, Sequence[str]]:
    """The same without a lie, and what was asked and answered."""
    liar = Liar(-1, 0, None, door)
    return live_through(liar), liar.heard


@pytest.mark.parametrize(
    ("door", "asked"),
    [
        ("rest", {"GET /contacts", "GET /custom-fields", "GET /sources", "GET /interests"}),
        ("soap", {"GetUnsubscriptions", "GetBounces", "GetCampaignHistory", "GetProfileUpdates", "GetSubscriptions"}),
    ],
)
def test_there_is_something_to_lie_about(door: str, asked: set[str]) -> None:
    lived, heard = rehearsed(door)
    assert set(lived.codes) == {0}
    assert asked <= set(heard), heard
    assert door == "soap" or heard.count("GET /contacts") > 2, "the contacts are listed in pages"
    assert door == "soap" or any("/imports/" in each for each in heard), "there are imports"


@pytest.mark.parametrize("door", ["rest", "soap"])
@settings(max_examples=RUNS, suppress_health_check=list(HealthCheck))
@given(at=st.integers(0, 10_000), place=st.integers(0, 10_000), odd=st.sampled_from((*ODD, *ODD_TEXTS)))
def test_a_run_over_one_odd_answer(door: str, at: int, place: int, odd: Json) -> None:
    honest, heard = rehearsed(door)
    liar = Liar(at % len(heard), place, odd, door)
    lived = live_through(liar)
    assert liar.spoilt, "it was lied to"
    assert BUG not in lived.codes, (liar, lived.codes)
    assert len(lived.addresses) == len(set(lived.addresses))
    assert lived.active <= honest.active, "nobody is mailed who would not be"
    assert not lived.revived or "api" not in lived.revived

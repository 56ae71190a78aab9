"""One odd thing in one answer of a whole run: it ends by itself, and the runs after it mend what it left."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flexsync_cli.adapters.clock import SystemClock
from flexsync_cli.sandbox.serve import Sandbox
from tests.fuzz import TIMES
from tests.fuzz.liar import ODD, ODD_TEXTS, Json, Liar, lying
from tests.fuzz.office import busy_day, busy_office
from tests.scenarios.world import World

RUNS = 3 * TIMES
BUG = 70
ANSWERS = {"rest": 24, "soap": 12}  # as many as a run over the busy day gets, or a few less


@pytest.mark.parametrize("door", ["rest", "soap"])
@settings(max_examples=RUNS, suppress_health_check=list(HealthCheck))
@given(at=st.integers(0, 23), place=st.integers(0, 60), odd=st.sampled_from((*ODD, *ODD_TEXTS)))
def test_a_run_over_one_odd_answer(door: str, at: int, place: int, odd: Json) -> None:
    with TemporaryDirectory() as folder, Sandbox() as sandbox, pytest.MonkeyPatch.context() as patch:
        patch.setattr(SystemClock, "sleep", lambda _self, _seconds: None)
        world = World(Path(folder), sandbox)
        busy_office(world)
        world.run("run")
        busy_day(world)
        with lying(Liar(at % ANSWERS[door], place, odd, door)):
            lied = world.run("run")
        after = [world.run("run").code for _ in range(2)]
        world.engine.dispose()
    assert lied.code != BUG, lied.err
    assert BUG not in after
    addresses = [contact.email for contact in world.flexmail.contacts() if contact.state != "deleted"]
    assert len(addresses) == len(set(addresses))
    assert "relatie1@example.be" not in world.active()
    assert not world.flexmail.store.revived or all(origin != "api" for _, origin in world.flexmail.store.revived)

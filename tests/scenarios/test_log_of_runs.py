"""What the log keeps of a run: that it began, what each step came to, how it ended."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.scenarios.world import World


@pytest.fixture(autouse=True)
def _json(world: World) -> None:
    world.configure(log={"format": "json"})


def events(world: World) -> Sequence[Mapping[str, Any]]:
    lines = (world.folder / "flexsync.log").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    return [each for each in found if each["event"] in ("run.started", "step.ended", "run.ended")]


def test_a_run_is_told_from_its_begin_to_its_end(world: World) -> None:
    world.relations(2)
    world.push()
    first, *steps, last = events(world)
    assert (first["event"], first["command"], first["dry_run"]) == ("run.started", "push", False)
    assert [each["step"] for each in steps] == ["opt_outs", "push"]
    assert (steps[1]["created"], steps[1]["selected"]) == (2, 2)
    assert "failed" not in steps[1]
    assert (last["event"], last["exit_code"]) == ("run.ended", 0)
    assert len({each["run_id"] for each in events(world)}) == 1


def test_what_failed_is_told_with_its_cause(world: World) -> None:
    world.configure(flexmail={"token": "wrong"})
    assert world.push().code == 4
    steps = [each for each in events(world) if each["event"] == "step.ended"]
    assert {each["level"] for each in steps} == {"error"}
    assert all(each["error"] for each in steps)
    assert events(world)[-1]["exit_code"] == 4


def test_what_could_not_even_begin_is_told(world: World) -> None:
    world.configure(admin={"connection": "sqlite:///gone.db"})
    assert world.push().code == 2
    (told,) = events(world)
    assert (told["event"], told["level"], told["exit_code"]) == ("run.ended", "error", 2)
    assert "gone.db" in told["error"]

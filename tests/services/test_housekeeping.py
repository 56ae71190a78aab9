"""What a state forgets, and what it never does."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from flexsync_cli.adapters.state import open_state
from flexsync_cli.domain.plan import KeptPlan, Refusal, RefusalKind
from flexsync_cli.ports import JournalEntry, OutboxMail, Run, State
from flexsync_cli.sandbox.serve import Sandbox
from tests.scenarios.world import World

NOW = datetime(2026, 5, 20, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
REFUSAL = Refusal("push", RefusalKind.LIMIT, 12, 100, ())


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An office with the SOAP token, on a fixed day."""
    with time_machine.travel(NOW), Sandbox() as sandbox:
        world = World(tmp_path, sandbox)
        world.with_soap()
        world.relations(1)
        assert world.push().code == 0
        yield world
        world.engine.dispose()


def state(world: World) -> closing[State]:
    """The state, opened beside flexsync."""
    return closing(open_state(world.folder / "state.db"))


def test_runs_plans_mails_and_calls_go_by_their_age(world: World) -> None:
    with state(world) as kept:
        for age in (6, 8, 300, 435, 800):
            moment = NOW - age * DAY
            kept.runs.save(Run(f"run{age}", "push", moment))
            kept.plans.save(KeptPlan(f"ended{age}", REFUSAL, moment, ended=moment, ended_how="approved"))
            kept.plans.save(KeptPlan(f"open{age}", REFUSAL, moment))
            kept.outbox.mark_sent(kept.outbox.add(OutboxMail("summary", b"sent", moment)), moment)
            kept.outbox.add(OutboxMail("summary", b"waits", moment))
            kept.ledger.reserve("rest", "GET", "/", moment, 60)
    assert world.run("pull-unsubscribes").code == 0
    with state(world) as kept:
        assert {run.id for run in kept.runs.last(50)} >= {"run6", "run8", "run300", "run435"}
        assert "run800" not in {run.id for run in kept.runs.last(50)}
        assert {age for age in (6, 8, 300, 435, 800) if kept.plans.get(f"ended{age}")} == {6}
        assert len(kept.plans.open()) == 5
        assert kept.ledger.count(NOW - 900 * DAY, NOW - DAY) == 3
        assert len(kept.outbox.waiting()) == 5


@pytest.mark.parametrize(("soap", "behind", "left"), [(False, 0, {6}), (True, 0, {6}), (True, 20, {6, 8, 15, 20})])
def test_done_writes_are_kept_until_no_list_is_read_from_before_them(
    world: World, *, soap: bool, behind: int, left: set[int]
) -> None:
    if not soap:
        del world.settings["flexmail"]["soap_token"]
    with state(world) as kept:
        for age in (6, 8, 15, 20, 22):
            entry = JournalEntry("create", {"age": age, "there": NOW.isoformat()}, NOW - age * DAY, "run")
            kept.journal.close([noted.id for noted in kept.journal.open([entry])], NOW - age * DAY, done=True)
        if behind:
            kept.facts.put("watermark bounces", (NOW - behind * DAY).isoformat())
    assert world.run("pull-unsubscribes").code == 0
    with state(world) as kept:
        assert {entry.payload["age"] for entry in kept.journal.since(NOW - 30 * DAY) if "age" in entry.payload} == left


def test_a_dry_run_forgets_nothing(world: World) -> None:
    with state(world) as kept:
        kept.runs.save(Run("old", "push", NOW - 900 * DAY))
    assert world.run("push", "--dry-run").code == 0
    with state(world) as kept:
        assert "old" in {run.id for run in kept.runs.last(50)}

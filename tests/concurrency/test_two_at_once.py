"""Two flexsyncs at once, each a process of its own: one works, the others step back; and without a lock they still agree."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest

from flexsync_cli.adapters.state import open_state
from flexsync_cli.errors import ExitCode
from flexsync_cli.sandbox.calls import Call
from tests.scenarios.noes import address, flags
from tests.scenarios.running import NEWS, admin
from tests.scenarios.world import World

PATIENCE = 60
DAY = timedelta(days=1)


def start(world: World) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "flexsync_cli", "--config", str(world.config), "run"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(process: "subprocess.Popen[str]") -> tuple[int, str]:
    """Its exit code, and what it said."""
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out + err


@contextmanager
def halted(world: World, operation: str) -> Iterator[tuple[Event, Event]]:
    """Flexmail answers nothing from this call on, until it may; whoever called waits."""
    reached, go_on = Event(), Event()

    def wait(_moment: str, call: Call) -> None:
        if call.operation == operation:
            reached.set()
            go_on.wait(PATIENCE)

    world.flexmail.on_effect(wait)
    yield reached, go_on
    go_on.set()
    world.flexmail.clear_hooks()


@pytest.fixture
def office(world: World) -> World:
    """Ten who are mailed; then somebody opts out, somebody clicks, somebody is new and somebody leaves."""
    world.with_soap()
    world.with_communications()
    world.relations(10)
    assert world.run("run").code == 0
    campaign = world.flexmail.send_campaign("Newsletter", at=datetime.now(UTC) + timedelta(seconds=1))
    later = datetime.now(UTC) + timedelta(seconds=2)
    world.flexmail.unsubscribe(address(1), campaign.id, at=later)
    for number in (2, 3):
        world.flexmail.click(address(number), campaign.id, NEWS, at=later)
    world.relations(6, first=20)
    world.untick(4)
    world.edit(5, NAME="Changed")
    world.flexmail.reset_calls()
    return world


def assert_done_once(world: World) -> None:
    """All of it is done, nothing of it twice, and nothing is left."""
    contacts = [contact.email for contact in world.flexmail.contacts()]
    assert len(contacts) == len(set(contacts))
    expected = {address(number) for number in (*range(2, 11), *range(20, 26))} - {address(4)}
    assert world.active() == expected
    assert world.sql("SELECT CUSTOMER_ID FROM COMMUNICATION ORDER BY 1") == [(2,), (3,)]
    assert flags(world)[1] == 0
    before = admin(world)
    world.flexmail.reset_calls()
    assert world.run("run").code == 0
    assert world.flexmail.writes == []
    assert admin(world) == before


def calls_noted(world: World) -> int:
    now = datetime.now(UTC)
    with closing(open_state(world.folder / "state.db")) as state:
        return state.ledger.count(now - DAY, now + DAY)


def test_the_second_says_who_is_at_work_and_does_nothing(office: World) -> None:
    with halted(office, "POST /contacts") as (reached, go_on):
        first = start(office)
        assert reached.wait(PATIENCE)
        code, said = ended(start(office))
        assert code == ExitCode.RUNNING
        assert f"process {first.pid}" in said
        assert "nothing was changed" in said
        go_on.set()
        assert ended(first)[0] == ExitCode.DONE
    assert_done_once(office)


def test_of_many_at_once_each_works_or_steps_back(office: World) -> None:
    before = calls_noted(office)
    codes = [ended(each)[0] for each in [start(office) for _ in range(5)]]
    assert set(codes) <= {ExitCode.DONE, ExitCode.RUNNING}
    assert ExitCode.DONE in codes
    assert calls_noted(office) - before == len(office.flexmail.calls)
    assert_done_once(office)


@pytest.mark.skipif(sys.platform == "win32", reason="an open file can not be deleted there")
@pytest.mark.parametrize("operation", ["POST /contacts", "GetCampaignHistory", "POST /contacts/{id}/unsubscribe"])
def test_a_lock_that_somebody_deleted_loses_and_doubles_nothing(office: World, operation: str) -> None:
    """The second begins while the first waits for an answer; from there on they work side by side."""
    with halted(office, operation) as (reached, go_on):
        first = start(office)
        assert reached.wait(PATIENCE)
        for path in office.folder.glob("state.db.lock*"):
            path.unlink()
        second = start(office)
        go_on.set()
        ends = [ended(first), ended(second)]
    assert all(code in (ExitCode.DONE, ExitCode.ITEMS, ExitCode.UNAVAILABLE) for code, _ in ends), ends
    assert not any("Traceback" in said for _, said in ends)
    office.run("run")
    assert_done_once(office)


def test_a_lock_that_a_killed_run_left_stops_nobody(office: World) -> None:
    with halted(office, "POST /contacts") as (reached, _):
        first = start(office)
        assert reached.wait(PATIENCE)
        first.kill()
        first.communicate(timeout=PATIENCE)
    assert (office.folder / "state.db.lock").exists()
    assert ended(start(office))[0] == ExitCode.DONE
    assert_done_once(office)

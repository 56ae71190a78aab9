"""A fresh office a test."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from flexsync_cli.adapters.clock import SystemClock
from flexsync_cli.sandbox.serve import Sandbox
from tests.scenarios.world import World


class _NoScheduler:
    def find(self, configuration: Path) -> None:
        """This machine has none."""


@pytest.fixture(autouse=True)
def _no_scheduler_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a machine starts at night must not change a test."""
    for name in ("UnixSchedulers", "TaskScheduler"):
        monkeypatch.setattr(f"flexsync_cli.bootstrap.schedule.{name}", _NoScheduler)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An empty Admin and an empty Flexmail."""
    with Sandbox() as sandbox:
        world = World(tmp_path, sandbox)
        yield world
        world.engine.dispose()


@pytest.fixture(params=[False, True], ids=["rest", "soap"])
def office(world: World, request: pytest.FixtureRequest) -> World:
    """The same, once without and once with the SOAP token: each learns of opt-outs in its own way."""
    if request.param:
        world.with_soap()
    return world


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Time that a test can shift, for flexsync and the sandbox alike."""
    with time_machine.travel(datetime.now(UTC)) as traveller:
        yield traveller


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller) -> None:
    """Whoever waits lets the clock go on, and no time."""
    monkeypatch.setattr(SystemClock, "sleep", lambda _self, seconds: clock.shift(seconds))


@pytest.fixture
def soap_office(world: World) -> World:
    """One with the SOAP token."""
    world.with_soap()
    return world


@pytest.fixture
def token_in_a_file(world: World) -> None:
    """Without it each command warns of the token in plain text."""
    path = world.folder / "token.txt"
    path.write_text(world.sandbox.account.token)
    path.chmod(0o600)
    world.configure(flexmail={"token": {"file": str(path)}})

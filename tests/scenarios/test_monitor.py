"""What a monitoring service hears of a run, over real HTTP."""

from collections.abc import Iterator

import pytest

from tests.scenarios.monitor import Service, listening
from tests.scenarios.world import World


@pytest.fixture
def service() -> Iterator[Service]:
    with listening() as server:
        yield server


@pytest.fixture
def watched(world: World, service: Service) -> World:
    world.configure(monitor={"ping": f"http://127.0.0.1:{service.server_port}/ping/abc"})
    world.relation(1, "een@example.be")
    return world


def test_a_run_tells_its_begin_and_its_success_and_nothing_of_persons(watched: World, service: Service) -> None:
    assert watched.run("run").code == 0
    assert service.told == [("/ping/abc/start", b""), ("/ping/abc", b"")]


def test_a_run_that_fails_tells_its_exit_code(watched: World, service: Service) -> None:
    watched.configure(flexmail={"token": "wrong"})
    assert watched.run("run").code == 4
    assert [path for path, _ in service.told] == ["/ping/abc/start", "/ping/abc/4"]


def test_a_run_that_does_not_even_begin_is_told_too(watched: World, service: Service) -> None:
    (watched.folder / "state.db").write_bytes(b"not a database" * 100)
    assert watched.run("run").code == 6
    assert [path for path, _ in service.told] == ["/ping/abc/start", "/ping/abc/6"]


def test_only_a_real_run_is_told(watched: World, service: Service) -> None:
    watched.run("run", "--dry-run")
    watched.run("push")
    watched.run("plan")
    assert service.told == []


def test_pings_are_no_calls_of_flexmail(watched: World) -> None:
    before = watched.run("run", "--json").document["calls"]
    assert before["month"] == before["rest"] + before["soap"]


def test_a_service_that_is_down_changes_nothing(world: World) -> None:
    world.configure(monitor={"ping": "http://127.0.0.1:9/ping"})
    world.relation(1, "een@example.be")
    assert world.run("run").code == 0
    assert world.active() == {"een@example.be"}

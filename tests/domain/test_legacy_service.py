"""What a person is told of the old service that would write beside us."""

import pytest

from flexsync_cli.domain.legacy_service import ServiceState, in_the_way, sentence, steps


@pytest.mark.parametrize(
    ("state", "server", "told"),
    [
        (ServiceState.RUNNING, "SQL01", "ProcessEngineService is running on SQL01"),
        (ServiceState.RUNNING, "", "ProcessEngineService is running on this machine"),
        (ServiceState.ABSENT, "", "ProcessEngineService is not there on this machine"),
        (ServiceState.UNKNOWN, "SQL01", "ProcessEngineService could not be asked for on SQL01"),
        (ServiceState.UNKNOWN, "", "ProcessEngineService could not be asked for"),
    ],
)
def test_what_is_known_and_where(state: ServiceState, server: str, told: str) -> None:
    assert sentence(state, server) == told


def test_only_what_is_known_not_to_write_is_out_of_the_way() -> None:
    assert {state for state in ServiceState if in_the_way(state)} == {ServiceState.RUNNING, ServiceState.ENABLED}


@pytest.mark.parametrize(("server", "where"), [("SQL01", "on SQL01, as"), ("", "on the database server, as")])
def test_how_it_is_disabled_on_the_database_server(server: str, where: str) -> None:
    first, *commands = steps(server)
    assert first.startswith(where)
    assert [each.split() for each in commands] == [
        ["sc.exe", "stop", "ProcessEngineService"],
        ["sc.exe", "config", "ProcessEngineService", "start=", "disabled"],
    ]

from collections.abc import Sequence

import pytest

from flexsync_cli.adapters.windows_service import Answer, WindowsService, run_sc
from flexsync_cli.domain.legacy_service import ServiceState
from flexsync_cli.errors import Misconfigured

QUERY = "SERVICE_NAME: ProcessEngineService\n  TYPE  : 10  WIN32_OWN_PROCESS\n  {state}\n  WIN32_EXIT_CODE : 0  (0x0)\n"
CONFIG = "[SC] QueryServiceConfig SUCCESS\n  TYPE : 10  WIN32_OWN_PROCESS\n  {start}\n  ERROR_CONTROL : 1   NORMAL\n"


class ScriptedMachine:
    """Answers as `sc.exe` does, and remembers what it was asked."""

    def __init__(self, state: str = "", start: str = "", code: int = 0) -> None:
        self.answers = {"query": Answer(code, QUERY.format(state=state)), "qc": Answer(code, CONFIG.format(start=start))}
        self.code = code
        self.asked: list[list[str]] = []

    def __call__(self, arguments: Sequence[str]) -> Answer:
        self.asked.append(list(arguments))
        command = next(each for each in arguments if not each.startswith("\\\\"))
        return self.answers.get(command, Answer(self.code, ""))


@pytest.mark.parametrize(
    ("state", "start", "expected"),
    [
        ("STATE              : 4  RUNNING", "START_TYPE : 2   AUTO_START", ServiceState.RUNNING),
        ("ÉTAT               : 4  RUNNING", "TYPE_DÉMARRAGE : 2   AUTO_START", ServiceState.RUNNING),
        ("STATE              : 3  STOP_PENDING", "START_TYPE : 4   DISABLED", ServiceState.RUNNING),
        ("STATE              : 1  STOPPED", "START_TYPE : 2   AUTO_START  (DELAYED)", ServiceState.ENABLED),
        ("STATE              : 1  STOPPED", "START_TYPE : 3   DEMAND_START", ServiceState.ENABLED),
        ("STATE              : 1  STOPPED", "START_TYPE : 4   DISABLED", ServiceState.DISABLED),
        ("STATE              : 1  STOPPED", "", ServiceState.UNKNOWN),
        ("", "", ServiceState.UNKNOWN),
    ],
)
def test_the_state_is_read_from_what_the_machine_says(state: str, start: str, expected: ServiceState) -> None:
    assert WindowsService("SQL01", ScriptedMachine(state, start)).state() is expected


@pytest.mark.parametrize(
    ("code", "expected"), [(1060, ServiceState.ABSENT), (5, ServiceState.UNKNOWN), (1722, ServiceState.UNKNOWN)]
)
def test_errors_say_absent_or_unknown(code: int, expected: ServiceState) -> None:
    assert WindowsService("SQL01", ScriptedMachine(code=code)).state() is expected


def test_another_machine_is_named_and_this_one_is_not() -> None:
    there, here = ScriptedMachine(), ScriptedMachine()
    WindowsService("SQL01", there).state()
    WindowsService("", here).state()
    assert there.asked[0] == ["\\\\SQL01", "query", "ProcessEngineService"]
    assert here.asked[0] == ["query", "ProcessEngineService"]


def test_it_is_disabled_before_it_is_stopped() -> None:
    machine = ScriptedMachine()
    WindowsService("SQL01", machine).disable()
    assert machine.asked == [
        ["\\\\SQL01", "config", "ProcessEngineService", "start=", "disabled"],
        ["\\\\SQL01", "stop", "ProcessEngineService"],
    ]


def test_a_machine_that_refuses_is_told() -> None:
    with pytest.raises(Misconfigured, match=r"on SQL01 could not be changed \(Windows error 5\).*services.msc"):
        WindowsService("SQL01", ScriptedMachine(code=5)).disable()


@pytest.mark.parametrize("server", ["a b", "SQL01 & calc", "\\\\SQL01", "a;b"])
def test_only_a_machines_name_is_a_server(server: str) -> None:
    with pytest.raises(Misconfigured):
        WindowsService(server)


def test_where_there_is_no_sc_it_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert run_sc(["query"]).code == -1
    assert WindowsService("").state() is ServiceState.UNKNOWN

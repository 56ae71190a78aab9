import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from flexsync_cli.adapters.scheduler.commands import Answer
from flexsync_cli.adapters.scheduler.unix import UnixSchedulers
from flexsync_cli.cli.app import cli
from flexsync_cli.config.load import load

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


@pytest.fixture
def configuration(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    return path


def run(configuration: Path, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["--config", str(configuration), "schedule", *arguments], standalone_mode=False)
    if result.exception:
        raise result.exception
    return int(result.return_value or 0), result.stdout


def test_show_needs_no_secrets_and_leaves_nothing_behind(configuration: Path) -> None:
    code, told = run(configuration, "show")
    assert code == 0
    assert f"--config {configuration} run" in told
    assert "OnCalendar=" in told
    assert [path.name for path in configuration.parent.iterdir()] == ["config.toml"]


def test_show_tells_an_installer_where_secrets_are_and_none_of_them(configuration: Path) -> None:
    text = configuration.read_text(encoding="utf-8")
    plain = text.replace('token = { env = "FLEXSYNC_TOKEN" }', 'token = "very-secret"', 1)
    configuration.write_text(plain.replace('{ env = "FLEXSYNC_SOAP_TOKEN" }', '{ file = "soap.txt" }'), encoding="utf-8")
    told = run(configuration, "show", "--json")[1]
    assert "very-secret" not in told
    assert json.loads(told)["secrets"] == [
        {"key": "flexmail.token", "kind": "plain", "name": ""},
        {"key": "flexmail.soap_token", "kind": "file", "name": str(configuration.parent / "soap.txt")},
    ]
    assert json.loads(told)["interval_minutes"] == load(configuration).sync.interval.total_seconds() / 60


def test_check_tells_what_is_missing_and_makes_no_state(configuration: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = UnixSchedulers(configuration.parent, configuration.parent, lambda _: Answer(1, ""))
    monkeypatch.setattr("flexsync_cli.bootstrap.schedule.UnixSchedulers", lambda: found)
    code, told = run(configuration, "check")
    assert code == 1
    assert "nothing that this account can see starts this configuration" in told
    assert "1 to mend" in told
    assert [path.name for path in configuration.parent.iterdir()] == ["config.toml"]

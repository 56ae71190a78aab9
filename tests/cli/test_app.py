import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import click
import pytest
from click.testing import CliRunner

from flexsync_cli import __main__ as process
from flexsync_cli.cli.app import COMMANDS, cli, module_of
from flexsync_cli.cli.context import GlobalOptions
from flexsync_cli.errors import AlreadyRunning, ExitCode, Interrupted, Misconfigured
from flexsync_cli.log import configure

Body = Callable[[GlobalOptions], int | None]
Install = Callable[[Body], None]

SECRET = "jan.peeters@example.be"


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Makes `flexsync status` do something for one test."""

    def installed(body: Body) -> None:
        module = ModuleType(module_of("status"))
        module.command = click.command("status")(click.pass_obj(body))  # type: ignore[attr-defined]  # made for the test
        module.__spec__ = process.__spec__
        monkeypatch.setitem(sys.modules, module.__name__, module)

    return installed


@pytest.fixture
def own_log_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("platformdirs.user_log_path", lambda *_, **__: tmp_path)
    return tmp_path


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "flexsync.log"
    log = configure(path)
    yield path
    log.close()


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["flexsync", *arguments])
    return process.main()


def raising(error: BaseException) -> Body:
    def body(_: GlobalOptions) -> int:
        raise error

    return body


def test_help_lists_the_commands_there_are_with_their_short_texts() -> None:
    shown = CliRunner().invoke(cli, ["--help"]).output
    for name in cli.list_commands(click.Context(cli)):
        assert any(line.split()[:1] == [name] and COMMANDS[name] in line for line in shown.splitlines())


@pytest.mark.parametrize("name", cli.list_commands(click.Context(cli)))
def test_every_command_loads_and_explains_itself(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.name == name
    assert CliRunner().invoke(cli, [name, "--help"]).exit_code == 0
    assert command.help
    assert all(option.help for option in command.params if isinstance(option, click.Option))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], GlobalOptions()),
        (["-v"], GlobalOptions(verbosity=1)),
        (["-vvv"], GlobalOptions(verbosity=2)),
        (["-q", "--config", "a b.toml"], GlobalOptions(Path("a b.toml"), -1)),
    ],
)
def test_a_command_gets_what_was_said_before_its_name(
    arguments: list[str], expected: GlobalOptions, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[GlobalOptions] = []
    install(seen.append)
    assert run(monkeypatch, *arguments, "status") == ExitCode.DONE
    assert seen == [expected]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["statu"], 'error: no command "statu", did you mean "status"? See flexsync --help\n'),
        (["xyz"], 'error: no command "xyz"; see flexsync --help\n'),
        (["-q", "-v", "status"], "error: -q and -v exclude each other; see flexsync --help\n"),
        (["status", "--nonsense"], "error: No such option '--nonsense'; see flexsync status --help\n"),
        (["status", "--hepl"], "error: No such option '--hepl'. Did you mean '--help'? See flexsync status --help\n"),
        (["status", "-q"], "error: -q goes before the command: flexsync -q ...\n"),
        (["status", "--config", "a.toml"], "error: --config goes before the command: flexsync --config ...\n"),
    ],
)
def test_a_usage_error_is_one_line_and_2(
    arguments: list[str],
    message: str,
    install: Install,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    install(lambda _: None)
    assert run(monkeypatch, *arguments) == 2
    assert capsys.readouterr() == ("", message)


def test_no_command_shows_the_help_on_stderr(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("Usage: flexsync")


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (
            Misconfigured(["a.toml: x: wrong", "a.toml: y [z]: wrong"]),
            2,
            "error: a.toml: x: wrong\nerror: a.toml: y [z]: wrong\n",
        ),
        (AlreadyRunning("run has been at it since 09:00"), 5, "error: run has been at it since 09:00\n"),
        (Interrupted("stopped after 3 of 9"), 130, "error: stopped after 3 of 9\n"),
        (KeyboardInterrupt(), 130, "error: interrupted\n"),
        (click.Abort(), 130, "error: interrupted\n"),
        (click.FileError("out.csv", "read-only"), 2, "error: Could not open file 'out.csv': read-only\n"),
    ],
)
def test_an_error_is_told_in_plain_lines_with_its_exit_code(
    error: BaseException,
    code: int,
    message: str,
    install: Install,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    install(raising(error))
    assert run(monkeypatch, "status") == code
    out, err = capsys.readouterr()
    assert (out, err.lstrip("\n")) == ("", message)


def test_what_a_command_returns_is_the_exit_code(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    install(lambda _: ExitCode.BUDGET)
    assert run(monkeypatch, "status") == 7


def test_a_bug_goes_to_the_log_in_use_without_values(
    log_file: Path, install: Install, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def body(_: GlobalOptions) -> int:
        try:
            raise ValueError(SECRET)
        except ValueError as error:
            raise KeyError(SECRET) from error

    install(body)
    assert run(monkeypatch, "status") == 70
    assert capsys.readouterr().err == f"error: a bug in flexsync (KeyError); please report it with {log_file}\n"
    logged = log_file.read_text("utf-8")
    assert SECRET not in logged
    assert "in body" in logged
    assert logged.index("ValueError") < logged.rindex("KeyError")


def test_a_bug_before_there_is_a_log_goes_to_one_that_only_its_owner_reads(
    own_log_folder: Path, install: Install, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    install(raising(ZeroDivisionError(SECRET)))
    assert run(monkeypatch, "status") == 70
    log = own_log_folder / "flexsync.log"
    assert str(log) in capsys.readouterr().err
    assert "ZeroDivisionError" in log.read_text("utf-8")
    assert SECRET not in log.read_text("utf-8")
    if sys.platform != "win32":
        assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_bug_that_can_not_be_logged_is_told_all_the_same(
    own_log_folder: Path, install: Install, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (own_log_folder / "flexsync.log").mkdir()
    install(raising(ZeroDivisionError()))
    assert run(monkeypatch, "status") == 70
    assert capsys.readouterr().err == "error: a bug in flexsync (ZeroDivisionError)\n"


def child(code: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run code in a Python of its own, with `flexsync ...` at hand as `main()`."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, timeout=60, check=False)


def test_a_console_in_cp1252_does_not_end_the_run() -> None:
    code = (
        "import sys, click; from flexsync_cli import __main__ as process\n"
        "sys.argv = ['flexsync', '--config', 'Łódź → x', 'Łódź']\n"
        "code = process.main(); print('→ still here'); sys.exit(code)"
    )
    done = child(code, PYTHONIOENCODING="cp1252", PYTHONUTF8="0")
    assert done.returncode == 2
    assert done.stderr.decode("cp1252").startswith('error: no command "?ód?"')
    assert done.stdout.decode("cp1252").strip() == "? still here"


@pytest.mark.skipif(sys.platform == "win32", reason="no such pipes there")
def test_a_reader_that_left_is_no_error() -> None:
    code = (
        "import os, sys; from flexsync_cli import __main__ as process\n"
        "reader, writer = os.pipe(); os.close(reader); os.dup2(writer, 1)\n"
        "process.cli.main = lambda **_: print('data' * 9) or 1\n"
        "sys.exit(process.main())"
    )
    done = child(code)
    assert (done.returncode, done.stderr) == (1, b"")

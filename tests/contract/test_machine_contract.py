"""What every Lock, Mailer, Monitor and Scheduler does, with real processes, servers and programs of the system."""

import shlex
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from xml.sax.saxutils import escape

import pytest

from flexsync_cli.adapters.lock import FileLock
from flexsync_cli.adapters.mail.message import compose
from flexsync_cli.adapters.mail.smtp import Security, SmtpMailer
from flexsync_cli.adapters.ping import HealthcheckPing
from flexsync_cli.adapters.scheduler.unix import UnixSchedulers
from flexsync_cli.adapters.scheduler.windows import TaskScheduler
from flexsync_cli.errors import AlreadyRunning, Refused, Unavailable
from flexsync_cli.ports import Envelope, Letter, Lock, Mailer, Monitor, Scheduler
from tests.adapters.mail.server import MailServer

ON_UNIX = pytest.mark.skipif(sys.platform == "win32", reason="its programs are stood in for by shell scripts")
HOLDER = (
    "import sys; from pathlib import Path; from flexsync_cli.adapters.lock import FileLock\n"
    "with FileLock(Path(sys.argv[1])).hold('push'): print('held', flush=True); sys.stdin.read()"
)

# ---- Lock


@contextmanager
def in_this_process(path: Path) -> Iterator[None]:
    with FileLock(path).hold("push"):
        yield


@contextmanager
def in_another_process(path: Path) -> Iterator[None]:
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield
        process.communicate("", timeout=30)


def is_free(lock: Lock) -> bool:
    try:
        with lock.hold("run"):
            return True
    except AlreadyRunning:
        return False


@pytest.mark.parametrize("holding", [in_this_process, in_another_process])
def test_a_lock_is_held_by_one_and_says_by_whom(holding: Callable[[Path], Iterator[None]], tmp_path: Path) -> None:
    lock: Lock = FileLock(tmp_path / "state.db")
    with holding(tmp_path / "state.db"):  # type: ignore[attr-defined]  # both are context managers
        with pytest.raises(AlreadyRunning, match="`flexsync push`"), lock.hold("run"):
            pass
        assert is_free(FileLock(tmp_path / "other.db"))
    assert is_free(lock)


def test_a_lock_ends_with_what_it_was_held_for_however_that_ends(tmp_path: Path) -> None:
    lock: Lock = FileLock(tmp_path / "state.db")
    with pytest.raises(ZeroDivisionError), lock.hold("run"):
        raise ZeroDivisionError
    assert is_free(lock)


# ---- Mailer

SECURITIES: tuple[Security, ...] = ("none", "starttls", "tls")
MAIL = compose(
    Letter("Één", "<p>één</p>", "één\n.\n.."),
    Envelope("flexsync@example.be", ("els@example.be",), datetime(2026, 1, 2, tzinfo=UTC), "1@example.be"),
)


@pytest.fixture(params=SECURITIES)
def post(request: pytest.FixtureRequest) -> Iterator[tuple[MailServer, Mailer]]:
    server = MailServer(request.param)
    server.start()
    yield server, SmtpMailer("127.0.0.1", server.port, request.param, context=server.context, timeout=5)
    server.stop()


def test_a_mail_is_taken_whole_and_once(post: tuple[MailServer, Mailer]) -> None:
    server, mailer = post
    mailer.send(MAIL)
    [taken] = server.taken
    assert isinstance(taken.original_content, bytes)
    assert taken.original_content.replace(b"\r\n", b"\n") == MAIL.replace(b"\r\n", b"\n")


@pytest.mark.parametrize(("answer", "error"), [("451 later", Unavailable), ("554 never", Refused)])
def test_a_mail_that_is_not_taken_may_be_sent_again(
    post: tuple[MailServer, Mailer], answer: str, error: type[Exception]
) -> None:
    server, mailer = post
    server.rules.data = answer
    with pytest.raises(error) as raised:
        mailer.send(MAIL)
    assert "example.be" not in str(raised.value)
    server.rules.data = ""
    mailer.send(MAIL)
    assert len(server.taken) == 1


@pytest.mark.parametrize("security", SECURITIES)
def test_a_server_that_is_not_there_is_unavailable(security: Security) -> None:
    with socket.create_server(("127.0.0.1", 0)) as once:
        port = once.getsockname()[1]
    with pytest.raises(Unavailable):
        SmtpMailer("127.0.0.1", port, security, timeout=5).send(MAIL)


# ---- Monitor


@dataclass
class Watch:
    """A service that watches; `status` is what it answers, `paths` what it was told."""

    status: int = 200
    paths: list[str] = field(default_factory=list)

    def handler(self) -> type[BaseHTTPRequestHandler]:
        watch = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                watch.paths.append(self.path)
                self.send_response(watch.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
                pass

        return Handler


@contextmanager
def watching(watch: Watch) -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), watch.handler()) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/ping/5f0c"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("status", [200, 302, 404, 500])
def test_a_monitor_is_told_and_its_answer_is_no_reason_to_fail(status: int) -> None:
    watch = Watch(status)
    with watching(watch) as url:
        monitor: Monitor = HealthcheckPing(url)
        monitor.started()
        monitor.ended(0)
        monitor.ended(4)
    assert watch.paths == ["/ping/5f0c/start", "/ping/5f0c", "/ping/5f0c/4"]


def test_a_monitor_that_is_not_there_is_no_reason_to_fail() -> None:
    with watching(Watch()) as url:
        pass
    monitor: Monitor = HealthcheckPing(url)
    monitor.started()
    monitor.ended(0)


# ---- Scheduler


@dataclass
class Machine:
    """A scheduler whose program is a script here; `entry` is what that prints for a configuration and a program."""

    folder: Path
    scheduler: Scheduler
    name: str
    entry: Callable[[Path, Path], str]

    def knows(self, configuration: Path, program: Path) -> None:
        text = self.entry(configuration, program)
        path = self.folder / "bin" / self.name
        path.write_text(f"#!/bin/sh\nprintf '%s\\n' {shlex.quote(text)}\n")
        path.chmod(0o700)


def crontab(configuration: Path, program: Path) -> str:
    return f"7 * * * * {program} --config {configuration} run"


def task(configuration: Path, program: Path) -> str:
    command = escape(f'"{program}" --config "{configuration}" run')
    return (
        '<?xml version="1.0" encoding="UTF-16"?><Tasks><!-- \\flexsync -->'
        '<Task xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task"><Actions><Exec>'
        f"<Command>cmd.exe</Command><Arguments>/c {command}</Arguments></Exec></Actions></Task></Tasks>"
    )


@pytest.fixture(params=["cron", "task scheduler"])
def machine(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    if request.param == "cron":
        return Machine(tmp_path, UnixSchedulers(tmp_path / "root", tmp_path / "home"), "crontab", crontab)
    return Machine(tmp_path, TaskScheduler(), "schtasks", task)


@ON_UNIX
def test_a_machine_without_a_scheduler_has_nothing_to_ask(machine: Machine) -> None:
    assert machine.scheduler.find(machine.folder / "config.toml") is None


@ON_UNIX
def test_what_starts_a_configuration_is_found_and_nothing_else(machine: Machine) -> None:
    program = machine.folder / "bin" / "flexsync"
    program.touch()
    mine, other = machine.folder / "config.toml", machine.folder / "elsewhere" / "config.toml"
    machine.knows(other, program)
    assert machine.scheduler.find(mine) == []
    machine.knows(mine, program)
    [entry] = machine.scheduler.find(mine) or ()
    assert (entry.enabled, entry.missing, entry.mend) == (True, "", "")
    assert entry.where

"""What another program on the machine can see of a flexsync that runs, is killed, or has no room left to write."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event
from typing import IO

import pytest

from flexsync_cli.sandbox.calls import Call
from tests.security.trap import PERSONAL, SECRETS, Trap, found, live

resource = pytest.importorskip("resource", reason="Windows sets no limits that way")
pytestmark = [
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc, and limits what a process may write"),
]
STATE, LOG = 60_000, 2_000  # bytes: too little for a state, and for what a log of -vv holds
DONE, CONFIGURATION, UNAVAILABLE = 0, 2, 4


def start(
    trap: Trap, *arguments: str, limit: Callable[[], None] | None = None, stdout: IO[bytes] | int = subprocess.PIPE
) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "flexsync_cli", "-vv", "--config", str(trap.world.config), *arguments]
    return subprocess.Popen(command, stdout=stdout, stderr=subprocess.PIPE, text=True, preexec_fn=limit)


def no_file_over(size: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def said(process: "subprocess.Popen[str]") -> Mapping[str, str]:
    out, err = process.communicate(timeout=60)
    return {"stdout": out, "stderr": err}


def arguments_of_all() -> dict[str, str]:
    """The command lines of every process on this machine, as `ps` shows them to everybody."""
    shown = {}
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            shown[str(path)] = path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue  # it has ended
    return shown


def test_nothing_in_the_list_of_processes_and_nothing_left_by_a_kill(trap: Trap) -> None:
    reached = Event()

    def note(_moment: str, call: Call) -> None:
        if call.operation == "POST /contacts":
            reached.set()

    trap.world.flexmail.on_effect(note)
    trap.world.flexmail.fault("hang", "POST /contacts", skip=2, seconds=30)
    process = start(trap, "run")
    assert reached.wait(30)
    arguments = arguments_of_all()
    process.kill()
    told = said(process)
    ours = {where: line for where, line in arguments.items() if f"{trap.world.folder}" in line}
    assert ours, "it is among them"
    assert not found({**arguments, **told}, list(SECRETS.values()))
    assert not found({**ours, "stderr": told["stderr"]}, PERSONAL)
    trap.world.flexmail.clear_faults()
    trap.run("run")
    addresses = [contact.email for contact in trap.world.flexmail.contacts()]
    assert len(addresses) == len(set(addresses))
    trap.assert_nothing_leaked()


@pytest.mark.parametrize("size", [STATE, LOG])
def test_no_room_to_write_is_told_and_leaks_nothing(trap: Trap, size: int) -> None:
    trap.run("run")
    live(trap.world)
    process = start(trap, "run", limit=no_file_over(size))
    told = said(process)
    assert process.returncode == UNAVAILABLE, told
    assert "Traceback" not in told["stderr"]
    assert not found(told, list(SECRETS.values()))
    trap.assert_nothing_leaked()
    # There is room again.
    assert trap.run("run").code in (0, 1, 3)


def test_a_log_on_a_full_disk_stops_nothing(trap: Trap) -> None:
    trap.world.configure(log={"file": "/dev/full"})
    assert trap.run("run").code in (0, 1)
    assert trap.world.active()
    trap.assert_nothing_leaked()


def test_a_report_that_does_not_fit_is_told(trap: Trap) -> None:
    process = start(trap, "dedupe-report", "--output", "/dev/full", "--format", "csv")
    told = said(process)
    assert process.returncode == CONFIGURATION, told
    process = start(trap, "dedupe-report", "--output", str(trap.world.folder / "duplicates.xlsx"), limit=no_file_over(64_000))
    trap.assert_nothing_leaked()
    assert "Traceback" not in said(process)["stderr"]


@pytest.mark.parametrize("arguments", [["dedupe-report"], ["run"]], ids=" ".join)
def test_stdout_on_a_full_disk_is_told(trap: Trap, arguments: list[str]) -> None:
    """A scheduler that keeps the output on a full disk must not be told that all went well, nor see a traceback."""
    with Path("/dev/full").open("wb") as full:
        process = start(trap, *arguments, stdout=full)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in err) == (CONFIGURATION, False), err
    assert "No space left" in err


def test_a_reader_that_leaves_changes_nothing(trap: Trap) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as stdout:
        process = start(trap, "push", "--json", stdout=stdout)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in err) == (DONE, False), err
    assert trap.world.active()

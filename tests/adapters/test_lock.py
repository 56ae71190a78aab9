"""One run at a time: a real lock, held by a real other process."""

import json
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flexsync_cli.adapters.lock import FileLock
from flexsync_cli.errors import AlreadyRunning, ExitCode, Misconfigured
from flexsync_cli.ports import Lock

HOLDER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from flexsync_cli.adapters.lock import FileLock

with FileLock(Path(sys.argv[1]), now=lambda: datetime(2025, 7, 1, 9, 30, tzinfo=UTC)).hold("run"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


@pytest.fixture
def holder(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process, which holds the lock until its input ends."""
    process = subprocess.Popen([sys.executable, "-c", HOLDER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate(timeout=30)


def take(lock: Lock, command: str = "push") -> bool:
    with lock.hold(command):
        return True


def test_who_holds_it_is_told_with_the_way_out(path: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(AlreadyRunning) as refused:
        take(FileLock(path))
    text = str(refused.value)
    assert "`flexsync run`" in text
    assert f"process {holder.pid} on " in text
    assert "since 2025-07-01 11:30:00" in text  # Brussels' summer time
    assert "Wait until it is done" in text
    assert refused.value.exit_code == ExitCode.RUNNING


def test_the_lock_is_free_when_its_process_is_killed(path: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.communicate(timeout=30)
    assert path.with_name("state.db.lock.json").exists()
    assert take(FileLock(path))


def test_the_lock_is_free_when_its_process_is_done(path: Path, holder: subprocess.Popen[str]) -> None:
    holder.communicate("", timeout=30)
    assert not path.with_name("state.db.lock.json").exists()
    assert take(FileLock(path))


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"pid": 1', '{"since": "never"}', "\udcff"])
def test_an_unreadable_note_neither_blocks_nor_breaks(path: Path, holder: subprocess.Popen[str], content: str) -> None:
    path.with_name("state.db.lock.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(AlreadyRunning, match="didn't say who"):
        take(FileLock(path))
    holder.kill()
    holder.communicate(timeout=30)
    assert take(FileLock(path))


def test_a_note_without_a_lock_blocks_nobody(path: Path) -> None:
    path.with_name("state.db.lock.json").write_text('{"pid": 1, "host": "x", "command": "run", "since": "2025-01-01"}')
    assert take(FileLock(path))


def test_within_one_process_too_it_is_held_once(path: Path) -> None:
    lock = FileLock(path)
    with lock.hold("run"):
        for other in (lock, FileLock(path)):
            with pytest.raises(AlreadyRunning, match="`flexsync run`"):
                take(other)
    assert take(lock)


def test_it_is_freed_when_the_work_fails(path: Path) -> None:
    def fail() -> None:
        with FileLock(path).hold("run"):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert take(FileLock(path))


def test_other_states_are_not_concerned(path: Path, holder: subprocess.Popen[str]) -> None:
    assert take(FileLock(path.with_name("other.db")))


def test_the_folder_is_made_and_what_is_noted_is_the_owners_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "state.db"
    with FileLock(path, now=lambda: datetime(2025, 7, 1, tzinfo=UTC)).hold("push --only x"):
        note = json.loads(path.with_name("state.db.lock.json").read_text())
        modes = {stat.S_IMODE(entry.stat().st_mode) for entry in path.parent.iterdir()}
    assert (note["command"], note["since"]) == ("push --only x", "2025-07-01T00:00:00+00:00")
    if sys.platform != "win32":
        assert modes == {0o600}
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_a_lock_that_others_could_hold_is_closed_to_them(path: Path) -> None:
    lock = path.with_name("state.db.lock")
    lock.touch()
    lock.chmod(0o666)
    assert take(FileLock(path))
    assert stat.S_IMODE(lock.stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_written_is_a_matter_of_configuration(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Misconfigured, match=r"^state\.path: the lock"):
        take(FileLock(tmp_path / "file" / "state.db"))

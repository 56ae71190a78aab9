"""One run at a time: an operating-system lock beside the state, freed by the system itself when its process dies.

A second file beside it says who holds the lock, for on Windows a locked file can't be read. It only informs: what a dead
process left in it blocks nobody.
"""

import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import filelock

from flexsync_cli.adapters.owner_only import close_to_others
from flexsync_cli.errors import AlreadyRunning, Misconfigured


def _utc_now() -> datetime:
    return datetime.now(UTC)


class FileLock:
    """Implements Lock for the state at `path`."""

    def __init__(self, path: Path, now: Callable[[], datetime] = _utc_now) -> None:
        self._lock = path.with_name(f"{path.name}.lock")
        self._holder = path.with_name(f"{path.name}.lock.json")
        self._now = now

    @contextmanager
    def hold(self, command: str) -> Iterator[None]:
        """Hold it meanwhile. Raises AlreadyRunning, which says who has it since when, and never waits."""
        lock = self._acquire()
        try:
            self._tell(command)
            yield
        finally:
            with suppress(OSError):
                self._holder.unlink()
            lock.release()

    def _acquire(self) -> filelock.BaseFileLock:
        lock = filelock.FileLock(self._lock, timeout=0, mode=0o600)
        try:
            self._lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock.acquire()
            close_to_others(self._lock)  # whoever can open it can hold it
        except filelock.Timeout:
            raise AlreadyRunning(self._taken()) from None
        except OSError as error:
            raise self._forbidden(error) from None
        return lock

    def _tell(self, command: str) -> None:
        holder = {"pid": os.getpid(), "host": socket.gethostname(), "command": command, "since": self._now().isoformat()}
        try:
            self._holder.unlink(missing_ok=True)
            handle = os.open(self._holder, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(holder, file)
        except OSError as error:
            raise self._forbidden(error) from None

    def _taken(self) -> str:
        try:
            holder = json.loads(self._holder.read_text(encoding="utf-8"))
            since = datetime.fromisoformat(holder["since"]).astimezone(ZoneInfo("Europe/Brussels"))
            who = (
                f"`flexsync {holder['command']}` (process {holder['pid']} on {holder['host']}) since {since:%Y-%m-%d %H:%M:%S}"
            )
        except (OSError, ValueError, LookupError, TypeError):
            who = "another flexsync, which didn't say who it is"
        return f"{self._lock} is held by {who}. Wait until it is done, or end that process; nothing was changed."

    def _forbidden(self, error: OSError) -> Misconfigured:
        why = os.strerror(error.errno) if error.errno else type(error).__name__
        return Misconfigured(
            f"state.path: the lock {self._lock} can't be written ({why}). Give the account that runs flexsync the right to "
            "write that folder, or choose another place."
        )

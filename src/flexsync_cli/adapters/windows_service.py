"""The state of a Windows service, here or on another machine, asked by `sc.exe`."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from flexsync_cli.domain.legacy_service import SERVICE, ServiceState
from flexsync_cli.errors import Misconfigured

SECONDS = 20  # a server that is off is not worth more
_NO_SUCH_SERVICE, _NOT_STARTED = 1060, 1062
_HOST = re.compile(r"[A-Za-z0-9_.:-]+")
# Words and numbers of the system's, in every language of Windows; what stands before them is translated.
_STATE = re.compile(r":\s*([1-7])\s+[A-Z_]*(?:RUNNING|STOPPED|PENDING|PAUSED)")
_START = re.compile(r":\s*([0-4])\s+[A-Z_]*(?:START|DISABLED)")
_STOPPED, _DISABLED = "1", "4"


@dataclass(frozen=True, slots=True)
class Answer:
    """How `sc.exe` ended (0, or Windows' error number), and what it printed."""

    code: int
    text: str


Run: TypeAlias = Callable[[Sequence[str]], Answer]


def can_ask() -> bool:
    """Whether this machine has the means to ask: Windows has."""
    return shutil.which("sc.exe") is not None


def run_sc(arguments: Sequence[str]) -> Answer:
    """Run `sc.exe`; an answer that doesn't come in time is an error without a text."""
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and the server's name was checked
            ["sc.exe", *arguments],  # noqa: S607 - Windows finds its own before any other
            capture_output=True,
            check=False,
            encoding="oem" if sys.platform == "win32" else "utf-8",
            errors="replace",
            timeout=SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return Answer(-1, "")
    return Answer(done.returncode, done.stdout)


class WindowsService:
    """`ProcessEngineService` on a server; "" is this machine."""

    def __init__(self, server: str, run: Run = run_sc) -> None:
        if server and not _HOST.fullmatch(server):
            raise Misconfigured("the server is not a machine's name; give it as --server SQL01")
        self._where = [rf"\\{server}"] if server else []
        self._server = server
        self._run = run

    def state(self) -> ServiceState:
        """What it does now and at the next start; UNKNOWN where the machine doesn't say, or this account has no right."""
        running = self._ask("query")
        if running.code == _NO_SUCH_SERVICE:
            return ServiceState.ABSENT
        state = _STATE.search(running.text)
        if running.code or not state:
            return ServiceState.UNKNOWN
        if state[1] != _STOPPED:
            return ServiceState.RUNNING
        start = _START.search(self._ask("qc").text)
        if not start:
            return ServiceState.UNKNOWN
        return ServiceState.DISABLED if start[1] == _DISABLED else ServiceState.ENABLED

    def disable(self) -> None:
        """Disable it, then stop it. Raises Misconfigured where the machine refuses."""
        # In this order: one that is only stopped may be started again in between.
        for command, allowed in ((("config", SERVICE, "start=", "disabled"), ()), (("stop", SERVICE), (_NOT_STARTED,))):
            answer = self._run([*self._where, *command])
            if answer.code and answer.code not in allowed:
                where = self._server or "this machine"
                raise Misconfigured(
                    f"{SERVICE} on {where} could not be changed (Windows error {answer.code}); "
                    "do it there as an administrator, in services.msc"
                )

    def _ask(self, command: str) -> Answer:
        return self._run([*self._where, command, SERVICE])

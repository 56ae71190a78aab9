"""What all tests share: no network but loopback, no settings of the machine, properties that do not depend on its speed."""

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from ipaddress import ip_address

import pytest
from hypothesis import settings

settings.register_profile("flexsync", deadline=None, database=None, derandomize="CI" in os.environ, print_blob=True)
settings.load_profile("flexsync")

# All by which a socket reaches somewhere; the address comes last.
WAYS_OUT = ("connect", "connect_ex", "sendto", "sendmsg")


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a developer has set must not change a test."""
    for name in ("FLEXSYNC_CONFIG", "FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)


def is_loopback(host: str) -> bool:
    """Whether that is this machine: an address of loopback, or localhost by just this name."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _guarded(way_out: Callable[..., object]) -> Callable[..., object]:
    def guarded(self: socket.socket, *arguments: object) -> object:
        address = arguments[-1]
        outside = isinstance(address, tuple) and not is_loopback(str(address[0]))
        if self.family in (socket.AF_INET, socket.AF_INET6) and outside:
            raise AssertionError("a test connects to another machine than this one")
        return way_out(self, *arguments)

    return guarded


@pytest.fixture(autouse=True, scope="session")
def _loopback_only() -> Iterator[None]:
    """A test that would reach another machine fails at once."""
    with pytest.MonkeyPatch.context() as patch:
        for name in WAYS_OUT:
            if hasattr(socket.socket, name):  # Windows has no sendmsg
                patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        yield


@pytest.fixture(scope="session")
def php() -> str:
    """A PHP with its SOAP extension; skips where there is none, and fails instead under FLEXSYNC_REQUIRE_PHP=1."""
    path = shutil.which("php")
    if path and "soap" in subprocess.run([path, "-m"], capture_output=True, text=True, check=True).stdout.split():
        return path
    if os.environ.get("FLEXSYNC_REQUIRE_PHP") == "1":
        pytest.fail("php with its soap extension is required here, and missing")
    pytest.skip("needs php with its soap extension")

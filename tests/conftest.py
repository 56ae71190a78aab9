"""What all tests share: no network but loopback, no settings of the machine, properties that do not depend on its speed."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator

import pytest
from hypothesis import settings

settings.register_profile("flexsync", deadline=None, database=None, derandomize="CI" in os.environ, print_blob=True)
settings.load_profile("flexsync")

LOOPBACK = ("127.", "::1", "localhost")


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a developer has set must not change a test."""
    for name in ("FLEXSYNC_CONFIG", "FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True, scope="session")
def _loopback_only() -> Iterator[None]:
    """A test that would reach another machine fails at once."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: tuple[str, int]) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not address[0].startswith(LOOPBACK):
            raise AssertionError("a test connects to another machine than this one")
        return connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
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

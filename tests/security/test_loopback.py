"""The guard around all tests itself: whatever is tried, no other machine hears of it."""

import socket
from urllib.parse import urlsplit

import pytest

from flexsync_cli.sandbox.serve import Sandbox
from tests.conftest import is_loopback

OUTSIDE = ("192.0.2.1", "127.evil.example", "localhost.evil.example", "0.0.0.0", "2001:db8::1")  # noqa: S104 - reached, not bound


@pytest.mark.parametrize("host", OUTSIDE)
@pytest.mark.parametrize("way", ["connect", "connect_ex", "sendto", "sendto with flags"])
def test_no_test_reaches_another_machine(host: str, way: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    kind = socket.SOCK_DGRAM if way.startswith("sendto") else socket.SOCK_STREAM
    calls = {
        "connect": lambda it: it.connect((host, 9)),
        "connect_ex": lambda it: it.connect_ex((host, 9)),
        "sendto": lambda it: it.sendto(b"", (host, 9)),
        "sendto with flags": lambda it: it.sendto(b"", 0, (host, 9)),
    }
    with socket.socket(family, kind) as way_out, pytest.raises(AssertionError, match="another machine"):
        calls[way](way_out)


def test_the_sandbox_listens_on_loopback_alone() -> None:
    """One that listened everywhere would answer at the next address of this machine too."""
    with Sandbox() as sandbox, socket.socket() as way_in:
        port = urlsplit(sandbox.url).port
        way_in.settimeout(2)
        assert way_in.connect_ex(("127.0.0.2", port)) != 0
        assert urlsplit(sandbox.url).hostname == urlsplit(sandbox.soap_url).hostname == "127.0.0.1"


def test_this_machine_is_reached_by_its_names() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.8.9.10", "::1", "localhost")))
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()

"""What takes too long as a whole is ended, real sockets in place of a client's."""

import socket
from types import SimpleNamespace

from flexsync_cli.adapters.time_limit import TimeLimit


def connected(limit: TimeLimit, address: tuple[str, int]) -> socket.socket:
    """As a client connects, and says so."""
    ours = socket.create_connection(address, timeout=10)
    limit.trace("connected", {"return_value": SimpleNamespace(get_extra_info=lambda _name: ours)})
    return ours


def test_what_connects_only_after_its_time_is_ended_too() -> None:
    limit = TimeLimit()
    with socket.create_server(("127.0.0.1", 0)) as server, limit.within(0.01):
        with connected(limit, server.getsockname()) as early:
            assert early.recv(1) == b""  # its time is over now
        with connected(limit, server.getsockname()) as late:
            assert late.recv(1) == b""


def test_the_next_call_has_its_own_time() -> None:
    limit = TimeLimit()
    with socket.create_server(("127.0.0.1", 0)) as server:
        with limit.within(0.01), connected(limit, server.getsockname()) as early:
            assert early.recv(1) == b""
        with limit.within(600), connected(limit, server.getsockname()) as next_one:
            theirs, _ = server.accept()
            theirs.close()
            theirs, _ = server.accept()
            with theirs:
                theirs.sendall(b"x")
                assert next_one.recv(1) == b"x"

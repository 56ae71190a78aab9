"""The door over real connections on loopback that break, hang or are not there."""

import gzip
import json
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest

from flexsync_cli.errors import FlexmailUnavailable
from flexsync_cli.ports import ContactBody
from tests.adapters.flexmail.fakes import Bench

Script = Callable[[socket.socket], None]

BODY = ContactBody("noor@kantoor-voorbeeld.be", "Noor", "Claes", "nl", source=1)


def sends(head: str, body: bytes = b"", length: int | None = None) -> Script:
    size = len(body) if length is None else length
    raw = f"HTTP/1.1 {head}\r\nConnection: close\r\nContent-Length: {size}\r\n".encode()

    def script(connection: socket.socket) -> None:
        connection.sendall(raw + b"\r\n" + body)

    return script


def drops(connection: socket.socket) -> None:
    """Close without a word."""


def hangs(connection: socket.socket) -> None:
    """Say nothing until the client has enough of it."""
    connection.recv(65536)


@contextmanager
def server(*scripts: Script, whole: bool = True) -> Iterator[str]:
    """Follows one script a connection, each after the `whole` request has come."""

    def serve(listener: socket.socket) -> None:
        for script in scripts:
            connection, _ = listener.accept()
            with connection, suppress(ConnectionError):
                if whole:
                    _read_request(connection)
                script(connection)

    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as pool:
        listener.settimeout(10)
        served = pool.submit(serve, listener)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        served.result()


def _read_request(connection: socket.socket) -> None:
    raw = b""
    while b"\r\n\r\n" not in raw:
        raw += connection.recv(65536)
    head, _, body = raw.partition(b"\r\n\r\n")
    lengths = [int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    while len(body) < sum(lengths):
        body += connection.recv(65536)


LANGUAGES = b'{"languages": ["nl", "fr"]}'


def test_broken_connections_are_tried_again(bench: Bench) -> None:
    with server(drops, sends("200 OK", LANGUAGES[:9], len(LANGUAGES)), sends("200 OK", LANGUAGES)) as url:
        assert bench.at(url).languages() == ("nl", "fr")
    assert [status for *_, status in bench.ledger.seen] == [0, 200, 200]


def test_a_server_that_says_nothing_is_left() -> None:
    bench = Bench(read_seconds=0.3)
    with bench.door, server(hangs, sends("200 OK", LANGUAGES)) as url:
        assert bench.at(url).languages() == ("nl", "fr")
    assert [status for *_, status in bench.ledger.seen] == [0, 200]


def drips(connection: socket.socket) -> None:
    """Send a body without an end, until the client has enough of it."""
    with suppress(ConnectionError):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{")
        while True:
            connection.sendall(b" " * 1000)


def test_a_server_that_drips_is_left() -> None:
    bench = Bench(max_bytes=10**9, answer_seconds=0.1)
    with bench.door, server(drips, sends("200 OK", LANGUAGES)) as url:
        assert bench.at(url).languages() == ("nl", "fr")
    assert [status for *_, status in bench.ledger.seen] == [200, 200]


def drips_a_header(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Endless: ")
    drip(connection, b"x")


def puts_off(connection: socket.socket) -> None:
    drip(connection, b"HTTP/1.1 102 Processing\r\n\r\n")


def drip(connection: socket.socket, part: bytes) -> None:
    """As long as the client listens, which is not for the whole test."""
    for _ in range(500):
        connection.sendall(part)
        time.sleep(0.02)
    raise AssertionError("the client listens for ever")


@pytest.mark.parametrize("script", [drips_a_header, puts_off])
def test_a_server_whose_answer_never_begins_is_left(script: Script) -> None:
    bench = Bench(read_seconds=0.3, answer_seconds=0.1)
    with bench.door, server(script, sends("200 OK", LANGUAGES)) as url:
        assert bench.at(url).languages() == ("nl", "fr")
    assert [status for *_, status in bench.ledger.seen] == [0, 200]


def test_a_dropped_create_is_looked_for(bench: Bench) -> None:
    shown = {"id": 42, "email": BODY.email, "first_name": "Noor", "name": "Claes", "language": "nl"}
    found = json.dumps({"_embedded": {"item": [shown]}}).encode()
    with server(drops, sends("200 OK", found)) as url:
        assert bench.at(url).create(BODY) == 42
    assert [method for method, *_ in bench.ledger.seen] == ["POST", "GET"]


def test_a_refused_connection_names_host_and_key(bench: Bench) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(FlexmailUnavailable, match=r"127\.0\.0\.1 can't be reached.*flexmail\.rest_url"):
        bench.at(f"http://127.0.0.1:{port}").create(BODY)
    assert bench.ledger.seen == [("POST", "/contacts", 0)] * 4


def test_a_server_without_tls_gets_no_token(bench: Bench) -> None:
    heard: list[bytes] = []

    def listens(connection: socket.socket) -> None:
        heard.append(connection.recv(65536))

    with server(*[listens] * 4, whole=False) as url, pytest.raises(FlexmailUnavailable, match="can't be reached"):
        bench.at(url.replace("http:", "https:")).languages()
    assert len(heard) == 4
    assert not any(b"Authorization" in raw for raw in heard)


def test_compressed_answers_are_read_and_their_real_size_counts() -> None:
    bench = Bench(max_bytes=100_000)
    small, large = gzip.compress(LANGUAGES), gzip.compress(b'["' + b"x" * 200_000 + b'"]')
    head = "200 OK\r\nContent-Encoding: gzip"
    with bench.door, server(sends(head, small), sends(head, large)) as url:
        assert bench.at(url).languages() == ("nl", "fr")
        with pytest.raises(FlexmailUnavailable, match="more than 100000 bytes"):
            bench.at(url).languages()


def test_bytes_that_are_no_gzip_are_a_broken_answer(bench: Bench) -> None:
    head = "200 OK\r\nContent-Encoding: gzip"
    with server(sends(head, b"not gzip"), sends("200 OK", LANGUAGES)) as url:
        assert bench.at(url).languages() == ("nl", "fr")

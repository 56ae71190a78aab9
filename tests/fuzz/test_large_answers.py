"""An answer of a million rows, one that never ends, and a listing that goes round: told as such, soon, and in little memory."""

import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
import respx

from flexsync_cli.errors import FlexmailUnavailable
from tests.adapters.flexmail.fakes import URL, Bench

MEGABYTE = 1_000_000
MILLION = 1_000_000
ROW = b'{"id": %d, "email": "p%d@example.be", "first_name": "Noor", "name": "Claes", "language": "nl", "custom_fields": {}},'
SECONDS = 20.0


def rows() -> Iterator[bytes]:
    """A listing of a million contacts in one answer: some 110 MB."""
    yield b'{"total": 1000000, "_embedded": {"item": ['
    for start in range(0, MILLION, 1000):
        yield b"".join(ROW % (number, number) for number in range(start, start + 1000))
    yield b'{"id": 0}]}}'


def endless() -> Iterator[bytes]:
    """Blanks without end, which are JSON as far as they go."""
    while True:
        yield b" " * 65_536


@contextmanager
def serving(parts: Iterator[bytes]) -> Iterator[tuple[str, list[int]]]:
    """A server whose every answer is that; its address, and how many bytes it got rid of."""
    sent = [0]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            try:
                for part in parts:
                    self.wfile.write(part)
                    sent[0] += len(part)
            except OSError:
                return  # the client has had enough

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", sent
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("answer", [rows, endless])
def test_an_answer_that_is_too_large_is_read_no_further(answer: type[Iterator[bytes]]) -> None:
    bench, began = Bench(per_minute=100_000, max_bytes=10 * MEGABYTE), time.monotonic()
    with serving(answer()) as (url, sent):
        tracemalloc.start()
        with pytest.raises(FlexmailUnavailable):
            bench.at(url).contacts()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert sent[0] < 60 * MEGABYTE
    assert peak < 60 * MEGABYTE
    assert time.monotonic() - began < SECONDS


def page(first: int, total: int) -> httpx.Response:
    item = [{"id": number, "email": f"p{number}@example.be"} for number in range(first, first + 500)]
    return httpx.Response(200, json={"total": total, "_embedded": {"item": item}})


@pytest.mark.parametrize("total", [MILLION, 10**12])
def test_a_listing_that_goes_round_is_no_listing(total: int) -> None:
    """Every page is the first one, and there should be a million contacts."""
    bench, began = Bench(per_minute=100_000), time.monotonic()
    with respx.mock(base_url=URL) as routes:
        asked = routes.get("/contacts").mock(return_value=page(1, total))
        with pytest.raises(FlexmailUnavailable):
            bench.flexmail.contacts()
    assert asked.call_count < 100
    assert time.monotonic() - began < SECONDS

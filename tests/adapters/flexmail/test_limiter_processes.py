"""The limit over two processes, one that speaks REST and one that speaks SOAP, on one state; their clocks are passed in."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from flexsync_cli.adapters.state import open_state

START = datetime(2026, 3, 2, 9, 15, 20, tzinfo=UTC)
ENVELOPE = b'<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body/></Envelope>'

# Makes so many calls; its clock goes on by the waiting it is told and by a little for each call. Prints when each was made.
CALLER = """
import sys
from datetime import datetime, timedelta
from pathlib import Path
from flexsync_cli.adapters.flexmail.http import Door, RetryRule
from flexsync_cli.adapters.state import open_state

class Clock:
    moment = datetime.fromisoformat(sys.argv[4])
    def now(self):
        return self.moment
    def sleep(self, seconds):
        self.moment += timedelta(seconds=seconds)

path, url, kind, count, pace = Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[5]), float(sys.argv[6])
state, clock = open_state(path), Clock()
with Door(state.ledger, clock, per_minute=60) as door:
    for _ in range(count):
        door.request(kind, "GET" if kind == "rest" else "POST", url, path_for_ledger="/", retry=RetryRule.AGAIN)
        print(clock.moment.isoformat(), flush=True)
        clock.sleep(pace)
state.close()
"""


class Answering(BaseHTTPRequestHandler):
    """The first SOAP call of a server that is `busy` gets a 429."""

    protocol_version = "HTTP/1.1"
    busy = False

    def do_GET(self) -> None:
        self._answer(200, b"{}")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        busy, type(self).busy = type(self).busy, False
        self._answer(429 if busy else 200, ENVELOPE)

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if status == 429:
            self.send_header("Retry-After", "300")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@contextmanager
def server(*, busy: bool = False) -> Iterator[str]:
    """Its address."""
    handler = type("Handler", (Answering,), {"busy": busy})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{http.server_port}/"
        finally:
            http.shutdown()
            thread.join()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A state."""
    open_state(tmp_path / "state.db").close()
    return tmp_path / "state.db"


def caller(path: Path, url: str, kind: str, count: int, start: datetime = START, pace: float = 0.3) -> subprocess.Popen[str]:
    arguments = [str(path), url, kind, start.isoformat(), str(count), str(pace)]
    return subprocess.Popen([sys.executable, "-c", CALLER, *arguments], stdout=subprocess.PIPE, text=True)


def moments(process: subprocess.Popen[str]) -> list[datetime]:
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return [datetime.fromisoformat(line) for line in out.split()]


def test_rest_and_soap_of_two_processes_share_sixty_in_any_minute(path: Path) -> None:
    with server() as url:
        first, second = caller(path, url, "rest", 70), caller(path, url, "soap", 70, pace=0.1)
        made = sorted([*moments(first), *moments(second)])
    assert len(made) == 140
    assert max(sum(one <= other < one + timedelta(minutes=1) for other in made) for one in made) == 60
    with closing(open_state(path)) as state:
        year = timedelta(days=365)
        assert [state.ledger.count(START, START + year, door) for door in ("rest", "soap")] == [70, 70]


def test_a_429_of_one_process_holds_back_the_other(path: Path) -> None:
    with server() as url, closing(open_state(path)) as state:
        state.ledger.empty_bucket(START + timedelta(seconds=300))
        other = moments(caller(path, url, "rest", 3, START + timedelta(seconds=5)))
    assert min(other) >= START + timedelta(seconds=300)


def test_after_a_429_the_same_process_waits_as_it_is_told(path: Path) -> None:
    with server(busy=True) as url:
        (made,) = moments(caller(path, url, "soap", 1))
    assert made >= START + timedelta(seconds=300)

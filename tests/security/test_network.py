"""Who may stand in for Flexmail: a server with a certificate of its own making, one that redirects, one that sends bombs."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import trustme

from flexsync_cli.adapters.clock import SystemClock
from tests.security.trap import SECRETS, Trap, found

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
UNAVAILABLE = 4

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
BOMBS = {
    "a billion laughs": f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]><Envelope><Body>&l11;</Body></Envelope>',
    "a file of this machine": '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><Envelope><Body><a>&f;</a></Body></Envelope>',
    "a thing on the network": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><Envelope><Body><a/></Body></Envelope>',
    "a deep well": "<Envelope><Body>" + "<a>" * 100_000 + "</a>" * 100_000 + "</Body></Envelope>",
}


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SystemClock, "sleep", lambda _self, _seconds: None)


class Server(ThreadingHTTPServer):
    """Gives everybody the same answer, and keeps the credentials it was given."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes, context: ssl.SSLContext | None = None) -> None:
        self.told: list[str] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.told.append(self.headers.get("Authorization", "") + self._read())
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815 - likewise

            def _read(self) -> str:
                return self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - likewise
                return

        super().__init__(("127.0.0.1", 0), Handler)
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_side=True)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that does not trust us hangs up."""


@contextmanager
def serving(server: Server) -> Iterator[int]:
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_certificate_that_nobody_vouches_for_gets_no_token(trap: Trap) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    server = Server(200, {}, b"{}", context)
    with serving(server) as port:
        trap.world.configure(flexmail={"rest_url": f"https://127.0.0.1:{port}", "soap_url": f"https://127.0.0.1:{port}/soap"})
        result = trap.run("push")
    assert result.code == UNAVAILABLE
    assert "certificate" in result.err
    assert server.told == []
    trap.assert_nothing_leaked()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_carries_no_token_away(trap: Trap, status: int) -> None:
    thief = Server(200, {}, b"{}")
    with serving(thief) as elsewhere:
        server = Server(status, {"Location": f"http://127.0.0.1:{elsewhere}/"}, b"")
        with serving(server) as port:
            url = f"http://127.0.0.1:{port}"
            trap.world.configure(flexmail={"rest_url": url, "soap_url": url})
            result = trap.run("push")
    assert result.code == UNAVAILABLE
    assert "redirects" in result.err
    assert thief.told == []
    trap.assert_nothing_leaked()


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_does_not_go_off(trap: Trap, bomb: str) -> None:
    server = Server(200, {"Content-Type": "text/xml"}, bomb.encode())
    with serving(server) as port:
        trap.world.configure(flexmail={"soap_url": f"http://127.0.0.1:{port}"})
        result = trap.run("push")
    assert result.code == UNAVAILABLE
    assert "root:" not in result.err
    assert found({"what it was told": "".join(server.told)}, [SECRETS["soap"]]), "it was asked"
    assert not trap.world.active(), "without the opt-outs nobody is mailed"
    trap.assert_nothing_leaked()

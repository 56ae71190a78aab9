import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http import HTTPStatus
from threading import Event

import httpx
import pytest
import respx

from flexsync_cli.adapters.ping import HealthcheckPing

URL = "https://hc.example.be/ping/5f0c-secret"


def test_start_success_and_failure_by_the_convention() -> None:
    with respx.mock(assert_all_called=True) as service:
        for path in ("/start", "", "/4"):
            service.post(f"{URL}{path}").respond(HTTPStatus.OK)
        ping = HealthcheckPing(URL)
        ping.started()
        ping.ended(0)
        ping.ended(4)
        assert [call.request.content for call in service.calls] == [b"", b"", b""]


def test_an_address_with_a_query_keeps_it() -> None:
    with respx.mock(assert_all_called=True) as service:
        service.post(f"{URL}/start?create=1").respond(HTTPStatus.OK)
        HealthcheckPing(f"{URL}/?create=1").started()


@pytest.mark.parametrize("failure", [httpx.ConnectError("refused"), httpx.ReadTimeout("slow"), OSError("odd")])
def test_no_failure_of_the_service_is_one_of_the_run(failure: Exception, caplog: pytest.LogCaptureFixture) -> None:
    with respx.mock as service:
        service.post(url__startswith=URL).mock(side_effect=failure)
        HealthcheckPing(URL).started()
    assert "ping.failed" in caplog.text
    assert "secret" not in caplog.text


def test_an_answer_that_is_no_success_is_noted(caplog: pytest.LogCaptureFixture) -> None:
    with respx.mock as service:
        service.post(url__startswith=URL).respond(HTTPStatus.FOUND, headers={"location": "https://elsewhere.example.be/"})
        HealthcheckPing(URL).started()
    assert "ping.failed" in caplog.text
    assert "secret" not in caplog.text


def test_a_service_that_never_answers_holds_nobody_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        HealthcheckPing(f"http://127.0.0.1:{silent.getsockname()[1]}/x", timeout=0.05).started()


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX-Endless: ", b"HTTP/1.1 200 OK\r\n\r\n", b""])
def test_a_service_that_drips_holds_nobody_up(head: bytes) -> None:
    """Each part comes in time; the answer as a whole never does."""
    part = b"x" if head else b"HTTP/1.1 102 Processing\r\n\r\n"
    ended = Event()

    def drip() -> None:
        connection, _ = slow.accept()
        with connection, suppress(OSError):
            connection.sendall(head)
            while not ended.wait(0.02):
                connection.sendall(part)

    with socket.create_server(("127.0.0.1", 0)) as slow, ThreadPoolExecutor(2) as pool:
        pool.submit(drip)
        ping = pool.submit(HealthcheckPing(f"http://127.0.0.1:{slow.getsockname()[1]}/x", timeout=0.1).started)
        try:
            ping.result(5)
        finally:
            ended.set()

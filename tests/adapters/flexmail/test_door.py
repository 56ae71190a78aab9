"""The door over a scripted transport: what is tried again, how long is waited, what the ledger holds."""

import logging
from datetime import datetime, timedelta
from time import sleep

import httpx
import pytest
import respx

from flexsync_cli.adapters.flexmail.http import AnswerLost, Kind, RetryRule
from flexsync_cli.errors import FlexmailUnavailable
from tests.adapters.flexmail.fakes import START, TOKEN, URL, Bench

ADDRESS = "noor@kantoor-voorbeeld.be"
ENVELOPE = b'<?xml version="1.0"?><SOAP-ENV:Envelope><SOAP-ENV:Body/></SOAP-ENV:Envelope>\n'


def ask(
    bench: Bench, method: str = "GET", retry: RetryRule = RetryRule.AGAIN, kind: Kind = "rest", url: str = f"{URL}/contacts"
) -> httpx.Response:
    return bench.door.request(
        kind,
        method,
        url,
        path_for_ledger="/contacts",
        retry=retry,
        params={"email": ADDRESS},
        auth=httpx.BasicAuth("12345", TOKEN),
    )


def answers(*replies: httpx.Response | type[Exception]) -> respx.Route:
    return respx.route(host="api.flexmail.example").mock(side_effect=list(replies))


def refusal(bench: Bench, method: str = "GET", retry: RetryRule = RetryRule.AGAIN, kind: Kind = "rest") -> str:
    with pytest.raises(FlexmailUnavailable) as caught:
        ask(bench, method, retry, kind)
    return str(caught.value)


@respx.mock
def test_a_call_is_in_the_ledger_without_address_and_query(bench: Bench) -> None:
    route = answers(httpx.Response(200, json={"total": 0}))
    assert ask(bench).json() == {"total": 0}
    assert bench.ledger.seen == [("GET", "/contacts", 200)]
    assert bench.ledger.entries[0].door == "rest"
    assert route.calls[0].request.url.params["email"] == ADDRESS
    assert bench.clock.slept == []


@respx.mock
@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 410, 422])
def test_a_refusal_is_an_answer_and_never_tried_again(bench: Bench, status: int) -> None:
    answers(httpx.Response(status, json={"title": "No"}))
    assert ask(bench).status_code == status
    assert len(bench.ledger.seen) == 1


@respx.mock
@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_a_server_error_is_tried_four_times(bench: Bench, status: int) -> None:
    answers(*[httpx.Response(status)] * 4)
    message = refusal(bench)
    assert message == (
        f"Flexmail at api.flexmail.example answered HTTP {status} (4 tries). "
        "If it lasts, check the network and flexmail.rest_url."
    )
    assert bench.ledger.seen == [("GET", "/contacts", status)] * 4
    assert bench.clock.slept == bench.waits == [1.0, 3.0, 9.0]


@respx.mock
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "POST"])
def test_what_may_be_repeated_is_until_it_goes_well(bench: Bench, method: str) -> None:
    answers(httpx.ReadTimeout, httpx.RemoteProtocolError, httpx.Response(200, json={}))
    assert ask(bench, method).status_code == 200
    assert [status for *_, status in bench.ledger.seen] == [0, 0, 200]


@respx.mock
@pytest.mark.parametrize(
    "lost",
    [
        httpx.ReadTimeout,
        httpx.WriteError,
        httpx.RemoteProtocolError,
        httpx.Response(503),
        httpx.Response(201, html="<html>"),
        httpx.Response(201, content=b'{"id": 4'),
    ],
)
def test_a_create_is_not_repeated_once_it_may_have_had_its_effect(bench: Bench, lost: httpx.Response | type[Exception]) -> None:
    answers(lost)
    with pytest.raises(AnswerLost):
        ask(bench, "POST", RetryRule.ONCE)
    assert len(bench.ledger.seen) == 1
    assert bench.clock.slept == []


@respx.mock
def test_a_create_that_was_never_sent_is_repeated(bench: Bench) -> None:
    answers(httpx.ConnectError, httpx.ConnectTimeout, httpx.Response(429), httpx.Response(201, json={"id": 4}))
    assert ask(bench, "POST", RetryRule.ONCE).status_code == 201
    assert [status for *_, status in bench.ledger.seen] == [0, 0, 429, 201]


@respx.mock
@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 40.0),  # 09:15:20, so the next minute
        ("", 40.0),
        ("soon", 40.0),
        ("7", 7.0),
        ("0", 1.0),
        ("Mon, 02 Mar 2026 09:15:33 GMT", 13.0),
        ("Mon, 02 Mar 2026 09:15:33 -0000", 13.0),
        ("Mon, 02 Mar 2026 09:00:00 GMT", 40.0),  # gone by
    ],
)
def test_after_429_every_process_waits_as_long_as_it_says(bench: Bench, header: str | None, seconds: float) -> None:
    headers = {} if header is None else {"Retry-After": header}
    answers(httpx.Response(429, headers=headers), httpx.Response(200, json={}))
    assert ask(bench).status_code == 200
    assert bench.ledger.closed_until == START + timedelta(seconds=seconds)
    assert bench.clock.slept == bench.waits == [seconds]


@respx.mock
def test_429_is_not_a_failed_try(bench: Bench) -> None:
    answers(*[httpx.Response(429)] * 6, *[httpx.Response(500)] * 3, httpx.Response(200, json={}))
    assert ask(bench).status_code == 200
    assert len(bench.ledger.seen) == 10


@respx.mock
def test_429_is_borne_for_twenty_minutes_and_no_longer(bench: Bench) -> None:
    route = respx.route(host="api.flexmail.example").mock(return_value=httpx.Response(429))
    assert "HTTP 429" in refusal(bench)
    assert timedelta(minutes=18) < bench.clock.now() - START <= timedelta(minutes=20)
    assert 19 <= route.call_count <= 21


@respx.mock
@pytest.mark.parametrize("header", ["3600", "9" * 400, "Tue, 03 Mar 2026 09:15:33 GMT"])
def test_a_wait_longer_than_a_run_can_bear_is_not_begun(bench: Bench, header: str) -> None:
    answers(httpx.Response(429, headers={"Retry-After": header}))
    refusal(bench)
    assert "asked to wait" in refusal(bench)
    assert bench.clock.slept == []
    assert len(bench.ledger.seen) == 1


@respx.mock
def test_the_rolling_minute_is_kept() -> None:
    bench = Bench(per_minute=3)
    respx.route(host="api.flexmail.example").mock(return_value=httpx.Response(200, json={}))
    for _ in range(7):
        ask(bench)
    assert bench.clock.slept == [60.0, 60.0]
    assert bench.ledger.count(START, START + timedelta(minutes=1)) == 3


@respx.mock
@pytest.mark.parametrize(
    "body", [b"", b"<html>Maintenance</html>", b'{"total": 3, "_embedded": {"it', b"\xff\xfe", b"[" * 200_000]
)
def test_an_answer_that_is_no_json_is_tried_again(bench: Bench, body: bytes) -> None:
    answers(httpx.Response(200, content=body), httpx.Response(200, json={"total": 1}))
    assert ask(bench).json() == {"total": 1}


@respx.mock
def test_json_that_never_comes_is_unavailable(bench: Bench) -> None:
    answers(*[httpx.Response(200, html="<html>")] * 4)
    assert "answered something that is not JSON (4 tries)" in refusal(bench)


@respx.mock
def test_a_web_page_as_404_does_not_pass_for_no_such_contact(bench: Bench) -> None:
    answers(*[httpx.Response(404, html="<h1>Not found</h1>")] * 4)
    assert "not JSON" in refusal(bench)


@respx.mock
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST"])
def test_an_empty_answer_to_a_write_is_whole(bench: Bench, method: str) -> None:
    answers(httpx.Response(204))
    assert ask(bench, method).status_code == 204
    assert len(bench.ledger.seen) == 1


@respx.mock
def test_soap_is_whole_when_its_envelope_is_closed(bench: Bench) -> None:
    answers(
        httpx.Response(200, html="<html>"), httpx.Response(200, content=ENVELOPE[:-9]), httpx.Response(200, content=ENVELOPE)
    )
    assert ask(bench, "POST", kind="soap").content == ENVELOPE
    assert [entry.door for entry in bench.ledger.entries] == ["soap"] * 3


@respx.mock
def test_soap_that_fails_names_its_own_key(bench: Bench) -> None:
    answers(*[httpx.Response(200, html="<html>")] * 4)
    assert "not SOAP (4 tries). If it lasts, check the network and flexmail.soap_url." in refusal(bench, "POST", kind="soap")


@respx.mock
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(bench: Bench, status: int) -> None:
    elsewhere = respx.route(host="elsewhere.example").mock(return_value=httpx.Response(200, json={}))
    answers(httpx.Response(status, headers={"Location": f"https://elsewhere.example/?email={ADDRESS}"}))
    message = refusal(bench)
    assert "redirects to another address" in message
    assert "configured as flexmail.rest_url" in message
    assert ADDRESS not in message
    assert not elsewhere.called
    assert len(bench.ledger.seen) == 1


@respx.mock
def test_an_answer_that_is_too_long_is_dropped() -> None:
    bench = Bench(max_bytes=1000)
    answers(httpx.Response(200, json=["x" * 1000]))
    assert "more than 1000 bytes" in refusal(bench)
    assert len(bench.ledger.seen) == 1


@respx.mock
@pytest.mark.parametrize(
    "error",
    [httpx.ConnectError, httpx.ConnectTimeout, httpx.ReadTimeout, httpx.WriteError, httpx.ProxyError, httpx.DecodingError],
)
def test_no_network_error_gets_out(bench: Bench, error: type[Exception]) -> None:
    answers(*[error] * 4)
    message = refusal(bench)
    assert "api.flexmail.example" in message
    assert "flexmail.rest_url" in message


@pytest.mark.parametrize("url", ["api.flexmail.example", "https://[", "ftp://api.flexmail.example"])
def test_an_address_that_is_none_says_where_it_is_configured(bench: Bench, url: str) -> None:
    with pytest.raises(FlexmailUnavailable, match=r"flexmail\.rest_url"):
        ask(bench, url=url)


@respx.mock
def test_nothing_secret_or_personal_is_told_or_logged(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    answers(httpx.Response(200, json={}), *[httpx.Response(503)] * 4)
    ask(bench)
    with pytest.raises(FlexmailUnavailable) as caught:
        ask(bench)
    told = caplog.text + str(caught.value) + repr(caught.value) + repr(bench.door) + repr(bench.flexmail)
    assert "rest GET /contacts: 200" in caplog.text
    assert ADDRESS not in told
    assert "noor" not in told
    assert TOKEN not in told


@respx.mock
def test_a_call_takes_from_its_moment_in_the_ledger_to_its_answer(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process may hold the state meanwhile: the call goes out that much later than the ledger says."""
    reserve = bench.ledger.reserve

    def slowly(door: str, method: str, path: str, now: datetime, per_minute: int) -> tuple[int, float]:
        sleep(0.05)
        return reserve(door, method, path, now, per_minute)

    monkeypatch.setattr(bench.ledger, "reserve", slowly)
    answers(httpx.Response(200, json={}))
    ask(bench)
    assert (bench.ledger.entries[0].milliseconds or 0) >= 50


@respx.mock
def test_an_interrupted_call_is_settled(bench: Bench) -> None:
    def interrupt(_request: httpx.Request) -> httpx.Response:
        raise KeyboardInterrupt

    respx.route(host="api.flexmail.example").mock(side_effect=interrupt)
    with pytest.raises(KeyboardInterrupt):
        ask(bench)
    assert bench.ledger.seen == [("GET", "/contacts", 0)]

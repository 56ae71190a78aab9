"""What every call passes: the limit, the faults, the log, the hooks; and the control side over HTTP."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsync_cli.sandbox.calls import Call, RateLimit
from flexsync_cli.sandbox.control import Control
from flexsync_cli.sandbox.door import Moment
from flexsync_cli.sandbox.faults import Fault
from flexsync_cli.sandbox.model import State
from flexsync_cli.sandbox.serve import Sandbox
from tests.sandbox.soap_raw import RawSoap

START = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)


@pytest.fixture
def body(sandbox: Sandbox) -> dict[str, Any]:
    return {"email": "an@kantoor.be", "language": "nl", "source": sandbox.source.id}


def test_sixty_a_minute_over_both_interfaces_and_no_word_of_when(rest: httpx.Client, soap: RawSoap, control: Control) -> None:
    control.quirks.calls_per_minute = 3
    assert rest.get("/").status_code == 200
    assert soap.call("GetCampaigns").code == 0
    control.advance(30)
    assert rest.get("/").status_code == 200
    refused = rest.get("/")
    assert (refused.status_code, refused.json()["status"]) == (429, 429)
    assert "retry-after" not in refused.headers
    control.advance(31)
    assert [rest.get("/").status_code for _ in range(3)] == [200, 200, 429]
    assert [call.status for call in control.calls] == [200, 200, 200, 429, 200, 200, 429]


def test_a_429_may_tell_when(rest: httpx.Client, control: Control) -> None:
    control.quirks.calls_per_minute, control.quirks.retry_after = 1, True
    rest.get("/")
    control.advance(17.5)
    assert rest.get("/").headers["retry-after"] == "43"


@given(st.lists(st.floats(min_value=0, max_value=100), max_size=40), st.integers(min_value=1, max_value=5))
def test_no_rolling_minute_holds_more_than_allowed(pauses: list[float], per_minute: int) -> None:
    limit, now, admitted = RateLimit(), START, list[datetime]()
    for pause in pauses:
        now += timedelta(seconds=pause)
        wait = limit.wait(now, per_minute)
        if wait == 0.0:
            admitted.append(now)
        else:
            assert limit.wait(now + timedelta(seconds=wait), per_minute) == 0.0
            now += timedelta(seconds=wait)
            admitted.append(now)
    for moment in admitted:
        assert sum(moment <= other < moment + timedelta(minutes=1) for other in admitted) <= per_minute


def test_a_clock_set_back_does_not_close_the_door(rest: httpx.Client, control: Control) -> None:
    control.quirks.calls_per_minute = 1
    rest.get("/")
    control.set_clock(START - timedelta(days=400))
    assert rest.get("/").status_code == 200


def test_the_log_has_every_call_in_order(rest: httpx.Client, soap: RawSoap, control: Control, body: dict[str, Any]) -> None:
    created = rest.post("/contacts", json=body).headers["location"]
    rest.get("/contacts", params={"limit": 500})
    rest.patch(created, json={"name": "Peeters"})
    rest.post("/contacts", json=body)
    soap.call("GetBounces")
    rest.get("/nowhere")
    assert [(call.door, call.operation, call.status, call.write) for call in control.calls] == [
        ("rest", "POST /contacts", 201, True),
        ("rest", "GET /contacts", 200, False),
        ("rest", "PATCH /contacts/{id}", 204, True),
        ("rest", "POST /contacts", 409, True),
        ("soap", "GetBounces", 200, False),
        ("rest", "GET /nowhere", 404, False),
    ]
    assert (control.calls[1].query, control.calls[2].path) == ("limit=500", created)
    assert len(control.writes) == 3
    assert control.counts()["POST /contacts"] == 2
    control.reset_calls()
    assert control.calls == []


@pytest.mark.parametrize("status", [429, 500, 502, 503])
@pytest.mark.parametrize("effect", [False, True])
def test_a_status_to_order(rest: httpx.Client, control: Control, body: dict[str, Any], status: int, effect: bool) -> None:
    control.fault("status", "POST /contacts", status=status, effect=effect)
    assert rest.get("/contacts").status_code == 200
    assert rest.post("/contacts", json=body).status_code == status
    assert bool(control.contacts()) is effect
    assert rest.post("/contacts", json=body).status_code == (409 if effect else 201)


@pytest.mark.parametrize(("kind", "error"), [("drop", httpx.ReadError), ("hang", httpx.RemoteProtocolError)])
@pytest.mark.parametrize("effect", [False, True])
def test_an_answer_that_never_comes(
    rest: httpx.Client, control: Control, body: dict[str, Any], kind: Any, error: type[Exception], effect: bool
) -> None:
    """By a reset, or by an end without a word."""
    control.fault(kind, effect=effect, seconds=0.01)
    with pytest.raises(error):
        rest.post("/contacts", json=body)
    assert bool(control.contacts()) is effect
    assert [call.status for call in control.calls] == [0]
    assert rest.get("/").status_code == 200


def test_a_client_that_gives_up_frees_the_hanging_call(rest: httpx.Client, control: Control) -> None:
    control.fault("hang", seconds=60)
    with pytest.raises(httpx.ReadTimeout):
        rest.get("/", timeout=httpx.Timeout(5, read=0.02))


def test_bodies_to_spoil(rest: httpx.Client, control: Control, body: dict[str, Any]) -> None:
    control.fault("html", "GET /")
    assert rest.get("/").headers["content-type"] == "text/html"
    for kind in ("truncated", "garbage"):
        control.fault("garbage" if kind == "garbage" else "truncated", "GET /sources")
        spoilt = rest.get("/sources")
        assert spoilt.status_code == 200
        with pytest.raises(ValueError):  # noqa: PT011 - both kinds of what is no JSON
            spoilt.json()
    control.fault("truncated", "POST /contacts")
    assert rest.post("/contacts", json=body).status_code == 201
    assert len(control.contacts()) == 1


def test_slow_bytes_arrive_whole(rest: httpx.Client, control: Control) -> None:
    control.fault("slow", seconds=0.02)
    assert rest.get("/sources").json()["total"] == 1


def test_soap_faults_and_garbage(soap: RawSoap, control: Control) -> None:
    control.fault("soap_fault", "GetBounces")
    control.fault("garbage", "GetCampaigns")
    fault = soap.post("<x/>")
    assert fault.status_code == 500
    for operation, status in (("GetBounces", 500), ("GetCampaigns", 200)):
        answer = soap.post(f'<e:Envelope xmlns:e="urn:x"><e:Body><{operation}/></e:Body></e:Envelope>')
        assert answer.status_code == status
        assert b"Resp" not in answer.content


def test_orders_skip_repeat_and_match_single_paths(rest: httpx.Client, control: Control) -> None:
    control.fault("status", "GET /sources*", times=2, skip=1)
    assert [rest.get("/sources").status_code for _ in range(4)] == [200, 503, 503, 200]
    control.fault("status", "GET /contacts/7", times=None)
    assert [rest.get(path).status_code for path in ("/contacts/7", "/contacts/8", "/contacts/7")] == [503, 404, 503]
    control.clear_faults()
    assert rest.get("/contacts/7").status_code == 404


def test_dice_fall_the_same_way_for_the_same_seed() -> None:
    def falls(seed: int) -> list[bool]:
        fault = Fault("drop", times=None, probability=0.3, seed=seed)
        return [fault.strikes() for _ in range(200)]

    assert falls(1) == falls(1)
    assert falls(1) != falls(2)
    assert 30 < sum(falls(1)) < 90


def test_hooks_see_before_and_after_and_may_act(rest: httpx.Client, control: Control, body: dict[str, Any]) -> None:
    seen: list[tuple[Moment, str, int]] = []

    def hook(moment: Moment, call: Call) -> None:
        seen.append((moment, call.operation, len(control.contacts())))
        if moment == "after" and call.number == 1:
            control.unsubscribe("an@kantoor.be")

    control.on_effect(hook)
    rest.post("/contacts", json=body)
    control.clear_hooks()
    rest.get("/contacts")
    assert seen == [("before", "POST /contacts", 0), ("after", "POST /contacts", 1)]
    assert control.contact("an@kantoor.be").state is State.UNSUBSCRIBED


def test_hooks_are_called_when_the_answer_is_lost(rest: httpx.Client, control: Control, body: dict[str, Any]) -> None:
    seen: list[Moment] = []
    control.on_effect(lambda moment, _call: seen.append(moment))
    control.fault("drop", effect=True)
    with pytest.raises(httpx.TransportError):
        rest.post("/contacts", json=body)
    assert seen == ["before", "after"]


def test_a_sandbox_that_stopped_can_be_started_at_the_same_address(
    sandbox: Sandbox, rest: httpx.Client, control: Control
) -> None:
    control.add_contact("an@kantoor.be")
    sandbox.stop()
    with pytest.raises(httpx.TransportError):
        rest.get("/contacts")
    sandbox.start()
    assert rest.get("/contacts").json()["total"] == 1


def test_the_control_side_over_http(sandbox: Sandbox, rest: httpx.Client, control: Control) -> None:
    def post(action: str, **arguments: object) -> httpx.Response:
        return rest.post(f"/_control/{action}", json=arguments)

    assert post("add_contact", email="an@kantoor.be", name="Peeters").json()["state"] == "active"
    campaign = post("send_campaign", name="Maart").json()["id"]
    assert post("unsubscribe", address="an@kantoor.be", campaign=campaign, at="2026-03-10T10:00:00+00:00").status_code == 200
    assert control.store.events[0].at == datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
    assert post("fault", kind="status", match="GET /").status_code == 200
    assert rest.get("/").status_code == 503
    assert rest.patch("/_control/quirks", json={"retry_after": True}).json()["retry_after"] is True
    assert rest.patch("/_control/quirks", json={"nonsense": True}).status_code == 400
    assert post("contacts", state="unsubscribed").json()[0]["email"] == "an@kantoor.be"
    assert [call["operation"] for call in rest.get("/_control/calls").json()] == ["GET /"]
    assert rest.get("/_control/writes").json() == []
    assert post("nonsense").status_code == 404
    assert post("unsubscribe", address="nobody@kantoor.be").status_code == 400
    assert post("add_contact", email="x@kantoor.be", language="xx").status_code == 400
    assert post("fault", kind="nonsense", match="*").status_code == 400
    assert post("set_clock", moment="2027-01-01T00:00:00+00:00").status_code == 200
    assert sandbox.store.clock.now().year == 2027


def test_it_runs_as_a_process_of_its_own() -> None:
    command = [sys.executable, "-m", "flexsync_cli.sandbox", "--per-minute", "1"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        where = json.loads(process.stdout.readline())
        with httpx.Client(base_url=where["url"], auth=(str(where["account_id"]), where["token"]), trust_env=False) as client:
            assert [client.get("/").status_code for _ in range(2)] == [200, 429]
        process.communicate(input="", timeout=10)
    assert process.returncode == 0

"""The REST adapter over a scripted transport: what writes send, and how often."""

import json

import httpx
import pytest
import respx

from flexsync_cli.domain.model import Interest
from flexsync_cli.errors import (
    AccountRefused,
    AlreadyExists,
    Blacklisted,
    FlexmailLoginRefused,
    FlexmailUnavailable,
    Invalid,
    NotFound,
)
from flexsync_cli.ports import ContactBody
from tests.adapters.flexmail.fakes import Bench
from tests.adapters.flexmail.scripted import ADDRESS, BODY, SHOWN, listing, methods, ok, script


@respx.mock
@pytest.mark.parametrize(
    "answer", [ok({"id": 42}, 201), ok({}, 201, "/contacts/42"), httpx.Response(201, headers={"Location": "/contacts/42"})]
)
def test_a_create_is_one_call(bench: Bench, answer: httpx.Response) -> None:
    route = script(answer)
    assert bench.flexmail.create(BODY) == 42
    assert json.loads(route.calls[0].request.content) == {
        "email": ADDRESS,
        "first_name": "Noor",
        "name": "Claes",
        "language": "nl",
        "custom_fields": {"size": 4},
        "source": 7,
    }
    assert methods(bench) == ["POST /contacts"]


@respx.mock
def test_a_create_that_does_not_tell_its_id_is_looked_up(bench: Bench) -> None:
    script(ok({}, 201), listing(SHOWN), ok({}, 201), listing())
    assert bench.flexmail.create(BODY) == 42
    with pytest.raises(FlexmailUnavailable, match="neither says its id nor finds it"):
        bench.flexmail.create(BODY)


@respx.mock
@pytest.mark.parametrize(
    "lost", [httpx.ReadTimeout, httpx.RemoteProtocolError, httpx.Response(502), httpx.Response(201, text="<p>")]
)
def test_a_create_with_a_lost_answer_is_found(bench: Bench, lost: httpx.Response | type[Exception]) -> None:
    script(lost, listing(SHOWN))
    assert bench.flexmail.create(BODY) == 42
    assert methods(bench) == ["POST /contacts", "GET /contacts"]


@respx.mock
def test_a_create_that_was_lost_on_its_way_is_tried_again(bench: Bench) -> None:
    script(httpx.ReadTimeout, listing(), httpx.Response(503), listing(), ok({"id": 42}, 201))
    assert bench.flexmail.create(BODY) == 42
    assert methods(bench) == ["POST /contacts", "GET /contacts"] * 2 + ["POST /contacts"]
    assert bench.clock.slept == [1.0, 3.0]


@respx.mock
def test_a_contact_that_was_there_before_is_not_taken_for_the_lost_one(bench: Bench) -> None:
    script(httpx.ReadTimeout, listing({**SHOWN, "name": "Maes"}))
    with pytest.raises(AlreadyExists):
        bench.flexmail.create(BODY)


@respx.mock
def test_a_create_that_never_succeeds_is_unavailable(bench: Bench) -> None:
    script(*[httpx.Response(500), listing()] * 4)
    with pytest.raises(FlexmailUnavailable, match="HTTP 500") as caught:
        bench.flexmail.create(BODY)
    assert type(caught.value) is FlexmailUnavailable
    assert methods(bench) == ["POST /contacts", "GET /contacts"] * 4


@respx.mock
@pytest.mark.parametrize(
    ("status", "detail", "error"),
    [
        (409, "A contact with this email address already exists.", AlreadyExists),
        (400, "The email address is on the blacklist and can not be added.", Blacklisted),
        (403, "Contact limit reached", AccountRefused),
        (422, "The source 7 does not exist.", AccountRefused),
        (400, 'The custom field "size" does not exist.', Invalid),
        (401, "", FlexmailLoginRefused),
    ],
)
def test_a_refused_create_is_one_call(bench: Bench, status: int, detail: str, error: type[Exception]) -> None:
    script(httpx.Response(status, json={"title": "No", "detail": detail}))
    with pytest.raises(error):
        bench.flexmail.create(BODY)
    assert methods(bench) == ["POST /contacts"]


@respx.mock
def test_put_sends_everything_but_the_source(bench: Bench) -> None:
    route = script(httpx.Response(204))
    bench.flexmail.put(42, ContactBody(ADDRESS, "Noor", "", "nl", {"size": None}, source=7))
    request = route.calls[0].request
    assert (request.method, request.url.path) == ("PUT", "/contacts/42")
    assert json.loads(request.content) == {
        "email": ADDRESS,
        "first_name": "Noor",
        "name": "",
        "language": "nl",
        "custom_fields": {"size": None},
    }


@respx.mock
def test_a_patch_that_mentions_nothing_is_no_call(bench: Bench) -> None:
    bench.flexmail.patch(42, ContactBody(email=ADDRESS, source=7))
    assert bench.ledger.seen == []


@respx.mock
def test_a_patch_is_repeated_after_a_lost_answer(bench: Bench) -> None:
    script(httpx.ReadTimeout, httpx.Response(204))
    bench.flexmail.patch(42, ContactBody(name="Claes"))
    assert methods(bench) == ["PATCH /contacts/{id}"] * 2


@respx.mock
def test_unsubscribe(bench: Bench) -> None:
    route = script(httpx.Response(204))
    bench.flexmail.unsubscribe(42)
    assert route.calls[0].request.url.path == "/contacts/42/unsubscribe"
    assert route.calls[0].request.content == b""


@respx.mock
def test_unsubscribe_is_repeated_while_the_contact_is_there(bench: Bench) -> None:
    script(httpx.ReadTimeout, ok(SHOWN), httpx.Response(204))
    bench.flexmail.unsubscribe(42)
    assert methods(bench) == ["POST /contacts/{id}/unsubscribe", "GET /contacts/{id}", "POST /contacts/{id}/unsubscribe"]


@respx.mock
def test_unsubscribe_that_had_its_effect_is_no_missing_contact(bench: Bench) -> None:
    script(httpx.ReadTimeout, httpx.Response(404, json={}), httpx.Response(404, json={}))
    bench.flexmail.unsubscribe(42)
    with pytest.raises(NotFound):
        bench.flexmail.unsubscribe(43)


@respx.mock
def test_interests_are_idempotent(bench: Bench) -> None:
    route = script(
        httpx.Response(503),
        ok({}, 201),
        httpx.Response(409, json={}),
        httpx.ReadTimeout,
        httpx.Response(404, json={}),
        httpx.Response(204),
    )
    bench.flexmail.add_interest_to(42, "1f0b")
    bench.flexmail.add_interest_to(42, "1f0b")
    bench.flexmail.take_interest_from(42, "1f0b")
    bench.flexmail.take_interest_from(42, "a/b?c")
    assert json.loads(route.calls[0].request.content) == {"interest_id": "1f0b"}
    assert route.calls[-1].request.url.raw_path == b"/contacts/42/interest-subscriptions/a%2Fb%3Fc"
    assert methods(bench)[-1] == "DELETE /contacts/{id}/interest-subscriptions/{interest}"


@respx.mock
def test_an_interest_for_nobody_is_not_found(bench: Bench) -> None:
    script(httpx.Response(404, json={}))
    with pytest.raises(NotFound):
        bench.flexmail.add_interest_to(42, "1f0b")


@respx.mock
@pytest.mark.parametrize(
    ("answers", "calls"),
    [
        ([ok({"id": "1f"}, 201)], 1),
        ([ok({}, 201, "/interests/1f")], 1),
        ([httpx.Response(201), listing({"id": "1f", "name": "Tax"}, total=1)], 2),
        ([httpx.ReadTimeout, listing({"id": "1f", "name": "Tax"}, total=1)], 2),
        ([httpx.ReadTimeout, listing(total=0), ok({"id": "1f"}, 201)], 3),
        ([httpx.Response(409, json={}), listing({"id": "1f", "name": "Tax"}, total=1)], 2),
    ],
)
def test_an_interest_is_made_once(bench: Bench, answers: list[httpx.Response | type[Exception]], calls: int) -> None:
    route = script(*answers)
    assert bench.flexmail.add_interest("Tax") == Interest("1f", "Tax")
    assert json.loads(route.calls[0].request.content) == {"name": "Tax", "visibility": "private"}
    assert len(bench.ledger.seen) == calls

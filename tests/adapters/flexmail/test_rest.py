"""The REST adapter over a scripted transport: reads and logins, call by call."""

import base64
from collections.abc import Callable

import httpx
import pytest
import respx

from flexsync_cli.domain.model import Contact, Interest
from flexsync_cli.errors import (
    FlexmailLoginRefused,
    FlexmailUnavailable,
)
from flexsync_cli.ports import ContactBody
from tests.adapters.flexmail.fakes import TOKEN, URL, Bench
from tests.adapters.flexmail.scripted import ADDRESS, BODY, SHOWN, listing, methods, ok, rows, script


@respx.mock
def test_what_every_call_carries(bench: Bench) -> None:
    route = script(ok({"languages": ["nl"]}), httpx.Response(204))
    bench.flexmail.languages()
    bench.flexmail.patch(42, ContactBody(name="Élodie"))
    read, write = (call.request for call in route.calls)
    assert read.headers["Accept"] == write.headers["Accept"] == "application/hal+json, application/json"
    assert read.headers["Authorization"] == "Basic " + base64.b64encode(f"12345:{TOKEN}".encode()).decode()
    assert "Content-Type" not in read.headers
    assert write.headers["Content-Type"] == "application/json; charset=utf-8"
    assert write.content == '{"name":"Élodie"}'.encode()
    assert write.url == f"{URL}/contacts/42"


@respx.mock
def test_an_account_that_tells_no_languages(bench: Bench) -> None:
    script(httpx.Response(404, json={"title": "Not Found"}))
    assert bench.flexmail.languages() == ()


@respx.mock
def test_an_address_is_encoded_in_the_query_and_absent_from_the_ledger(bench: Bench) -> None:
    route = script(listing(SHOWN))
    found = bench.flexmail.find(ADDRESS)
    assert found == Contact(42, ADDRESS, "Noor", "Claes", "nl", {"size": 4})
    assert route.calls[0].request.url.query == b"email=noor%2Bmail%40kantoor-voorbeeld.be&limit=500&offset=0"
    assert methods(bench) == ["GET /contacts"]


@respx.mock
@pytest.mark.parametrize(
    "answer",
    [
        listing(),
        listing(total=0),
        httpx.Response(404, json={"title": "Not Found"}),
        httpx.Response(404),
        listing({"id": 1, "email": "somebody@else.example"}),
    ],
)
def test_an_address_that_is_not_there(bench: Bench, answer: httpx.Response) -> None:
    script(answer)
    assert bench.flexmail.find(ADDRESS) is None


@respx.mock
def test_of_several_the_exact_address_is_found(bench: Bench) -> None:
    upper = {"id": 41, "email": ADDRESS.upper()}
    script(listing(upper, SHOWN), listing(upper))
    exact, other = bench.flexmail.find(ADDRESS), bench.flexmail.find(ADDRESS)
    assert exact is not None
    assert other is not None
    assert (exact.id, other.id) == (42, 41)


@respx.mock
def test_a_contact_that_is_gone_is_none(bench: Bench) -> None:
    script(httpx.Response(404, json={"title": "Not Found"}))
    assert bench.flexmail.contact(42) is None
    assert methods(bench) == ["GET /contacts/{id}"]


@respx.mock
def test_contacts_are_read_by_500(bench: Bench) -> None:
    route = script(
        listing(*rows(range(1, 501)), total=1203),
        listing(*rows(range(501, 1001)), total=1203),
        listing(*rows(range(1001, 1204)), total=1203),
    )
    assert sorted(bench.flexmail.contacts()) == list(range(1, 1204))
    assert [call.request.url.params["offset"] for call in route.calls] == ["0", "500", "1000"]
    assert {call.request.url.params["limit"] for call in route.calls} == {"500"}


@respx.mock
def test_without_a_total_the_list_ends_at_a_short_page(bench: Bench) -> None:
    script(listing(*rows(range(1, 501))), listing(*rows(range(501, 503))))
    assert len(bench.flexmail.contacts()) == 502


@respx.mock
@pytest.mark.parametrize("answer", [listing(), listing(total=0)])
def test_no_contacts(bench: Bench, answer: httpx.Response) -> None:
    script(answer)
    assert bench.flexmail.contacts() == {}
    assert len(bench.ledger.seen) == 1


@respx.mock
def test_contacts_of_an_interest(bench: Bench) -> None:
    route = script(listing(*rows([4]), total=1))
    assert list(bench.flexmail.contacts("1f0b")) == [4]
    assert route.calls[0].request.url.params["interest"] == "1f0b"


@respx.mock
def test_a_listing_that_shrank_meanwhile_is_read_again(bench: Bench) -> None:
    shrinking = [listing(*rows(range(1, 501)), total=502), listing(*rows([502]), total=501)]
    script(*shrinking, listing(*rows(range(1, 501)), total=501), listing(*rows([502]), total=501))
    assert len(bench.flexmail.contacts()) == 501
    assert len(bench.ledger.seen) == 4


@respx.mock
@pytest.mark.parametrize(
    "answers",
    [
        [listing(*rows([1, 1]), total=2)] * 3,  # a row twice, so another one is missing
        [listing(*rows([1]), total=2), listing(total=2)] * 3,
        [listing(*rows(range(1, 501)), total=501), listing(*rows([500]), total=501)] * 3,
        [listing(*rows(range(1, 501))), listing(*rows([500]))] * 3,
    ],
)
def test_a_listing_that_never_adds_up_is_unavailable(bench: Bench, answers: list[httpx.Response]) -> None:
    script(*answers)
    with pytest.raises(FlexmailUnavailable, match="changed each of the 3 times"):
        bench.flexmail.contacts()
    assert len(bench.ledger.seen) == len(answers)


@respx.mock
def test_the_accounts_lists(bench: Bench) -> None:
    script(
        listing({"id": 4, "name": "Admin"}, total=1),
        listing({"id": "6f", "placeholder": "size", "name": "Size", "type": "numeric"}),
        listing({"id": "1f", "name": "Tax"}, total=2),
        listing({"id": "2f", "name": "Law"}, total=2),
        ok({"user": {"email": ADDRESS}}),
        listing({"interest_id": "1f"}, total=1),
    )
    flexmail = bench.flexmail
    assert [source.id for source in flexmail.sources()] == [4]
    assert [field.placeholder for field in flexmail.custom_fields()] == ["size"]
    assert flexmail.interests() == [Interest("1f", "Tax"), Interest("2f", "Law")]
    owner = flexmail.owner()
    assert owner is not None
    assert owner.email == ADDRESS
    assert list(flexmail.interests_of(42)) == ["1f"]
    assert methods(bench) == [
        "GET /sources",
        "GET /custom-fields",
        "GET /interests",
        "GET /interests",
        "GET /",
        "GET /contacts/{id}/interest-subscriptions",
    ]


@respx.mock
@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize(
    "act",
    [
        lambda bench: bench.flexmail.contacts(),
        lambda bench: bench.flexmail.find(ADDRESS),
        lambda bench: bench.flexmail.create(BODY),
        lambda bench: bench.flexmail.unsubscribe(42),
    ],
)
def test_a_refused_login_is_never_retried(bench: Bench, status: int, act: Callable[[Bench], object]) -> None:
    script(httpx.Response(status, json={"title": "Unauthorized", "detail": f"{TOKEN} {ADDRESS}"}))
    with pytest.raises(FlexmailLoginRefused) as caught:
        act(bench)
    told = repr(caught.value) + str(caught.value)
    assert TOKEN not in told
    assert ADDRESS not in told
    assert len(bench.ledger.seen) == 1


@respx.mock
def test_a_wrong_address_of_the_service_is_not_an_empty_account(bench: Bench) -> None:
    script(httpx.Response(404, json={"title": "Not Found"}))
    with pytest.raises(FlexmailUnavailable, match=r"Is flexmail\.rest_url right\?"):
        bench.flexmail.contacts()


@respx.mock
def test_a_problem_under_status_200_is_not_an_empty_list(bench: Bench) -> None:
    script(ok({"title": "Forbidden", "status": 403, "detail": "No"}))
    with pytest.raises(FlexmailUnavailable):
        bench.flexmail.contacts()


def test_the_token_is_in_no_repr(bench: Bench) -> None:
    assert TOKEN not in repr(bench.flexmail) + repr(vars(bench.flexmail))

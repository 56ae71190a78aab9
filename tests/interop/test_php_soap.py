"""SoapEvents against PHP's own SoapServer, which Flexmail's is too: what each understands of the other."""

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from flexsync_cli.adapters.flexmail.soap import SoapEvents
from flexsync_cli.domain.events import Bounce, Campaign, Click, ContactState, Event, EventKind, PresentState
from flexsync_cli.errors import FlexmailLoginRefused, FlexmailUnavailable, Misconfigured
from tests.adapters.flexmail.fakes import Bench
from tests.interop.php_server import PhpServer

NOW = datetime(2026, 7, 1, 10, 0, 4, tzinfo=UTC)  # router.php's clock shows 12:00 in Brussels
SINCE = datetime(2026, 7, 1, 5, 30, tzinfo=UTC)
TOKEN = "0a1b2c3d-é-<&>"
HEADER = {"userId": 12345, "userToken": TOKEN}

Connect = Callable[[str], SoapEvents]


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    return str(request.node.name).replace("[", "-").rstrip("]")


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench(max_bytes=5_000_000)
    bench.clock.moment = NOW
    with bench.door:
        yield bench


@pytest.fixture
def connect(bench: Bench, php_server: PhpServer, name: str) -> Connect:
    def to(situation: str) -> SoapEvents:
        return SoapEvents(bench.door, php_server.at(situation, name), account_id=12345, token=TOKEN, clock=bench.clock)

    return to


def test_an_unsubscription_comes_with_everything_that_is_known_of_it(connect: Connect) -> None:
    assert connect("plain").unsubscriptions(SINCE) == [
        Event(
            kind=EventKind.UNSUBSCRIPTION,
            at=datetime(2026, 7, 1, 9, tzinfo=UTC),
            contact_id=1,
            address="zoe@example.be",
            campaign_id=900,
            values={"name": "D'Hondt 🌷", "first_name": "Zoë", "language": "nl"},
            custom={"size": "groot"},
        )
    ]


def test_php_receives_the_login_and_always_a_time_and_never_a_campaign(
    connect: Connect, php_server: PhpServer, name: str
) -> None:
    events = connect("plain")
    events.unsubscriptions(SINCE)
    assert php_server.requests(name) == [
        ("GetMailingLists", {"header": HEADER, "categoryId": 0}),
        ("GetUnsubscriptions", {"header": HEADER, "mailingListId": 41, "timestampSince": "2026-07-01T07:30:00"}),
    ]


def test_the_ledger_counts_calls_by_operation(connect: Connect, bench: Bench) -> None:
    connect("plain").unsubscriptions(SINCE)
    assert bench.ledger.seen == [("POST", "GetMailingLists", 200), ("POST", "GetUnsubscriptions", 200)]
    assert {entry.door for entry in bench.ledger.entries} == {"soap"}


def test_the_clock_is_flexmails(connect: Connect) -> None:
    events = connect("plain")
    assert events.clock() is None
    events.database_id()
    assert events.clock() == datetime(2026, 7, 1, 10, tzinfo=UTC)


def test_objects_that_php_writes_once_and_refers_to_later(connect: Connect) -> None:
    found = connect("multiref").unsubscriptions(SINCE)
    assert [(event.at.minute, event.contact_id, event.address, event.values["name"]) for event in found] == [
        (0, 1, "zoe@example.be", "Peeters"),
        (30, 1, "zoe@example.be", "Peeters"),
        (0, 1, "zoe@example.be", "Peeters"),
    ]


def test_an_event_that_lacks_nearly_everything_is_not_lost(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        found = connect("sparse").unsubscriptions(SINCE)
    assert [(event.contact_id, event.address) for event in found] == [
        (5, ""),
        (6, "six@example.be"),
        (None, "seven@example.be"),
    ]
    assert {event.at for event in found} == {datetime(2026, 7, 1, 10, tzinfo=UTC)}
    assert caplog.messages == ["GetUnsubscriptions: 3 of 3 items have no readable time"]


@pytest.mark.parametrize("situation", ["empty", "null"])
def test_nothing_happened(connect: Connect, situation: str) -> None:
    assert connect(situation).unsubscriptions(SINCE) == []


def test_a_big_answer(connect: Connect) -> None:
    assert len({event.contact_id for event in connect("big").unsubscriptions(SINCE)}) == 2000


def test_control_characters_in_a_bounce_do_not_cost_the_answer(connect: Connect) -> None:
    assert connect("control").bounces(SINCE) == [
        Bounce(
            at=datetime(2026, 7, 1, 9, tzinfo=UTC),
            contact_id=3,
            address="three@example.be",
            campaign_id=None,
            code="5.1.1",
            message='550 [31mno such <user> & "friends"',
        )
    ]


def test_a_fault(connect: Connect) -> None:
    with pytest.raises(FlexmailUnavailable) as caught:
        connect("fault").unsubscriptions(SINCE)
    assert "zoe" not in str(caught.value)


def test_a_refused_login(connect: Connect) -> None:
    with pytest.raises(FlexmailLoginRefused, match="soap_token") as caught:
        connect("refused").unsubscriptions(SINCE)
    assert TOKEN not in str(caught.value)


def test_the_list_of_another_account(connect: Connect) -> None:
    with pytest.raises(Misconfigured, match="account_id"):
        connect("wronglist").unsubscriptions(SINCE)


def test_campaigns(connect: Connect) -> None:
    assert connect("plain").campaigns() == [
        Campaign(900, "Nieuwsbrief é", "Btw", "Campaign", datetime(2026, 6, 30, 7, tzinfo=UTC)),
        Campaign(901, "Welkom", "", "Workflow", None),
    ]


def test_clicks_among_other_actions(connect: Connect) -> None:
    moment = datetime(2026, 6, 30, 8, 1, tzinfo=UTC)
    first = Click(moment, 900, 1, "zoe@example.be", "12345678901", "https://example.be/?a=1&b=é")
    second = Click(moment + timedelta(minutes=1), 900, 1, "zoe@example.be", "12345678901", "https://example.be/?a=1&b=é")
    assert connect("plain").clicks(900, SINCE - timedelta(days=14), SINCE) == [first, second]


def test_php_receives_which_actions_are_asked(connect: Connect, php_server: PhpServer, name: str) -> None:
    connect("plain").clicks(900, SINCE - timedelta(days=14), SINCE)
    [(operation, request)] = php_server.requests(name)
    options = request.pop("campaignHistoryOptionsType")
    assert operation == "GetCampaignHistory"
    assert request == {
        "header": HEADER,
        "campaignId": 900,
        "sort": 0,
        "timestampFrom": "2026-06-17T07:30:00",
        "timestampTill": "2026-07-01T07:30:00",
    }
    assert {option for option, wanted in options.items() if wanted} == {"campaignLinkClicked", "campaignLinkGroupClicked"}
    assert len(options) == 13


def test_states_are_read_in_pages(connect: Connect, php_server: PhpServer, name: str) -> None:
    found = connect("plain").in_states({ContactState.BLACKLISTED, ContactState.BOUNCED_OUT})
    assert len(found) == 1203
    assert found[0] == PresentState(1, "person1@example.be", ContactState.BOUNCED_OUT)
    assert found[1].state is None
    asked = [request for operation, request in php_server.requests(name) if operation == "GetEmailAddresses"]
    assert [request["limit"] for request in asked] == [{"items": 500, "page": page} for page in (1, 2, 3)]
    assert all(request["states"] == ["blacklisted", "bounced-out"] and request["mailingListIds"] == [41] for request in asked)


def test_states_of_addresses_in_one_call(connect: Connect, php_server: PhpServer, name: str) -> None:
    found = connect("plain").states_of(["here@example.be", "gone@example.be"])
    assert found == [PresentState(8, "here@example.be", ContactState.UNSUBSCRIBED)]
    [(_, request)] = php_server.requests(name)
    assert request["emailAddressTypeItems"] == [{"emailAddress": "here@example.be"}, {"emailAddress": "gone@example.be"}]
    assert set(request["states"]) == {state.value for state in ContactState}

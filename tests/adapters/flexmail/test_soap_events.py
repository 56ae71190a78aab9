"""SoapEvents over a scripted transport: what is sent, and what becomes of every kind of answer."""

import logging
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import respx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flexsync_cli.adapters.flexmail.soap import SoapEvents
from flexsync_cli.domain.events import ContactState, Event, EventKind, PresentState
from flexsync_cli.errors import FlexmailLoginRefused, FlexmailUnavailable, FlexsyncError, Misconfigured, NotFound
from tests.adapters.flexmail.fakes import Bench

URL = "https://soap.flexmail.example/flexmail.php"
TOKEN = "secret-soap-token"
NOW = datetime(2026, 7, 1, 10, tzinfo=UTC)
SINCE = NOW - timedelta(hours=4)
OK = "<errorCode>0</errorCode>"
HEADER = f"<header>{OK}<timestamp>2026-07-01T12:00:00</timestamp></header>"
PERSON = "<emailAddressFlexmailId>7</emailAddressFlexmailId>"


@pytest.fixture
def wire() -> Iterator[respx.Route]:
    with respx.mock:
        yield respx.post(URL)


@pytest.fixture
def events(bench: Bench) -> SoapEvents:
    bench.clock.moment = NOW
    return soap(bench)


def soap(bench: Bench) -> SoapEvents:
    return SoapEvents(bench.door, URL, account_id=12345, token=TOKEN, clock=bench.clock, database_id=41)


def envelope(inner: str) -> bytes:
    return (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:c="http://schemas.xmlsoap.org/soap/encoding/" '
        'xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns:n="https://soap.flexmail.eu/3.0.0/flexmail.wsdl">'
        f"<e:Body><n:Response><Resp>{inner}</Resp></n:Response></e:Body></e:Envelope>"
    ).encode()


def unsubscriptions(*items: str) -> bytes:
    listed = "".join(f"<item>{item}</item>" for item in items)
    return envelope(f"{HEADER}{OK}<unsubscriptionTypeItems>{listed}</unsubscriptionTypeItems>")


def refused(header: int, body: int) -> bytes:
    return envelope(f"<header><errorCode>{header}</errorCode></header><errorCode>{body}</errorCode>")


def sent(wire: respx.Route, place: int = -1) -> str:
    return bytes(wire.calls[place].request.content).decode()


def member(name: str, text: str) -> str | None:
    found = re.search(rf"<{name}>(.*?)</{name}>", text)
    return found and found[1]


# ---- What is sent


def test_what_a_request_looks_like(wire: respx.Route, events: SoapEvents) -> None:
    wire.respond(content=unsubscriptions())
    events.unsubscriptions(SINCE)
    request = wire.calls.last.request
    assert request.headers["SOAPAction"] == '"GetUnsubscriptions"'
    assert request.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert (
        "<GetUnsubscriptions><GetUnsubscriptionsReq><header><userId>12345</userId><userToken>secret-soap-token</userToken>"
        "</header><mailingListId>41</mailingListId><timestampSince>2026-07-01T08:00:00</timestampSince>"
        "</GetUnsubscriptionsReq></GetUnsubscriptions>"
    ) in sent(wire)


def test_lists_say_what_they_are_made_of(wire: respx.Route, events: SoapEvents) -> None:
    wire.respond(content=envelope(HEADER + OK))
    events.states_of(["a@example.be", "b@example.be"])
    assert (
        '<emailAddressTypeItems SOAP-ENC:arrayType="ns1:EmailAddressType[2]"><item><emailAddress>a@example.be</emailAddress>'
        "</item><item><emailAddress>b@example.be</emailAddress></item></emailAddressTypeItems>"
    ) in sent(wire)
    assert '<states SOAP-ENC:arrayType="xsd:string[6]"><item>active</item>' in sent(wire)
    assert 'xmlns:ns1="https://soap.flexmail.eu/3.0.0/flexmail.wsdl"' in sent(wire)


def test_the_time_asked_is_in_the_zone_of_the_last_answer(wire: respx.Route, events: SoapEvents) -> None:
    wire.respond(content=envelope(f"<header>{OK}<timestamp>2026-07-01T10:00:10</timestamp></header>{OK}"))
    for _ in range(2):
        events.bounces(SINCE)
    asked = [member("timestampSince", sent(wire, place)) for place in (0, 1)]
    assert asked == ["2026-07-01T08:00:00", "2026-07-01T06:00:00"]


def test_many_addresses_go_in_batches(wire: respx.Route, events: SoapEvents) -> None:
    wire.respond(content=envelope(HEADER + OK))
    events.states_of([f"p{number}@example.be" for number in range(1001)])
    assert [sent(wire, place).count("<emailAddress>") for place in range(wire.call_count)] == [500, 500, 1]


# ---- Answers that are odd, and understood

ODD_ANSWERS = {
    "nothing but codes": envelope(HEADER + OK),
    "no header": envelope(OK),
    "no code in the body": envelope(HEADER),
    "an empty list": unsubscriptions(),
    "a nil list": envelope(f'{HEADER}{OK}<unsubscriptionTypeItems i:nil="true"/>'),
    "a list of type nothing": envelope(f'{HEADER}{OK}<unsubscriptionTypeItems c:arrayType="n:UnsubscriptionType[0]"/>'),
    "empty members": envelope(f"{HEADER}{OK}<errorMessage/><unsubscriptionTypeItems/>"),
    "an empty item": unsubscriptions(""),
    "blanks": envelope(f"\n {HEADER}\n {OK}\n <unsubscriptionTypeItems>\n </unsubscriptionTypeItems>\n"),
}


@pytest.mark.parametrize("content", ODD_ANSWERS.values(), ids=ODD_ANSWERS)
def test_nothing_happened(wire: respx.Route, events: SoapEvents, content: bytes) -> None:
    wire.respond(content=content)
    assert events.unsubscriptions(SINCE) == []


PLAIN = f"{PERSON}<timestamp>2026-07-01T11:00:00</timestamp><campaignId>9</campaignId>"
SAME_EVENT = {
    "plain": unsubscriptions(PLAIN),
    "unknown members": envelope(
        f"<news><a/></news>{HEADER}{OK}<x/><unsubscriptionTypeItems><item><why>x</why>{PLAIN}<z><z/></z></item>"
        "</unsubscriptionTypeItems><y>1</y>"
    ),
    "another order": envelope(
        "<unsubscriptionTypeItems><item><campaignId>9</campaignId><timestamp>2026-07-01T11:00:00</timestamp>"
        f"{PERSON}</item></unsubscriptionTypeItems>{OK}{HEADER}"
    ),
    "qualified members": unsubscriptions(re.sub(r"<(/?)(?=\w)", r"<\1n:", PLAIN)),
    "types of its own": unsubscriptions(PLAIN.replace("<timestamp>", '<timestamp i:type="n:NewStampType">')),
    "an array of odd names": envelope(
        f'{HEADER}{OK}<unsubscriptionTypeItems c:arrayType="n:X[1]"><Row>{PLAIN}</Row></unsubscriptionTypeItems>'
    ),
    "ids and numbers that are no numbers": unsubscriptions(
        f"{PLAIN}<emailAddressType><flexmailId>n/a</flexmailId><errorCode/></emailAddressType>"
    ),
    "a blank for the T": unsubscriptions(PLAIN.replace("T11", " 11")),
}  # fmt: skip


@pytest.mark.parametrize("content", SAME_EVENT.values(), ids=SAME_EVENT)
def test_one_event_however_it_is_written(wire: respx.Route, events: SoapEvents, content: bytes) -> None:
    wire.respond(content=content)
    found = events.unsubscriptions(SINCE)
    assert found == [Event(EventKind.UNSUBSCRIPTION, NOW - timedelta(hours=1), 7, "", campaign_id=9)]


def test_an_address_that_is_no_valid_one_is_kept(wire: respx.Route, events: SoapEvents) -> None:
    wire.respond(
        content=unsubscriptions("<emailAddressType><emailAddress> Someone@INTRANET </emailAddress></emailAddressType>")
    )
    assert [event.address for event in events.unsubscriptions(SINCE)] == ["someone@intranet"]


def test_zero_stands_for_no_id(wire: respx.Route, events: SoapEvents) -> None:
    zeros = "<emailAddressFlexmailId>0</emailAddressFlexmailId><campaignId>0</campaignId>"
    wire.respond(
        content=unsubscriptions(f"{zeros}<emailAddressType><emailAddress>a@example.be</emailAddress></emailAddressType>")
    )
    [event] = events.unsubscriptions(SINCE)
    assert (event.contact_id, event.campaign_id) == (None, None)


def test_an_item_that_names_nobody_is_told_in_the_log(
    wire: respx.Route, events: SoapEvents, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "flexsync_cli")
    wire.respond(content=unsubscriptions("<timestamp>2026-07-01T11:00:00</timestamp>", PLAIN))
    assert len(events.unsubscriptions(SINCE)) == 1
    assert caplog.messages == ["GetUnsubscriptions: 1 of 2 items name nobody"]


# ---- Doubtful times: a doubt keeps somebody out rather than lets him in


@pytest.mark.parametrize(
    "stamp", ["", "<timestamp/>", "<timestamp>0000-00-00 00:00:00</timestamp>", "<timestamp>soon</timestamp>"]
)
def test_without_a_time_an_unsubscription_is_now_and_a_subscription_as_early_as_can_be(
    wire: respx.Route, events: SoapEvents, stamp: str
) -> None:
    wire.respond(content=unsubscriptions(PERSON + stamp))
    assert [event.at for event in events.unsubscriptions(SINCE)] == [NOW]
    wire.respond(content=unsubscriptions(PERSON + stamp).replace(b"unsubscriptionType", b"subscriptionType"))
    assert [event.at for event in events.subscriptions(SINCE)] == [SINCE]


def test_in_the_hour_that_happens_twice_an_unsubscription_is_late_and_a_subscription_early(
    wire: respx.Route, events: SoapEvents
) -> None:
    content = unsubscriptions(f"{PERSON}<timestamp>2025-10-26T02:30:00</timestamp>")
    wire.respond(content=content)
    assert [event.at for event in events.unsubscriptions(SINCE)] == [datetime(2025, 10, 26, 1, 30, tzinfo=UTC)]
    wire.respond(content=content.replace(b"unsubscriptionType", b"subscriptionType"))
    assert [event.at for event in events.subscriptions(SINCE)] == [datetime(2025, 10, 26, 0, 30, tzinfo=UTC)]


# ---- Answers that are none


NO_ANSWERS = {
    "a list of something else": envelope(f"{HEADER}{OK}<unsubscriptionTypeItems><Row>{PLAIN}</Row></unsubscriptionTypeItems>"),
    "items of something else": unsubscriptions("<key>a</key><value>b</value>"),
    "no code at all": envelope("<unsubscriptionTypeItems/>"),
    "an empty code": envelope("<header/><errorCode/>"),
    "a code that is no number": envelope("<errorCode>none</errorCode>"),
    "a document type": b"<!DOCTYPE a>" + unsubscriptions(),
    "a document without its end": unsubscriptions(PLAIN)[:-40],
    "a web page that ends like an envelope": b"<html><p>Busy</Envelope>",
    "an answer without content": envelope("").replace(b"<Resp></Resp>", b""),
    "a fault": b'<e:Envelope xmlns:e="x"><e:Body><e:Fault><faultcode>Server</faultcode></e:Fault></e:Body></e:Envelope>',
    "an unknown code": refused(0, 321),
    "an unknown code of the header": refused(299, 0),
    "a time that is refused": refused(0, 224),
}


@pytest.mark.parametrize("content", NO_ANSWERS.values(), ids=NO_ANSWERS)
def test_what_is_not_understood_is_never_read_as_nothing(wire: respx.Route, events: SoapEvents, content: bytes) -> None:
    wire.respond(content=content)
    with pytest.raises(FlexmailUnavailable):
        events.unsubscriptions(SINCE)


@pytest.mark.parametrize(("status", "calls"), [(404, 1), (500, 4), (503, 4)])
def test_http_errors(wire: respx.Route, events: SoapEvents, status: int, calls: int) -> None:
    wire.respond(status, content=b"<html>Sorry</html>")
    with pytest.raises(FlexmailUnavailable, match=str(status)):
        events.unsubscriptions(SINCE)
    assert wire.call_count == calls


# ---- Refusals


@pytest.mark.parametrize(
    ("codes", "says"),
    [
        ((201, 220), "account_id"),
        ((202, 220), "account_id"),
        ((203, 220), "soap_token"),
        ((204, 220), "IP address of this machine must be allowed"),
        ((205, 220), "soap_token"),
        ((205, 0), "soap_token"),
        ((0, 220), "soap_token"),
    ],
)
def test_a_refused_login(wire: respx.Route, events: SoapEvents, codes: tuple[int, int], says: str) -> None:
    wire.respond(content=refused(*codes))
    with pytest.raises(FlexmailLoginRefused, match=says):
        events.unsubscriptions(SINCE)
    assert wire.call_count == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_login_refused_by_http(wire: respx.Route, events: SoapEvents, status: int) -> None:
    wire.respond(status)
    with pytest.raises(FlexmailLoginRefused, match="soap_token"):
        events.unsubscriptions(SINCE)


@pytest.mark.parametrize(
    ("call", "code", "error"),
    [
        (lambda events: events.unsubscriptions(SINCE), 210, Misconfigured),
        (lambda events: events.unsubscriptions(SINCE), 222, Misconfigured),
        (lambda events: events.bounces(SINCE), 222, Misconfigured),
        (lambda events: events.in_states({ContactState.DELETED}), 221, Misconfigured),
        (lambda events: events.in_states({ContactState.DELETED}), 222, FlexmailUnavailable),
        (lambda events: events.clicks(9, SINCE, NOW), 221, NotFound),
        (lambda events: events.campaigns(), 221, FlexmailUnavailable),
    ],
)
def test_codes_mean_another_thing_in_each_operation(
    wire: respx.Route, events: SoapEvents, call: Callable[[SoapEvents], object], code: int, error: type[FlexsyncError]
) -> None:
    wire.respond(content=refused(0, code))
    with pytest.raises(error):
        call(events)


def test_logs_hold_neither_token_nor_address(wire: respx.Route, events: SoapEvents, caplog: pytest.LogCaptureFixture) -> None:
    wire.respond(content=unsubscriptions("<emailAddressType><emailAddress>a@example.be</emailAddress></emailAddressType>"))
    with caplog.at_level(logging.DEBUG):
        events.unsubscriptions(SINCE)
        events.states_of(["a@example.be"])
    assert "GetUnsubscriptions" in caplog.text
    assert TOKEN not in caplog.text
    assert "a@example.be" not in caplog.text


def test_messages_hold_neither_token_nor_what_was_answered(wire: respx.Route, events: SoapEvents) -> None:
    for content in (*NO_ANSWERS.values(), refused(205, 220)):
        wire.respond(content=content.replace(b"Server", b"zoe@example.be"))
        with pytest.raises(FlexsyncError) as caught:
            events.unsubscriptions(SINCE)
        trace = str(caught.getrepr(chain=True))
        assert TOKEN not in trace
        assert "zoe@" not in str(caught.value)


# ---- States


def states(*ids: int) -> bytes:
    items = "".join(f"<item><flexmailId>{number}</flexmailId><state>Blacklisted</state></item>" for number in ids)
    return envelope(f"{HEADER}{OK}<emailAddressTypeItems>{items}</emailAddressTypeItems>")


@pytest.mark.parametrize(
    ("pages", "found", "calls"),
    [
        ([range(1, 31)], 30, 1),
        ([range(0)], 0, 1),
        ([range(1, 501), range(501, 521)], 520, 2),
        ([range(1, 501), range(0)], 500, 2),
        ([range(1, 101), range(101, 151)], 150, 2),  # a server that gives no more than 100
        ([range(1, 101), range(101, 201), range(0)], 200, 3),
        ([range(1, 501), range(400, 600)], 599, 2),  # pages that move
        ([range(1, 701), range(1, 701)], 700, 2),  # a server that does not page
    ],
)
def test_pages_of_states(wire: respx.Route, events: SoapEvents, pages: list[range], found: int, calls: int) -> None:
    wire.side_effect = [httpx.Response(200, content=states(*page)) for page in pages]
    assert len(events.in_states({ContactState.BLACKLISTED})) == found
    assert [member("page", sent(wire, place)) for place in range(calls)] == [str(page + 1) for page in range(calls)]
    assert wire.call_count == calls


def test_items_that_flexmail_refuses_and_states_that_nobody_knows(wire: respx.Route, events: SoapEvents) -> None:
    wire.respond(
        content=envelope(
            f"{HEADER}{OK}<emailAddressTypeItems>"
            "<item><emailAddress>a@example.be</emailAddress><errorCode>225</errorCode></item>"
            "<item><flexmailId>2</flexmailId><emailAddress>B@Example.be</emailAddress><state>asleep</state></item>"
            "<item><flexmailId>3</flexmailId><emailAddress>unasked@example.be</emailAddress><state>active</state></item>"
            "</emailAddressTypeItems>"
        )
    )
    assert events.states_of(["a@example.be", "b@example.be"]) == [PresentState(2, "b@example.be", None)]


# ---- Everything

NAMES = ["header", "errorCode", "timestamp", "unsubscriptionTypeItems", "item", "emailAddressType", "custom", "odd"]
TEXTS = ["", "0", "7", "x", "2026-07-01T11:00:00", "a@example.be"]


def elements(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    members = st.lists(st.tuples(st.sampled_from(NAMES), inner), max_size=4)
    return members.map(lambda chosen: "".join(f"<{name}>{text}</{name}>" for name, text in chosen))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(inner=st.recursive(st.sampled_from(TEXTS), elements, max_leaves=12))
def test_any_answer_is_read_or_refused(wire: respx.Route, events: SoapEvents, inner: str) -> None:
    wire.respond(content=envelope(inner))
    with suppress(FlexmailUnavailable, FlexmailLoginRefused):
        assert all(event.at.tzinfo is UTC for event in events.unsubscriptions(SINCE))


def test_nothing_is_imported_before_the_first_call() -> None:
    program = "import sys, flexsync_cli.adapters.flexmail.soap; print('zeep' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "False\n"

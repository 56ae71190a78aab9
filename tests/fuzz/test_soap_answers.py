"""Whatever the SOAP interface answers, each method of the port ends in a value that can be kept, or in an error of ours."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import respx
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from flexsync_cli.adapters.flexmail.soap import SoapEvents
from flexsync_cli.domain.events import ContactState
from flexsync_cli.ports import Events
from tests.adapters.flexmail.fakes import Bench
from tests.fuzz import EXAMPLES
from tests.fuzz.addresses import EACH
from tests.fuzz.kept import assert_told_or_kept
from tests.fuzz.liar import ODD, ODD_TEXTS, Json, spoilt_xml

URL = "https://soap.flexmail.example/flexmail.php"
NOW = datetime(2026, 7, 1, 10, tzinfo=UTC)
SINCE = NOW - timedelta(hours=4)
AT = "<timestamp>2026-07-01T11:00:00</timestamp>"
PERSON = (
    "<flexmailId>7</flexmailId><emailAddress>noor@example.be</emailAddress><name>Noor</name><surname>Claes</surname>"
    "<language>nl</language><state>active</state>"
    "<custom><item><variableName>size</variableName><value>4</value></item></custom>"
)
WHO = (
    f"<emailAddressFlexmailId>7</emailAddressFlexmailId><campaignId>9</campaignId><emailAddressType>{PERSON}</emailAddressType>"
)
BOUNCE = f"{AT}{WHO}<statusCode>5.1.1</statusCode><statusMessage>user unknown</statusMessage>"
LIST = "<mailingListId>41</mailingListId><mailingListType>list</mailingListType>"
CAMPAIGN = (
    "<campaignId>9</campaignId><campaignName>Juli</campaignName><campaignSubject>Nieuws</campaignSubject>"
    "<campaignType>campaign</campaignType><campaignSendDate>2026-07-01T10:00:00</campaignSendDate>"
)
CLICK = f"<actionId>20</actionId>{AT}<link><key>1</key><value>https://example.be</value></link>"
HISTORY = (
    f"<emailAddress>noor@example.be</emailAddress><emailAddressType>{PERSON}</emailAddressType>"
    f"<emailAddressHistoryActionTypeItems><item>{CLICK}</item></emailAddressHistoryActionTypeItems>"
)

# Each method, the list that it reads, and an honest item of it.
CALLS: dict[str, tuple[Callable[[SoapEvents], object], str, str]] = {
    "database_id": (lambda it: it.database_id(), "mailingListTypeItems", LIST),
    "unsubscriptions": (lambda it: it.unsubscriptions(SINCE), "unsubscriptionTypeItems", AT + WHO),
    "subscriptions": (lambda it: it.subscriptions(SINCE), "subscriptionTypeItems", AT + WHO),
    "profile_updates": (lambda it: it.profile_updates(SINCE), "profileUpdateTypeItems", AT + WHO),
    "bounces": (lambda it: it.bounces(SINCE), "bounceTypeItems", BOUNCE),
    "campaigns": (lambda it: it.campaigns(), "campaignTypeItems", CAMPAIGN),
    "clicks": (lambda it: it.clicks(9, SINCE, NOW), "campaignHistoryType/emailAddressHistoryTypeItems", HISTORY),
    "in_states": (lambda it: it.in_states([ContactState.UNSUBSCRIBED]), "emailAddressTypeItems", PERSON),
    "states_of": (lambda it: it.states_of(["noor@example.be"]), "emailAddressTypeItems", PERSON),
    "clock": (lambda it: (it.campaigns(), it.clock()), "campaignTypeItems", CAMPAIGN),
}
STAMPS = (
    "0001-01-01T00:00:00",
    "2026-10-25T02:30:00",
    "2026-03-29T02:30:00",
    "2026-02-30T10:00:00",
    "2999-12-31T23:59:59",
    "2000-01-01T00:00:00+14:00",
    "2026-07-01T11:00:00+99:99",
    "01-07-2026 11:00",
    "31/12/2999 23:59:59",
    "2026-W27-3",
    "1782903600",
    "\u0662\u0660\u0662\u0666-07-01T11:00:00",
)
WRONG_ATTRIBUTES = (
    {"href": "#1"},
    {"href": "#nowhere", "id": "1"},
    {"{http://www.w3.org/2001/XMLSchema-instance}nil": "true"},
    {"{http://www.w3.org/2001/XMLSchema-instance}type": "n:Unheard"},
    {"{http://schemas.xmlsoap.org/soap/encoding/}arrayType": "n:X[99999999]"},
)
STATUSES = st.sampled_from([200, 200, 200, 200, 400, 401, 403, 404, 500])
EVERY_CALL = pytest.mark.parametrize("name", CALLS)


def honest(name: str) -> bytes:
    """An answer with two items."""
    _, path, item = CALLS[name]
    outer, _, inner = path.rpartition("/")
    found = f"<{inner}><item>{item}</item><item>{item}</item></{inner}>"
    listed = f"<{outer}>{found}</{outer}>" if outer else found
    answer = (
        f"<header><errorCode>0</errorCode><timestamp>2026-07-01T12:00:00</timestamp></header><errorCode>0</errorCode>{listed}"
    )
    return (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
        f'<n:R xmlns:n="https://soap.flexmail.eu/3.0.0/flexmail.wsdl"><R>{answer}</R></n:R></e:Body></e:Envelope>'
    ).encode()


def value_of(name: str, content: bytes, status: int = 200, max_bytes: int = 1_000_000) -> object:
    """What the method makes of an answer."""
    bench = Bench(per_minute=100_000, max_bytes=max_bytes)
    bench.clock.moment = NOW
    database_id = None if name == "database_id" else 41
    events = SoapEvents(bench.door, URL, account_id=12345, token="x", clock=bench.clock, database_id=database_id)
    with respx.mock as routes:
        routes.post(URL).mock(return_value=httpx.Response(status, content=content))
        return CALLS[name][0](events)


def test_every_method_is_among_these() -> None:
    assert set(CALLS) == {name for name in vars(Events) if not name.startswith("_")}


@EVERY_CALL
def test_an_honest_answer_is_read(name: str) -> None:
    if name == "database_id":  # two lists are one too many
        assert value_of(name, honest(name).replace(b"list<", b"other<", 1)) == 41
    else:
        assert value_of(name, honest(name))


@EVERY_CALL
@settings(max_examples=EXAMPLES)
@given(place=st.integers(0, 60), odd=st.sampled_from((*ODD, *ODD_TEXTS, *STAMPS, *EACH)), status=STATUSES)
def test_one_odd_thing_in_an_honest_answer(name: str, place: int, odd: Json, status: int) -> None:
    assert_told_or_kept(lambda: value_of(name, spoilt_xml(honest(name), place, odd), status))


@EVERY_CALL
@pytest.mark.parametrize("stamp", STAMPS)
def test_an_odd_stamp_everywhere(name: str, stamp: str) -> None:
    """Its clock too."""
    root = etree.fromstring(honest(name))
    for element in root.iter("timestamp", "campaignSendDate"):
        element.text = stamp
    assert_told_or_kept(lambda: value_of(name, etree.tostring(root)))


@settings(max_examples=3 * EXAMPLES)
@given(name=st.sampled_from(list(CALLS)), place=st.integers(0, 60), attributes=st.sampled_from(WRONG_ATTRIBUTES))
def test_a_wrong_type_or_reference(name: str, place: int, attributes: dict[str, str]) -> None:
    root = etree.fromstring(honest(name))
    elements = list(root.iter())
    elements[place % len(elements)].attrib.update(attributes)
    elements[(place * 7 + 3) % len(elements)].set("id", "1")
    assert_told_or_kept(lambda: value_of(name, etree.tostring(root)))


@settings(max_examples=3 * EXAMPLES)
@given(name=st.sampled_from(list(CALLS)), at=st.integers(0, 900), length=st.integers(0, 900), junk=st.binary(max_size=30))
@example(name="bounces", at=0, length=10_000, junk=b"")
@example(name="bounces", at=0, length=10_000, junk=b"\xff\xfe<\x00")
@example(name="bounces", at=0, length=0, junk=b"<?xml version='1.0' encoding='utf-7'?>")
@example(name="bounces", at=0, length=0, junk=b"\x00")
def test_a_spoilt_envelope(name: str, at: int, length: int, junk: bytes) -> None:
    """Cut short, with bytes in it that are none of it, or nothing at all."""
    content = honest(name)
    assert_told_or_kept(lambda: value_of(name, content[:at] + junk + content[at + length :]))

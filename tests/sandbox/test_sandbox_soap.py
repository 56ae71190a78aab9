"""SOAP: the wire, the credentials, lists and contacts, against the public material, with envelopes by hand."""

import httpx
import pytest

from flexsync_cli.sandbox.clock import Clock
from flexsync_cli.sandbox.control import Control
from flexsync_cli.sandbox.model import FieldType, State
from flexsync_cli.sandbox.serve import Sandbox
from flexsync_cli.sandbox.soap_wire import Malformed, decode, operation_of
from tests.sandbox.soap_raw import ENVELOPE, Plain, RawSoap

LIST = "<mailingListId>7001</mailingListId>"
DATABASE = "<mailingListIds><item>7001</item></mailingListIds>"


def states(*names: str) -> str:
    inner = "".join(f"<item>{name}</item>" for name in names)
    return f'<states SOAP-ENC:arrayType="xsd:string[{len(names)}]" xsi:type="SOAP-ENC:Array">{inner}</states>'


def wanted(*members: str) -> str:
    inner = "".join(f'<item xsi:type="ns1:EmailAddressType">{member}</item>' for member in members)
    return f'<emailAddressTypeItems SOAP-ENC:arrayType="ns1:EmailAddressType[{len(members)}]">{inner}</emailAddressTypeItems>'


def addresses(rows: list[dict[str, Plain]]) -> list[Plain]:
    return [row["emailAddress"] for row in rows]


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", 201),
        ("<userToken>x</userToken>", 201),
        ("<userId>1</userId><userToken>x</userToken>", 202),
        ("<userId>12345</userId>", 203),
        ("<userId>12345</userId><userToken>rest-token</userToken>", 205),
    ],
)
def test_credentials_are_refused_with_http_200_and_two_codes(soap: RawSoap, header: str, code: int) -> None:
    answer = soap.call("GetCampaigns", header=header)
    assert (answer.http.status_code, answer.header["errorCode"], answer.code) == (200, str(code), 220)
    assert "campaignTypeItems" not in answer.content


def test_an_address_of_the_network_may_be_refused(soap: RawSoap, control: Control) -> None:
    control.quirks.soap_address_refused = True
    assert soap.call("GetCampaigns").header["errorCode"] == "204"


def test_the_header_tells_the_servers_time_in_brussels_without_a_zone(soap: RawSoap, control: Control, clock: Clock) -> None:
    assert soap.call("GetCampaigns").header == {"errorCode": "0", "errorMessage": "", "timestamp": "2026-03-10T12:00:00"}
    clock.advance(90 * 86_400)  # into summer time
    assert soap.call("GetCampaigns").header["timestamp"] == "2026-06-08T13:00:00"
    control.quirks.soap_utc = control.quirks.soap_blank_times = True
    assert soap.call("GetCampaigns").header["timestamp"] == "2026-06-08 11:00:00"


def test_the_envelope_is_as_php_writes_it(soap: RawSoap, control: Control) -> None:
    control.add_contact("an@kantoor.be", first_name="An")
    document = soap.call("GetEmailAddresses", DATABASE).http
    assert document.headers["content-type"] == "text/xml; charset=utf-8"
    for part in (
        '<GetEmailAddressesResp xsi:type="ns1:GetEmailAddressesResp">',
        '<emailAddressTypeItems SOAP-ENC:arrayType="ns1:EmailAddressType[1]" xsi:type="ns1:emailAddressTypeItems">',
        '<item xsi:type="ns1:EmailAddressType">',
        '<name xsi:type="xsd:string">An</name>',
        '<errorCode xsi:type="xsd:int">0</errorCode>',
        '<errorMessage xsi:type="xsd:string" />',
    ):
        assert part in document.text
    assert "SOAP-ENV:GetEmailAddressesResponse" in document.text
    assert "<surname" not in document.text  # what is not set is left out


@pytest.mark.parametrize(
    "document",
    [
        "no xml",
        "<a/>",
        ENVELOPE.format(body=""),
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + ENVELOPE.format(body="<GetCampaigns>&e;</GetCampaigns>"),
        ENVELOPE.format(body="<DropEverything/>"),
    ],
)
def test_what_is_no_request_is_a_fault(soap: RawSoap, document: str) -> None:
    answer = soap.post(document)
    assert answer.status_code == 500
    assert b"faultstring" in answer.content
    assert b"root:" not in answer.content


def test_only_posts_are_served(sandbox: Sandbox) -> None:
    assert httpx.get(sandbox.soap_url, trust_env=False).status_code == 405


@pytest.mark.parametrize("wrapper", ["GetCampaigns", "SOAP-ENV:GetCampaigns", "ns1:GetCampaigns"])
def test_the_wrappers_namespace_does_not_matter(soap: RawSoap, wrapper: str) -> None:
    header = f"<header><userId>{soap.account}</userId><userToken>{soap.token}</userToken></header>"
    body = f"<{wrapper}><GetCampaignsReq>{header}</GetCampaignsReq></{wrapper}>"
    assert b"GetCampaignsResp" in soap.post(ENVELOPE.format(body=body)).content


def test_requests_may_hold_references_nil_and_arrays() -> None:
    members = '<a href="#r1"/><b xsi:nil="true"/><c><item>1</item><item>2</item></c><d SOAP-ENC:arrayType="x[0]"/>'
    document = ENVELOPE.format(body=f'<Op><OpReq>{members}</OpReq></Op><multi id="r1"><x>1</x></multi>').encode()
    assert decode(document) == ("Op", {"a": {"x": "1"}, "c": ["1", "2"], "d": []})
    assert (operation_of(document), operation_of(b"<")) == ("Op", "?")
    with pytest.raises(Malformed):
        decode(b"")


def test_one_list_is_the_database(soap: RawSoap, control: Control) -> None:
    kinds = [
        (row["mailingListType"], row["mailingListId"]) for row in soap.call("GetMailingLists").items("mailingListTypeItems")
    ]
    assert [kind for kind in kinds if kind[0] == "list"] == [("list", "7001")]
    control.quirks.converted = False
    old = soap.call("GetMailingLists", "<categoryId>0</categoryId>").items("mailingListTypeItems")
    assert len(old) == 3
    assert all(row["mailingListType"] != "list" for row in old)


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ("", 226),
        ("<mailingListIds><item>1</item></mailingListIds>", 221),
        ("<groupIds><item>1</item></groupIds>", 222),
        (DATABASE + "<limit><items>0</items><page>1</page></limit>", 227),
    ],
)
def test_contacts_are_refused_by_code(soap: RawSoap, members: str, code: int) -> None:
    answer = soap.call("GetEmailAddresses", members)
    assert (answer.http.status_code, answer.code, answer.header["errorCode"]) == (200, code, "0")


def test_a_contact_over_soap_has_its_names_the_other_way_round(soap: RawSoap, control: Control) -> None:
    control.add_custom_field("Text")
    control.add_custom_field("Count", FieldType.NUMERIC)
    control.add_custom_field("Choice", FieldType.MULTIPLE_CHOICE, ["red", "blue"])
    fields = {"text": "é", "count": 3.0, "choice": ["red", "blue"]}
    contact = control.add_contact("an@kantoor.be", first_name="An", name="Peeters", custom_fields=fields)
    (row,) = soap.call("GetEmailAddresses", DATABASE).items("emailAddressTypeItems")
    custom = row.pop("custom")
    assert row == {
        "flexmailId": str(contact.id),
        "emailAddress": "an@kantoor.be",
        "name": "An",
        "surname": "Peeters",
        "language": "nl",
        "state": "active",
        "mailingListId": "7001",
        "createTime": "2026-03-10T12:00:00",
        "updateTime": "2026-03-10T12:00:00",
    }
    assert custom == [
        {"variableName": "text", "value": "é"},
        {"variableName": "count", "value": "3"},
        {"variableName": "choice", "value": "red,blue"},
    ]


def test_states_are_read_in_pages(soap: RawSoap, control: Control) -> None:
    for number in range(5):
        control.add_contact(f"p{number}@kantoor.be", state=State.UNSUBSCRIBED)
    control.add_contact("active@kantoor.be")
    control.add_contact("black@kantoor.be", state=State.BLACKLISTED)
    assert addresses(soap.call("GetEmailAddresses", DATABASE).items("emailAddressTypeItems")) == ["active@kantoor.be"]
    asked = DATABASE + states("unsubscribed", "blacklisted")
    pages = [
        addresses(
            soap.call("GetEmailAddresses", f"{asked}<limit><items>4</items><page>{page}</page></limit>").items(
                "emailAddressTypeItems"
            )
        )
        for page in (1, 2, 3)
    ]
    assert [len(page) for page in pages] == [4, 2, 0]
    assert len({*pages[0], *pages[1]}) == 6
    control.quirks.soap_page = 2
    capped = soap.call("GetEmailAddresses", f"{asked}<limit><items>4</items><page>1</page></limit>")
    assert len(capped.items("emailAddressTypeItems")) == 2


def test_contacts_can_be_ordered(soap: RawSoap, control: Control) -> None:
    for name in ("b", "a", "c"):
        control.add_contact(f"{name}@kantoor.be")
        control.advance(1)
    control.edit_contact("a@kantoor.be", {"name": "A"})

    def ordered(by: str, direction: str) -> str:
        order = f"<order><orderBy>{by}</orderBy><orderDirection>{direction}</orderDirection></order>"
        rows = soap.call("GetEmailAddresses", DATABASE + order).items("emailAddressTypeItems")
        return "".join(str(address)[0] for address in addresses(rows))

    assert (ordered("EmailAddress", "ASC"), ordered("CreateTime", "ASC"), ordered("UpdateTime", "DESC")) == (
        "abc",
        "bac",
        "acb",
    )


def test_contacts_are_looked_up_in_every_state_that_is_asked(soap: RawSoap, control: Control) -> None:
    known = control.add_contact("an@kantoor.be", state=State.BOUNCED_OUT)
    every = states(*(state.value for state in State))
    asked = wanted(
        "<emailAddress>an@kantoor.be</emailAddress>",
        "<emailAddress>who@kantoor.be</emailAddress>",
        "<flexmailId>1</flexmailId>",
    )
    found, missing, unknown = soap.call("GetEmailAddresses", asked + every).items("emailAddressTypeItems")
    assert (found["flexmailId"], found["state"]) == (str(known.id), "bounced-out")
    assert (missing["emailAddress"], missing["errorCode"]) == ("who@kantoor.be", "225")
    assert (unknown["flexmailId"], unknown["errorCode"]) == ("1", "223")
    (not_active,) = soap.call("GetEmailAddresses", wanted("<emailAddress>an@kantoor.be</emailAddress>")).items(
        "emailAddressTypeItems"
    )
    assert not_active["errorCode"] == "225"


def test_a_deleted_contact_stands_beside_its_successor(soap: RawSoap, control: Control) -> None:
    control.add_contact("an@kantoor.be")
    control.delete("an@kantoor.be")
    control.add_contact("an@kantoor.be")
    asked = wanted("<emailAddress>an@kantoor.be</emailAddress>") + states("active", "deleted")
    assert [row["state"] for row in soap.call("GetEmailAddresses", asked).items("emailAddressTypeItems")] == [
        "deleted",
        "active",
    ]

"""SOAP's events: what persons did, echoes of what was written over REST, cursors, campaigns and their history."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from flexsync_cli.sandbox.control import Control
from flexsync_cli.sandbox.model import State
from flexsync_cli.sandbox.serve import Sandbox
from tests.sandbox.conftest import NOON
from tests.sandbox.soap_raw import Plain, RawSoap

LIST = "<mailingListId>7001</mailingListId>"
SINCE = LIST + "<timestampSince>2026-03-10T11:00:00</timestampSince>"
EVENTS = {
    "GetUnsubscriptions": "unsubscriptionTypeItems",
    "GetSubscriptions": "subscriptionTypeItems",
    "GetProfileUpdates": "profileUpdateTypeItems",
    "GetBounces": "bounceTypeItems",
}


def events(soap: RawSoap, operation: str, members: str = SINCE) -> list[dict[str, Plain]]:
    return soap.call(operation, members).items(EVENTS[operation])


def address_of(event: dict[str, Plain]) -> Plain:
    contact = event["emailAddressType"]
    assert isinstance(contact, dict)
    return contact["emailAddress"]


@pytest.mark.parametrize("operation", list(EVENTS))
def test_errors_of_the_lists_since(soap: RawSoap, operation: str) -> None:
    assert soap.call(operation).code == 221
    assert soap.call(operation, "<mailingListId>0</mailingListId>").code == 222
    for text in ("2026-03-10 11:00:00", "2026-13-10T11:00:00", "10-03-2026 11:00"):
        assert soap.call(operation, f"{LIST}<timestampSince>{text}</timestampSince>").code == 224
    if operation != "GetSubscriptions":
        assert soap.call(operation, "<campaignId>1</campaignId>").code == 223


def test_an_unsubscription_by_a_campaign(soap: RawSoap, control: Control) -> None:
    contact = control.add_contact("an@kantoor.be")
    campaign = control.send_campaign("Maart")
    control.unsubscribe("an@kantoor.be", campaign.id)
    (event,) = events(soap, "GetUnsubscriptions")
    assert address_of(event) == "an@kantoor.be"
    assert event["campaignId"] == str(campaign.id)
    assert event["emailAddressFlexmailId"] == str(contact.id)
    assert event["emailAddressMailingListId"] == "7001"
    assert event["timestamp"] == "2026-03-10T12:00:00"


def test_a_bounce_has_its_code_and_message(soap: RawSoap, control: Control) -> None:
    control.add_contact("an@kantoor.be")
    control.bounce("an@kantoor.be", code="5.1.1", message="User <unknown> & gone")
    (event,) = events(soap, "GetBounces")
    assert (event["statusCode"], event["statusMessage"]) == ("5.1.1", "User <unknown> & gone")
    assert "campaignId" not in event


def test_every_write_over_rest_echoes(soap: RawSoap, rest: httpx.Client, control: Control, sandbox: Sandbox) -> None:
    body = {"email": "an@kantoor.be", "language": "nl", "source": sandbox.source.id}
    path = rest.post("/contacts", json=body).headers["location"]
    rest.patch(path, json={"name": "Peeters"})
    rest.put(path, json={"email": "an@elders.be", "first_name": "An", "name": "Peeters", "language": "nl"})
    rest.post(f"{path}/interest-subscriptions", json={"interest_id": control.add_interest("Btw").id})
    rest.post(f"{path}/unsubscribe")
    found = {operation: events(soap, operation) for operation in EVENTS}
    assert [len(rows) for rows in found.values()] == [1, 1, 3, 0]
    assert all("campaignId" not in row and address_of(row) == "an@elders.be" for rows in found.values() for row in rows)


def test_echoes_can_be_switched_off(soap: RawSoap, rest: httpx.Client, control: Control) -> None:
    control.quirks.echoes = False
    contact = control.add_contact("an@kantoor.be")
    rest.post(f"/contacts/{contact.id}/unsubscribe")
    assert events(soap, "GetUnsubscriptions") == []


def test_an_import_echoes_too(soap: RawSoap, rest: httpx.Client, control: Control) -> None:
    control.add_contact("known@kantoor.be")
    import_id = rest.post("/contacts/imports", json={}).json()["id"]
    records = [{"email": "known@kantoor.be"}, {"email": "new@kantoor.be", "language": "nl"}]
    rest.post(f"/contacts/imports/{import_id}/records", json=records)
    rest.post(f"/contacts/imports/{import_id}/start")
    control.finish_imports()
    assert [address_of(event) for event in events(soap, "GetSubscriptions")] == ["new@kantoor.be"]
    assert [address_of(event) for event in events(soap, "GetProfileUpdates")] == ["known@kantoor.be"]


def test_since_is_exclusive_and_local(soap: RawSoap, control: Control) -> None:
    for seconds in (-1, 0, 1):
        control.add_contact(f"p{seconds}@kantoor.be")
        control.unsubscribe(f"p{seconds}@kantoor.be", at=NOON + timedelta(seconds=seconds))
    found = events(soap, "GetUnsubscriptions", LIST + "<timestampSince>2026-03-10T12:00:00</timestampSince>")
    assert [address_of(event) for event in found] == ["p1@kantoor.be"]


def test_the_october_hour_can_not_be_told_apart(soap: RawSoap, control: Control) -> None:
    control.add_contact("an@kantoor.be")
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    for at in (first, first + timedelta(hours=1)):
        control.unsubscribe("an@kantoor.be", at=at)
    assert [event["timestamp"] for event in events(soap, "GetUnsubscriptions")] == ["2026-10-25T02:30:00"] * 2


def test_without_a_time_the_server_keeps_a_cursor_and_others_steal(soap: RawSoap, control: Control) -> None:
    control.add_contact("an@kantoor.be")
    control.unsubscribe("an@kantoor.be")
    assert len(events(soap, "GetUnsubscriptions", LIST)) == 1
    assert events(soap, "GetUnsubscriptions", LIST) == []
    control.advance(60)
    control.unsubscribe("an@kantoor.be")
    assert len(events(soap, "GetUnsubscriptions", SINCE)) == 2  # another client, with a time
    assert events(soap, "GetUnsubscriptions", LIST) == []
    assert len(events(soap, "GetBounces", LIST)) == 0


def test_by_campaign_the_time_is_ignored(soap: RawSoap, control: Control) -> None:
    control.add_contact("an@kantoor.be")
    campaign = control.send_campaign("Maart")
    control.unsubscribe("an@kantoor.be", campaign.id)
    members = f"<campaignId>{campaign.id}</campaignId><timestampSince>2030-01-01T00:00:00</timestampSince>"
    assert len(events(soap, "GetUnsubscriptions", members)) == 1


def test_events_come_in_no_order(soap: RawSoap, control: Control) -> None:
    for number in range(20):
        control.add_contact(f"p{number}@kantoor.be")
        control.unsubscribe(f"p{number}@kantoor.be", at=NOON + timedelta(seconds=number))
    stamps = [str(event["timestamp"]) for event in events(soap, "GetUnsubscriptions")]
    assert len(stamps) == 20
    assert stamps != sorted(stamps)


def test_one_contact_told_twice_is_a_reference(soap: RawSoap, control: Control) -> None:
    control.add_contact("an@kantoor.be")
    control.change_profile("an@kantoor.be", {"name": "Peeters"})
    control.change_profile("an@kantoor.be", {"name": "Janssens"})
    answer = soap.call("GetProfileUpdates", SINCE)
    assert answer.http.text.count('id="ref1"') == 1
    assert answer.http.text.count('<emailAddressType href="#ref1" />') == 1
    assert [address_of(event) for event in answer.items("profileUpdateTypeItems")] == ["an@kantoor.be"] * 2
    control.quirks.multi_ref = False
    assert "href" not in soap.call("GetProfileUpdates", SINCE).http.text


def test_a_subscription_has_a_status_and_no_campaign(soap: RawSoap, control: Control) -> None:
    control.opt_in("an@kantoor.be")
    (event,) = events(soap, "GetSubscriptions")
    assert event["statusCode"] == "1"
    assert "campaignId" not in event


def test_campaigns_of_all_kinds(soap: RawSoap, control: Control) -> None:
    sent = control.send_campaign("Maart", "Nieuws & meer")
    control.draft_campaign("April")
    control.send_campaign("Welkom", kind="Workflow")
    control.send_campaign("Proef", kind="TestCampaign")
    rows = soap.call("GetCampaigns").items("campaignTypeItems")
    assert [row["campaignType"] for row in rows] == ["Campaign", "Campaign", "Workflow", "TestCampaign"]
    assert (rows[0]["campaignId"], rows[0]["campaignSubject"]) == (str(sent.id), "Nieuws & meer")
    assert [row["campaignSendDate"] for row in rows[:2]] == ["2026-03-10T12:00:00", "0000-00-00 00:00:00"]
    assert "campaignLanguage" not in rows[0]
    assert len(soap.call("GetCampaigns", "<type>Workflow</type>").items("campaignTypeItems")) == 1


@pytest.fixture
def clicked(control: Control) -> int:
    """A campaign sent to two persons, of whom one read it and clicked."""
    control.add_contact("an@kantoor.be")
    control.add_contact("bert@kantoor.be")
    campaign = control.send_campaign("Maart").id
    control.read("an@kantoor.be", campaign, at=NOON + timedelta(minutes=1))
    control.click("an@kantoor.be", campaign, "https://voorbeeld.be/b", at=NOON + timedelta(minutes=3))
    control.click("an@kantoor.be", campaign, "https://voorbeeld.be/a?x=1&y=2", at=NOON + timedelta(minutes=2))
    return campaign


def history(soap: RawSoap, campaign: int, members: str = "") -> list[tuple[Plain, Plain, Plain]]:
    content = soap.call("GetCampaignHistory", f"<campaignId>{campaign}</campaignId>{members}").content
    if "campaignHistoryType" not in content:
        return []
    people = content["campaignHistoryType"]
    assert isinstance(people, dict)
    rows = people["emailAddressHistoryTypeItems"]
    assert isinstance(rows, list)
    return [(row["emailAddress"], action["actionId"], action["timestamp"]) for row, action in _actions(rows)]


def _actions(rows: list[Plain]) -> list[tuple[dict[str, Plain], dict[str, Plain]]]:
    found = []
    for row in rows:
        assert isinstance(row, dict)
        actions = row["emailAddressHistoryActionTypeItems"]
        assert isinstance(actions, list)
        found += [(row, action) for action in actions if isinstance(action, dict)]
    return found


CLICKS = "<campaignHistoryOptionsType><campaignLinkClicked>true</campaignLinkClicked></campaignHistoryOptionsType>"


def test_history_without_options_has_everything(soap: RawSoap, clicked: int) -> None:
    assert sorted(str(action) for _, action, _ in history(soap, clicked)) == ["17", "17", "18", "20", "20"]


def test_history_of_clicks_in_order(soap: RawSoap, clicked: int) -> None:
    stamps = ["2026-03-10T12:02:00", "2026-03-10T12:03:00"]
    assert history(soap, clicked, CLICKS) == [("an@kantoor.be", "20", stamp) for stamp in stamps]
    assert [stamp for *_, stamp in history(soap, clicked, "<sort>1</sort>" + CLICKS)] == stamps[::-1]


def test_a_click_names_its_link_and_repeats_its_contact_by_reference(soap: RawSoap, clicked: int) -> None:
    text = soap.call("GetCampaignHistory", f"<campaignId>{clicked}</campaignId>{CLICKS}").http.text
    assert '<value xsi:type="xsd:string">https://voorbeeld.be/a?x=1&amp;y=2</value>' in text
    assert '<key xsi:type="xsd:string">5000000000</key>' in text
    assert text.count('<emailAddressType href="#ref1" />') == 2


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [("12:02:00", "12:03:00", 2), ("12:02:01", "12:03:00", 1), ("12:00:00", "12:02:00", 1), ("12:04:00", "12:05:00", 0)],
)
def test_history_has_a_window_with_both_bounds(soap: RawSoap, clicked: int, first: str, last: str, count: int) -> None:
    window = f"<timestampFrom>2026-03-10T{first}</timestampFrom><timestampTill>2026-03-10T{last}</timestampTill>"
    assert len(history(soap, clicked, window + CLICKS)) == count


def test_history_of_a_campaign_that_is_not_there(soap: RawSoap) -> None:
    assert soap.call("GetCampaignHistory", "<campaignId>1</campaignId>").code == 221
    assert soap.call("GetCampaignHistory").code == 221


def test_an_unsubscribed_contact_tells_its_present_state(soap: RawSoap, control: Control) -> None:
    control.add_contact("an@kantoor.be")
    control.unsubscribe("an@kantoor.be")
    control.set_state("an@kantoor.be", State.BLACKLISTED)
    contact = events(soap, "GetUnsubscriptions")[0]["emailAddressType"]
    assert isinstance(contact, dict)
    assert contact["state"] == "blacklisted"

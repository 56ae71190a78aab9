"""SOAP's campaigns and their history."""

from collections.abc import Iterator
from datetime import datetime

from flexsync_cli.sandbox.model import Campaign, Contact, Event, EventKind, Origin
from flexsync_cli.sandbox.soap_request import SoapError, SoapRequest
from flexsync_cli.sandbox.soap_times import NEVER
from flexsync_cli.sandbox.soap_wire import Array, Encodable, Struct

_OPTIONS = {"campaignSent": EventKind.SENT, "campaignRead": EventKind.READ, "campaignLinkClicked": EventKind.CLICK}
_SENDER = {"campaignSenderEmailAddress": "nieuwsbrief@kantoor-voorbeeld.be", "campaignSenderName": "Kantoor Voorbeeld"}


def campaigns(request: SoapRequest) -> dict[str, Encodable]:
    """All campaigns at once, of one type if one is named."""
    kind = request.text("type")
    held = [campaign for campaign in request.store.campaigns.values() if kind in ("", campaign.type)]
    return {"campaignTypeItems": Array("CampaignType", [_campaign(request, campaign) for campaign in held])}


def campaign_history(request: SoapRequest) -> dict[str, Encodable]:
    """What the recipients of one campaign did, by person; left out where there is nothing to tell."""
    campaign = request.store.campaigns.get(request.number("campaignId") or 0)
    if campaign is None:
        raise SoapError(221, "Invalid campaign")
    by_contact: dict[int, list[Event]] = {}
    for event in _in_window(request, campaign):
        by_contact.setdefault(event.contact_id, []).append(event)
    if not by_contact:
        return {"campaignHistoryType": None}
    items = [_person(request, campaign, request.store.contacts[held], events) for held, events in by_contact.items()]
    history = {"emailAddressHistoryTypeItems": Array("EmailAddressHistoryType", items)}
    return {"campaignHistoryType": Struct("CampaignHistoryType", history)}


def _campaign(request: SoapRequest, campaign: Campaign) -> Struct:
    sent = campaign.sent_at
    members: dict[str, Encodable] = {
        "campaignId": campaign.id,
        "campaignName": campaign.name,
        "campaignSendStatus": 0 if sent is None else 1,
        "campaignSendDate": NEVER if sent is None else request.times.write(sent),
        "campaignSubject": campaign.subject,
        **_SENDER,
        "campaignType": campaign.type,
    }
    return Struct("CampaignType", members)


def _in_window(request: SoapRequest, campaign: Campaign) -> list[Event]:
    first, last = _bound(request, "timestampFrom"), _bound(request, "timestampTill")
    wanted = _wanted(request)
    events = [event for event in _all(request, campaign) if event.kind in wanted]
    local = request.times.local
    kept = [event for event in events if (not first or local(event.at) >= first) and (not last or local(event.at) <= last)]
    return sorted(kept, key=lambda event: event.at, reverse=request.number("sort") == 1)


def _bound(request: SoapRequest, name: str) -> datetime | None:
    text = request.text(name)
    moment = request.times.read(text) if text else None
    if text and moment is None:
        raise SoapError(222, "Invalid timestamp")
    return moment


def _wanted(request: SoapRequest) -> set[EventKind]:
    """Everything, unless there are options: then just those that are true."""
    options = request.struct("campaignHistoryOptionsType")
    if options is None:
        return set(_OPTIONS.values())
    return {kind for name, kind in _OPTIONS.items() if options.get(name) in ("true", "1")}


def _all(request: SoapRequest, campaign: Campaign) -> Iterator[Event]:
    if campaign.sent_at is not None:
        for contact_id in campaign.recipients:
            yield Event(EventKind.SENT, campaign.sent_at, contact_id, Origin.STAFF, campaign.id)
    yield from (event for event in request.store.events if event.campaign_id == campaign.id)


def _person(request: SoapRequest, campaign: Campaign, contact: Contact, events: list[Event]) -> Struct:
    actions = [_action(request, campaign, contact, event) for event in events]
    members: dict[str, Encodable] = {
        "emailAddress": contact.email,
        "emailAddressType": request.contact(contact),
        "emailAddressHistoryActionTypeItems": Array("EmailAddressHistoryActionType", actions),
    }
    return Struct("EmailAddressHistoryType", members)


def _action(request: SoapRequest, campaign: Campaign, contact: Contact, event: Event) -> Struct:
    members: dict[str, Encodable] = {
        "actionId": int(event.kind),
        "timestamp": request.times.write(event.at),
        "campaign": _pair(str(campaign.id), campaign.name),
        "link": _pair(event.code, event.text) if event.kind is EventKind.CLICK else None,
        "emailAddressType": request.contact(contact),
    }
    return Struct("EmailAddressHistoryActionType", members)


def _pair(key: str, value: str) -> Struct:
    return Struct("KeyValueType", {"key": key, "value": value})

"""SOAP's lists of what happened "since": unsubscriptions, subscriptions, profile updates, bounces."""

from collections.abc import Callable

from flexsync_cli.sandbox.model import Event, EventKind
from flexsync_cli.sandbox.soap_request import SoapError, SoapRequest
from flexsync_cli.sandbox.soap_wire import Array, Encodable, Struct

Members = dict[str, Encodable]
_SUBSCRIBED = 1


def unsubscriptions(request: SoapRequest) -> Members:
    """Who unsubscribed; no reason is told."""
    events = _since(request, "GetUnsubscriptions", EventKind.UNSUBSCRIPTION)
    return _items("unsubscriptionTypeItems", "UnsubscriptionType", events, lambda event: _common(request, event))


def profile_updates(request: SoapRequest) -> Members:
    """Whose data changed; not what."""
    events = _since(request, "GetProfileUpdates", EventKind.PROFILE_UPDATE)
    return _items("profileUpdateTypeItems", "ProfileUpdateType", events, lambda event: _common(request, event))


def bounces(request: SoapRequest) -> Members:
    """What came back, with its code and message."""
    events = _since(request, "GetBounces", EventKind.BOUNCE)

    def members(event: Event) -> Members:
        return {**_common(request, event), "statusCode": event.code or None, "statusMessage": event.text or None}

    return _items("bounceTypeItems", "BounceType", events, members)


def subscriptions(request: SoapRequest) -> Members:
    """Who subscribed; there is no campaign here."""
    events = _since(request, "GetSubscriptions", EventKind.SUBSCRIPTION)

    def members(event: Event) -> Members:
        common = _common(request, event)
        del common["campaignId"]
        return {**common, "statusCode": _SUBSCRIBED, "statusMessage": "Subscribed"}

    return _items("subscriptionTypeItems", "SubscriptionType", events, members)


def _items(name: str, kind: str, events: list[Event], members: Callable[[Event], Members]) -> Members:
    return {name: Array(kind, [Struct(kind, members(event)) for event in events])}


def _common(request: SoapRequest, event: Event) -> Members:
    return {
        "campaignId": event.campaign_id,
        "emailAddressFlexmailId": event.contact_id,
        "emailAddressMailingListId": request.store.account.database_id,
        "emailAddressType": request.contact(request.store.contacts[event.contact_id]),
        "timestamp": request.times.write(event.at),
    }


def _since(request: SoapRequest, operation: str, kind: EventKind) -> list[Event]:
    """The events that are asked for, in no order."""
    store = request.store
    events = [event for event in store.events if event.kind is kind]
    campaign = request.number("campaignId") if operation != "GetSubscriptions" else None
    if campaign is not None:
        if campaign not in store.campaigns:
            raise SoapError(223, "Campaign id is invalid")
        found = [event for event in events if event.campaign_id == campaign]
    else:
        found = _in_list(request, operation, events)
    store.random.shuffle(found)
    return found


def _in_list(request: SoapRequest, operation: str, events: list[Event]) -> list[Event]:
    list_id = request.number("mailingListId")
    if list_id is None:
        raise SoapError(221, "Mailing list id or campaign id is mandatory")
    if list_id not in request.list_ids():
        raise SoapError(222, "Mailing list id is invalid")
    text = request.text("timestampSince")
    since = request.times.read(text) if text else None
    if text and since is None:
        raise SoapError(224, "Invalid timestamp YYYY-MM-DDTHH:II:SS")
    # Every answer moves the server's own cursor, whoever asks; only a request without a time depends on it.
    cursor = request.store.cursors.get((operation, list_id))
    request.store.cursors[operation, list_id] = request.store.clock.now()
    if since is not None:
        return [event for event in events if request.times.local(event.at) > since]
    return [event for event in events if cursor is None or event.at > cursor]

"""From the structs of SOAP answers to the domain's words. Pure; `Stamp` turns a stamp's text into a moment."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeAlias

from flexsync_cli.adapters.flexmail.soap_record import Record
from flexsync_cli.adapters.flexmail.soap_times import parse_stamp
from flexsync_cli.domain.address import address_key
from flexsync_cli.domain.events import Bounce, Campaign, Click, ContactState, Event, EventKind, PresentState
from flexsync_cli.domain.model import AddressKey, ContactId, Value

Stamp: TypeAlias = Callable[[str], datetime]
OptionalStamp: TypeAlias = Callable[[str], datetime | None]

# Our key of a standard value, and SOAP's member: here `name` is the first name, and in REST the last.
STANDARD = (("name", "surname"), ("first_name", "name"), ("language", "language"))
CLICKED = frozenset({20, 21})  # a link, a link of a group
TEST_CAMPAIGN = "testcampaign"


def key_of(text: str) -> AddressKey:
    """The address key; of what is no valid address the nearest to one, for it still tells two contacts apart."""
    return address_key(text) or text.strip().lower()


def events(kind: EventKind, items: Iterable[Record], stamp: Stamp) -> list[Event]:
    """Unsubscriptions, subscriptions or profile updates."""
    return [
        Event(
            kind=kind,
            at=stamp(item.text("timestamp")),
            contact_id=contact_id,
            address=address,
            campaign_id=item.identity("campaignId"),
            values=_standard(item.record("emailAddressType")),
            custom=_custom(item.record("emailAddressType")),
        )
        for item, contact_id, address in _named(items)
    ]


def bounces(items: Iterable[Record], stamp: Stamp) -> list[Bounce]:
    """Bounces."""
    return [
        Bounce(
            at=stamp(item.text("timestamp")),
            contact_id=contact_id,
            address=address,
            campaign_id=item.identity("campaignId"),
            code=item.text("statusCode"),
            message=item.text("statusMessage"),
        )
        for item, contact_id, address in _named(items)
    ]


def campaigns(items: Iterable[Record], stamp: OptionalStamp) -> list[Campaign]:
    """Campaigns and workflows; test campaigns, and what has no id, are left out."""
    return [
        Campaign(
            id=campaign_id,
            name=item.text("campaignName"),
            subject=item.text("campaignSubject"),
            kind=item.text("campaignType"),
            sent_at=stamp(item.text("campaignSendDate")),
        )
        for item in items
        if (campaign_id := item.identity("campaignId")) is not None and item.text("campaignType").lower() != TEST_CAMPAIGN
    ]


def clicks(campaign_id: int, histories: Iterable[Record], stamp: Stamp) -> list[Click]:
    """The link clicks among the actions of each contact's history; other and unknown actions are passed over."""
    return [
        _click(campaign_id, history, action, stamp)
        for history in histories
        for action in history.records("emailAddressHistoryActionTypeItems")
        if action.number("actionId") in CLICKED
    ]


def present_states(items: Iterable[Record]) -> list[PresentState]:
    """What Flexmail holds of contacts; an item with a code of its own is one that it doesn't have."""
    return [
        PresentState(contact_id=item.identity("flexmailId"), address=key_of(item.text("emailAddress")), state=_state(item))
        for item in items
        if not item.number("errorCode") and (item.identity("flexmailId") or item.text("emailAddress"))
    ]


def database_ids(items: Iterable[Record]) -> list[int]:
    """The ids of the items of type "list", which a converted account has exactly one of."""
    ids = (item.identity("mailingListId") for item in items if item.text("mailingListType").lower() == "list")
    return [list_id for list_id in ids if list_id is not None]


def count_nameless(items: Sequence[Record]) -> int:
    """How many say neither id nor address; they can't be acted upon and are left out."""
    return len(items) - sum(1 for _ in _named(items))


def count_timeless(items: Sequence[Record]) -> int:
    """How many have no time, or one in a form that we don't know."""
    return sum(parse_stamp(item.text("timestamp")) is None for item in items)


def _named(items: Iterable[Record]) -> Iterator[tuple[Record, ContactId | None, AddressKey]]:
    """Items with whom they are about."""
    for item in items:
        person = item.record("emailAddressType")
        contact_id = item.identity("emailAddressFlexmailId") or person.identity("flexmailId")
        address = key_of(person.text("emailAddress"))
        if contact_id is not None or address:
            yield item, contact_id, address


def _click(campaign_id: int, history: Record, action: Record, stamp: Stamp) -> Click:
    """The action's own contact where it has one, else the history's."""
    own, shared = action.record("emailAddressType"), history.record("emailAddressType")
    address = own.text("emailAddress") or history.text("emailAddress") or shared.text("emailAddress")
    return Click(
        at=stamp(action.text("timestamp")),
        campaign_id=campaign_id,
        contact_id=own.identity("flexmailId") or shared.identity("flexmailId"),
        address=key_of(address),
        link_id=action.record("link").text("key"),
        url=action.record("link").text("value"),
    )


def _state(item: Record) -> ContactState | None:
    text = item.text("state").lower()
    return ContactState(text) if text in set(ContactState) else None


def _standard(person: Record) -> dict[str, Value]:
    return {key: text for key, member in STANDARD if (text := person.text(member))}


def _custom(person: Record) -> dict[str, Value]:
    pairs = ((field.text("variableName"), field.text("value")) for field in person.items("custom"))
    return {name: text for name, text in pairs if name and text}

"""The `Events` port over Flexmail's SOAP interface: what persons did, and in which state they are."""

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from itertools import islice

from flexsync_cli.adapters.flexmail import soap_read as read
from flexsync_cli.adapters.flexmail.http import Door
from flexsync_cli.adapters.flexmail.soap_client import SoapClient, array
from flexsync_cli.adapters.flexmail.soap_codes import check
from flexsync_cli.adapters.flexmail.soap_record import Record
from flexsync_cli.adapters.flexmail.soap_times import FlexmailTime, request_stamp, since_stamp
from flexsync_cli.domain.events import Bounce, Campaign, Click, ContactState, Event, EventKind, PresentState
from flexsync_cli.domain.model import AddressKey
from flexsync_cli.errors import FlexmailUnavailable, Misconfigured
from flexsync_cli.ports import Clock

PAGE = 500
# The most that Flexmail gives a page is unknown. A page shorter than we asked may thus be a full one; shorter than the one
# before, or than any limit that makes sense, it is the last.
SMALLEST_PAGE = 50
MAX_PAGES = 1_000  # half a million contacts; more means that the paging doesn't end
EVENT_LISTS = {
    EventKind.UNSUBSCRIPTION: ("GetUnsubscriptions", "unsubscriptionTypeItems"),
    EventKind.SUBSCRIPTION: ("GetSubscriptions", "subscriptionTypeItems"),
    EventKind.PROFILE_UPDATE: ("GetProfileUpdates", "profileUpdateTypeItems"),
}
# Once the options are there, they replace the default, which is everything.
CLICKS_ONLY = dict.fromkeys(
    (
        "campaignSent",
        "campaignNotSent",
        "campaignRead",
        "campaignReadOnline",
        "campaignReadInfopage",
        "campaignFormVisited",
        "campaignFormSubmitted",
        "campaignSurveyVisited",
        "campaignSurveySubmitted",
        "campaignForwardVisited",
        "campaignForwardSubmitted",
    ),
    False,
) | {"campaignLinkClicked": True, "campaignLinkGroupClicked": True}
ASCENDING = 0

logger = logging.getLogger(__name__)


class SoapEvents:
    """Events of one account. `database_id` is that of an earlier run, which spares a call: it never changes.

    A stamp that can't be read, or that means two moments (the hour that happens twice), is taken so that a doubt keeps
    somebody out rather than lets him in: an unsubscription as late, everything else as early as it may have been.
    """

    def __init__(
        self, door: Door, url: str, *, account_id: int, token: str, clock: Clock, database_id: int | None = None
    ) -> None:
        self._client = SoapClient(door, url, account_id, token)
        self._clock = clock
        self._database_id = database_id
        self._time = FlexmailTime()

    def database_id(self) -> int:
        """The id of the account's one list, asked once."""
        if self._database_id is None:
            ids = read.database_ids(self._call("GetMailingLists", categoryId=0).records("mailingListTypeItems"))
            if len(ids) != 1:
                raise Misconfigured(
                    f"This Flexmail account has {len(ids)} lists instead of one database: ask Flexmail to convert the account"
                )
            self._database_id = ids[0]
        return self._database_id

    def clock(self) -> datetime | None:
        """Flexmail's clock in the last answer; None before the first, and where the last had none."""
        return self._time.clock

    def unsubscriptions(self, since: datetime) -> Sequence[Event]:
        """Who unsubscribed."""
        return self._events(EventKind.UNSUBSCRIPTION, since)

    def subscriptions(self, since: datetime) -> Sequence[Event]:
        """Who subscribed."""
        return self._events(EventKind.SUBSCRIPTION, since)

    def profile_updates(self, since: datetime) -> Sequence[Event]:
        """Whose values changed."""
        return self._events(EventKind.PROFILE_UPDATE, since)

    def bounces(self, since: datetime) -> Sequence[Bounce]:
        """What bounced."""
        return read.bounces(self._since("GetBounces", "bounceTypeItems", since), self._early(since))

    def campaigns(self) -> Sequence[Campaign]:
        """All campaigns and workflows."""
        return read.campaigns(self._call("GetCampaigns").records("campaignTypeItems"), self._time.utc)

    def clicks(self, campaign_id: int, since: datetime, till: datetime) -> Sequence[Click]:
        """The link clicks of one campaign. NotFound where Flexmail doesn't know it, or has no history of it."""
        answer = self._call(
            "GetCampaignHistory",
            campaignId=campaign_id,
            sort=ASCENDING,
            timestampFrom=since_stamp(since, self._time.zone),
            timestampTill=request_stamp(till, self._time.zone),
            campaignHistoryOptionsType=CLICKS_ONLY,
        )
        histories = answer.record("campaignHistoryType").records("emailAddressHistoryTypeItems")
        return read.clicks(campaign_id, histories, self._early(since))

    def in_states(self, states: Collection[ContactState]) -> Sequence[PresentState]:
        """Everybody in one of these states, each once a contact and state, however the pages overlap."""
        if not states:  # none asked would mean the active ones
            return []
        found: dict[PresentState, None] = {}
        full = SMALLEST_PAGE
        for page in range(1, MAX_PAGES + 1):
            items = self._page(states, page)
            known = len(found)
            found |= dict.fromkeys(read.present_states(items))
            # Without news the other side doesn't page at all.
            if len(items) < full or len(found) == known:
                return list(found)
            full = max(full, len(items))
        raise FlexmailUnavailable(f"Flexmail's list of contacts by state does not end after {MAX_PAGES} pages. Ask Flexmail")

    def states_of(self, addresses: Collection[AddressKey]) -> Sequence[PresentState]:
        """What Flexmail holds of these addresses, in every state."""
        return [state for batch in _batches(addresses) for state in self._states_of(batch)]

    def _states_of(self, addresses: Sequence[AddressKey]) -> list[PresentState]:
        contacts: list[object] = [{"emailAddress": address} for address in addresses]
        answer = self._call(
            "GetEmailAddresses",
            emailAddressTypeItems=array("ns1:EmailAddressType", contacts),
            states=array("xsd:string", [state.value for state in ContactState]),
        )
        asked = frozenset(addresses)
        return [state for state in read.present_states(answer.records("emailAddressTypeItems")) if state.address in asked]

    def _page(self, states: Collection[ContactState], page: int) -> list[Record]:
        # By time of creation, so that pages hold still while contacts change.
        answer = self._call(
            "GetEmailAddresses",
            mailingListIds=array("xsd:int", [self.database_id()]),
            limit={"items": PAGE, "page": page},
            order={"orderBy": "CreateTime", "orderDirection": "ASC"},
            states=array("xsd:string", sorted(state.value for state in states)),
        )
        return answer.records("emailAddressTypeItems")

    def _events(self, kind: EventKind, since: datetime) -> list[Event]:
        items = self._since(*EVENT_LISTS[kind], since)
        return read.events(kind, items, self._late() if kind is EventKind.UNSUBSCRIPTION else self._early(since))

    def _since(self, operation: str, member: str, since: datetime) -> list[Record]:
        """A list by time. Without the time Flexmail answers "since the last call", and a lost answer would lose events."""
        # The id first: its call may tell the zone.
        list_id = self.database_id()
        asked = since_stamp(since, self._time.zone)
        answer = self._call(operation, mailingListId=list_id, timestampSince=asked)
        if (meant := since_stamp(since, self._time.zone)) < asked:  # the first answer told another zone
            answer = self._call(operation, mailingListId=list_id, timestampSince=meant)
        items = answer.records(member)
        for what, count in (("name nobody", read.count_nameless(items)), ("have no readable time", read.count_timeless(items))):
            if count:
                logger.warning("%s: %d of %d items %s", operation, count, len(items), what)
        return items

    def _call(self, operation: str, **members: object) -> Record:
        answer = self._client.call(operation, **members)
        self._time.learn(answer.record("header").text("timestamp"), self._client.date() or self._clock.now())
        check(operation, answer)
        return answer

    def _late(self) -> Callable[[str], datetime]:
        """Reads a stamp as late as it may have been: now, where it tells nothing."""
        now = self._time.clock or self._clock.now()
        return lambda text: self._time.utc(text, later=True) or now

    def _early(self, since: datetime) -> Callable[[str], datetime]:
        """Reads a stamp as early as it may have been: the moment that was asked for, where it tells nothing."""
        return lambda text: self._time.utc(text) or since


def _batches(addresses: Collection[AddressKey]) -> Iterator[Sequence[AddressKey]]:
    rest = iter(addresses)
    while batch := list(islice(rest, PAGE)):
        yield batch

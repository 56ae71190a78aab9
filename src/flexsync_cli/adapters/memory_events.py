"""The Events port in memory: what a test or a demonstration put in, given as Flexmail would.

`happen` and `show` are those by which one acts as persons and as Flexmail's web pages do.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from flexsync_cli.domain.events import Bounce, Campaign, Click, ContactState, Event, EventKind, PresentState
from flexsync_cli.domain.model import AddressKey
from flexsync_cli.errors import FlexsyncError, Misconfigured, NotFound
from flexsync_cli.ports import Clock

Happening: TypeAlias = Event | Bounce | Campaign | Click
MISSING = 404


class MemoryEvents:
    """One account; `database` is None where it was not converted.

    `calls` has the SOAP operation of every call, `failure` is what each call meets, `ahead` is how far Flexmail's clock is
    ahead of ours.
    """

    def __init__(self, clock: Clock, *, database: int | None = 1) -> None:
        self.calls: list[str] = []
        self.failure: FlexsyncError | None = None
        self.ahead = timedelta()
        self._clock = clock
        self._database = database
        self._database_known = False
        self._told: datetime | None = None
        self._events: list[Event] = []
        self._bounces: list[Bounce] = []
        self._campaigns: dict[int, Campaign] = {}
        self._clicks: list[Click] = []
        self._states: dict[tuple[int | None, AddressKey], PresentState] = {}

    def happen(self, *happenings: Happening) -> None:
        """Something happened; a campaign replaces the one with its id."""
        for happening in happenings:
            match happening:
                case Event():
                    self._events.append(happening)
                case Bounce():
                    self._bounces.append(happening)
                case Campaign():
                    self._campaigns[happening.id] = happening
                case Click():
                    self._clicks.append(happening)

    def show(self, *states: PresentState) -> None:
        """A contact is in this state from now on."""
        for state in states:
            self._states[state.contact_id, state.address] = state

    def database_id(self) -> int:
        """The id of the one list."""
        if not self._database_known:
            self._call("GetMailingLists")
            if self._database is None:
                raise Misconfigured("This Flexmail account has no single database: ask Flexmail to convert the account")
            self._database_known = True
        return self._database or 0

    def clock(self) -> datetime | None:
        """When the last call was answered, by Flexmail's clock."""
        return self._told

    def unsubscriptions(self, since: datetime) -> Sequence[Event]:
        """Who unsubscribed."""
        return self._since("GetUnsubscriptions", EventKind.UNSUBSCRIPTION, since)

    def subscriptions(self, since: datetime) -> Sequence[Event]:
        """Who subscribed."""
        return self._since("GetSubscriptions", EventKind.SUBSCRIPTION, since)

    def profile_updates(self, since: datetime) -> Sequence[Event]:
        """Whose values changed."""
        return self._since("GetProfileUpdates", EventKind.PROFILE_UPDATE, since)

    def bounces(self, since: datetime) -> Sequence[Bounce]:
        """What bounced."""
        self.database_id()
        self._call("GetBounces")
        return [bounce for bounce in self._bounces if bounce.at >= since]

    def campaigns(self) -> Sequence[Campaign]:
        """All campaigns and workflows."""
        self._call("GetCampaigns")
        return [campaign for campaign in self._campaigns.values() if campaign.kind != "TestCampaign"]

    def clicks(self, campaign_id: int, since: datetime, till: datetime) -> Sequence[Click]:
        """The link clicks of one campaign; NotFound where there is no such campaign."""
        self._call("GetCampaignHistory")
        if campaign_id not in self._campaigns:
            raise NotFound(MISSING)
        return [click for click in self._clicks if click.campaign_id == campaign_id and since <= click.at <= till]

    def in_states(self, states: Collection[ContactState]) -> Sequence[PresentState]:
        """Everybody in one of these states."""
        if not states:
            return []
        self.database_id()
        self._call("GetEmailAddresses")
        return [held for held in self._states.values() if held.state in states]

    def states_of(self, addresses: Collection[AddressKey]) -> Sequence[PresentState]:
        """What is held of these addresses."""
        if not addresses:
            return []
        self._call("GetEmailAddresses")
        return [held for held in self._states.values() if held.address in addresses]

    def _since(self, operation: str, kind: EventKind, since: datetime) -> list[Event]:
        self.database_id()
        self._call(operation)
        return [event for event in self._events if event.kind is kind and event.at >= since]

    def _call(self, operation: str) -> None:
        self.calls.append(operation)
        if self.failure is not None:
            raise self.failure
        self._told = self._clock.now() + self.ahead

"""Stages for the Events contract: on each the same persons do the same things, and an adapter tells of it."""

from datetime import UTC, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from flexsync_cli.adapters.flexmail.soap import SoapEvents
from flexsync_cli.adapters.memory_events import MemoryEvents
from flexsync_cli.domain.events import Bounce, Campaign, Click, ContactState, Event, EventKind, PresentState
from flexsync_cli.ports import Events
from flexsync_cli.sandbox.serve import Sandbox
from tests.adapters.flexmail.fakes import Bench
from tests.interop.php_server import PhpServer

NOON = datetime(2026, 7, 1, 10, tzinfo=UTC)  # 12:00 in Brussels, which is what router.php's clock shows
BRUSSELS = ZoneInfo("Europe/Brussels")
WORLD_NAMES = {
    EventKind.UNSUBSCRIPTION: "unsubscriptions",
    EventKind.SUBSCRIPTION: "subscriptions",
    EventKind.PROFILE_UPDATE: "updates",
}


class Stage(Protocol):
    """What can be done on a stage. Contacts are named by their address, campaigns by their id."""

    @property
    def events(self) -> Events:
        """The adapter."""

    def contact(self, address: str, first_name: str, name: str, state: ContactState = ContactState.ACTIVE) -> int:
        """A contact; its id."""

    def campaign(self, name: str, subject: str, kind: str, at: datetime) -> int:
        """A campaign that was sent; its id."""

    def happen(self, kind: EventKind, address: str, at: datetime, campaign: int | None = None) -> None:
        """An unsubscription, subscription or profile update."""

    def bounce(self, address: str, at: datetime, campaign: int, code: str, message: str) -> None:
        """A bounce."""

    def click(self, address: str, at: datetime, campaign: int, url: str) -> None:
        """A click."""

    def never_convert(self) -> None:
        """The account is an old one, of several lists."""


class MemoryStage:
    """In memory."""

    def __init__(self, bench: Bench) -> None:
        self.events = MemoryEvents(bench.clock)
        self._bench = bench
        self._people: dict[str, tuple[int, dict[str, str]]] = {}
        self._campaigns = 0

    def contact(self, address: str, first_name: str, name: str, state: ContactState = ContactState.ACTIVE) -> int:
        contact_id = len(self._people) + 1
        self._people[address] = contact_id, {"first_name": first_name, "name": name}
        self.events.show(PresentState(contact_id, address, state))
        return contact_id

    def campaign(self, name: str, subject: str, kind: str, at: datetime) -> int:
        self._campaigns += 1
        self.events.happen(Campaign(self._campaigns, name, subject, kind, at))
        return self._campaigns

    def happen(self, kind: EventKind, address: str, at: datetime, campaign: int | None = None) -> None:
        contact_id, values = self._people[address]
        self.events.happen(Event(kind, at, contact_id, address, campaign, values))

    def bounce(self, address: str, at: datetime, campaign: int, code: str, message: str) -> None:
        self.events.happen(Bounce(at, self._people[address][0], address, campaign, code, message))

    def click(self, address: str, at: datetime, campaign: int, url: str) -> None:
        self.events.happen(Click(at, campaign, self._people[address][0], address, "1", url))

    def never_convert(self) -> None:
        self.events = MemoryEvents(self._bench.clock, database=None)


class SandboxStage:
    """SOAP to the sandbox."""

    def __init__(self, bench: Bench, sandbox: Sandbox) -> None:
        account = sandbox.account
        self.events = SoapEvents(
            bench.door, sandbox.soap_url, account_id=account.id, token=account.soap_token, clock=bench.clock
        )
        self._control = sandbox.control

    def contact(self, address: str, first_name: str, name: str, state: ContactState = ContactState.ACTIVE) -> int:
        return self._control.add_contact(address, state=state.value, first_name=first_name, name=name).id

    def campaign(self, name: str, subject: str, kind: str, at: datetime) -> int:
        return self._control.send_campaign(name, subject, at, kind).id

    def happen(self, kind: EventKind, address: str, at: datetime, campaign: int | None = None) -> None:
        match kind:
            case EventKind.UNSUBSCRIPTION:
                self._control.unsubscribe(address, campaign, at)
            case EventKind.SUBSCRIPTION:
                self._control.opt_in(address, at=at)
            case EventKind.PROFILE_UPDATE:
                self._control.change_profile(address, {}, campaign=campaign, at=at)

    def bounce(self, address: str, at: datetime, campaign: int, code: str, message: str) -> None:
        self._control.bounce(address, campaign, code, message, at)

    def click(self, address: str, at: datetime, campaign: int, url: str) -> None:
        self._control.click(address, campaign, url, at)

    def never_convert(self) -> None:
        self._control.quirks.converted = False


class PhpStage:
    """SOAP to PHP's SoapServer."""

    def __init__(self, bench: Bench, server: PhpServer, name: str) -> None:
        self.events = SoapEvents(bench.door, server.at("world", name), account_id=1, token="t", clock=bench.clock)
        self._server, self._name = server, name
        self._people: dict[str, dict[str, Any]] = {}
        self._world: dict[str, list[dict[str, Any]]] = {}
        self._add("lists", {"mailingListId": 41, "mailingListType": "list"})

    def contact(self, address: str, first_name: str, name: str, state: ContactState = ContactState.ACTIVE) -> int:
        contact_id = len(self._people) + 1
        self._people[address] = {
            "flexmailId": str(contact_id),
            "emailAddress": address,
            "name": first_name,
            "surname": name,
            "state": state.value,
        }
        self._add("contacts", self._people[address])
        return contact_id

    def campaign(self, name: str, subject: str, kind: str, at: datetime) -> int:
        members = {"campaignName": name, "campaignSubject": subject, "campaignType": kind, "campaignSendDate": _local(at)}
        campaign_id = len(self._world.get("campaigns", [])) + 1
        self._add("campaigns", {"campaignId": campaign_id} | members)
        return campaign_id

    def happen(self, kind: EventKind, address: str, at: datetime, campaign: int | None = None) -> None:
        self._add(WORLD_NAMES[kind], self._item(address, at) | ({} if campaign is None else {"campaignId": campaign}))

    def bounce(self, address: str, at: datetime, campaign: int, code: str, message: str) -> None:
        self._add("bounces", self._item(address, at) | {"campaignId": campaign, "statusCode": code, "statusMessage": message})

    def click(self, address: str, at: datetime, campaign: int, url: str) -> None:
        action = {"actionId": 20, "link": {"key": "1", "value": url}} | self._item(address, at)
        self._add("actions", {"campaign": str(campaign), "action": action})

    def never_convert(self) -> None:
        self._world["lists"] = []
        for list_id in (41, 42):
            self._add("lists", {"mailingListId": list_id, "mailingListType": "mailinglist"})

    def _item(self, address: str, at: datetime) -> dict[str, Any]:
        """Members of an event; PHP insists on the second and third in a subscription, and passes them over elsewhere."""
        person = self._people[address]
        return {
            "emailAddressFlexmailId": int(person["flexmailId"]),
            "emailAddressMailingListId": 41,
            "statusCode": 1,
            "emailAddressType": person,
            "timestamp": _local(at),
        }

    def _add(self, kind: str, item: dict[str, Any]) -> None:
        self._world.setdefault(kind, []).append(item)
        self._server.put(self._name, self._world)


def _local(moment: datetime) -> str:
    return moment.astimezone(BRUSSELS).strftime("%Y-%m-%dT%H:%M:%S")

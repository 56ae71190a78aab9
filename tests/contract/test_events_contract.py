"""What every adapter of the Events port must do."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta

import pytest

from flexsync_cli.domain.events import Bounce, Campaign, ContactState, Event, EventKind, PresentState
from flexsync_cli.errors import Misconfigured, NotFound
from flexsync_cli.ports import Events
from flexsync_cli.sandbox.serve import Sandbox
from tests.adapters.flexmail.fakes import Bench
from tests.contract.event_stages import NOON, MemoryStage, PhpStage, SandboxStage, Stage
from tests.interop.php_server import PhpServer, serving

LONG_AGO, AGO, SINCE, LATELY = (NOON - timedelta(hours=hours) for hours in (30, 3, 2, 1))
ADDRESS, OTHER = "zoe@kantoor-voorbeeld.be", "two@kantoor-voorbeeld.be"
URL = "https://kantoor-voorbeeld.be/btw?a=1&b=2"

LISTS = {
    EventKind.UNSUBSCRIPTION: lambda events, since: events.unsubscriptions(since),
    EventKind.SUBSCRIPTION: lambda events, since: events.subscriptions(since),
    EventKind.PROFILE_UPDATE: lambda events, since: events.profile_updates(since),
}


@pytest.fixture(scope="session")
def world_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PhpServer]:
    with serving(request.getfixturevalue("php"), tmp_path_factory.mktemp("world")) as server:
        yield server


@pytest.fixture(params=["memory", "sandbox", "php"])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    bench = Bench()
    bench.clock.moment = NOON
    with ExitStack() as stack:
        stack.enter_context(bench.door)
        match request.param:
            case "memory":
                yield MemoryStage(bench)
            case "sandbox":
                yield SandboxStage(bench, stack.enter_context(Sandbox(now=lambda: NOON)))
            case _:
                name = request.node.name.replace("[", "-").rstrip("]")
                yield PhpStage(bench, request.getfixturevalue("world_server"), name)


def told(events: Events, kind: EventKind, since: datetime) -> list[Event]:
    found: list[Event] = list(LISTS[kind](events, since))
    return found


def test_the_clock_is_unknown_before_the_first_answer(stage: Stage) -> None:
    assert stage.events.clock() is None
    stage.events.campaigns()
    assert stage.events.clock() == NOON


def test_the_database_has_one_id(stage: Stage) -> None:
    assert stage.events.database_id() == stage.events.database_id() > 0


def test_an_account_that_was_not_converted(stage: Stage) -> None:
    stage.never_convert()
    with pytest.raises(Misconfigured, match="ask Flexmail to convert"):
        stage.events.unsubscriptions(SINCE)


@pytest.mark.parametrize("kind", EventKind)
def test_events_since(stage: Stage, kind: EventKind) -> None:
    campaign = stage.campaign("Juni", "Btw", "Campaign", LONG_AGO) if kind is not EventKind.SUBSCRIPTION else None
    contact_id = stage.contact(ADDRESS, "Zoë", "D'Hondt")
    stage.contact(OTHER, "An", "Claes")
    stage.happen(kind, OTHER, AGO)
    stage.happen(kind, ADDRESS, LATELY, campaign)
    [event] = told(stage.events, kind, SINCE)
    assert (event.kind, event.at, event.contact_id, event.address) == (kind, LATELY, contact_id, ADDRESS)
    assert event.campaign_id == campaign
    assert (event.values["first_name"], event.values["name"]) == ("Zoë", "D'Hondt")
    assert len(told(stage.events, kind, LONG_AGO)) == 2


@pytest.mark.parametrize("kind", EventKind)
def test_events_of_another_kind(stage: Stage, kind: EventKind) -> None:
    stage.contact(ADDRESS, "Zoë", "D'Hondt")
    for other in EventKind:
        if other is not kind:
            stage.happen(other, ADDRESS, LATELY)
    assert told(stage.events, kind, SINCE) == []


def test_an_event_is_told_as_often_as_it_is_asked(stage: Stage) -> None:
    stage.contact(ADDRESS, "Zoë", "D'Hondt")
    stage.happen(EventKind.UNSUBSCRIPTION, ADDRESS, LATELY)
    assert stage.events.unsubscriptions(SINCE) == stage.events.unsubscriptions(SINCE) != []


def test_bounces_since(stage: Stage) -> None:
    campaign = stage.campaign("Juni", "Btw", "Campaign", LONG_AGO)
    contact_id = stage.contact(ADDRESS, "Zoë", "D'Hondt")
    stage.bounce(ADDRESS, AGO, campaign, "4.2.2", "Mailbox full")
    stage.bounce(ADDRESS, LATELY, campaign, "5.1.1", "No such <user> & so on")
    assert stage.events.bounces(SINCE) == [Bounce(LATELY, contact_id, ADDRESS, campaign, "5.1.1", "No such <user> & so on")]


def test_campaigns_without_tests(stage: Stage) -> None:
    june = stage.campaign("Juni é", "Btw", "Campaign", LONG_AGO)
    welcome = stage.campaign("Welkom", "Dag", "Workflow", AGO)
    stage.campaign("Proef", "Btw", "TestCampaign", AGO)
    assert sorted(stage.events.campaigns(), key=lambda campaign: campaign.id) == [
        Campaign(june, "Juni é", "Btw", "Campaign", LONG_AGO),
        Campaign(welcome, "Welkom", "Dag", "Workflow", AGO),
    ]


def test_clicks_of_one_campaign_in_a_window(stage: Stage) -> None:
    contact_id = stage.contact(ADDRESS, "Zoë", "D'Hondt")
    june, july = (stage.campaign(name, "Btw", "Campaign", LONG_AGO) for name in ("Juni", "Juli"))
    stage.click(ADDRESS, AGO, june, URL)
    stage.click(ADDRESS, LATELY, june, URL)
    stage.click(ADDRESS, LATELY, july, URL)
    [click] = stage.events.clicks(june, SINCE, NOON)
    assert (click.at, click.campaign_id, click.contact_id, click.address) == (LATELY, june, contact_id, ADDRESS)
    assert click.url == URL
    assert click.link_id


def test_clicks_of_a_campaign_that_nobody_clicked(stage: Stage) -> None:
    assert stage.events.clicks(stage.campaign("Juni", "Btw", "Campaign", LONG_AGO), SINCE, NOON) == []


def test_clicks_of_a_campaign_that_there_is_not(stage: Stage) -> None:
    with pytest.raises(NotFound):
        stage.events.clicks(999_999, SINCE, NOON)


def test_who_is_in_states(stage: Stage) -> None:
    ids = {state: stage.contact(f"{state}@kantoor-voorbeeld.be", "An", "Claes", state) for state in ContactState}
    asked = {ContactState.BLACKLISTED, ContactState.BOUNCED_OUT}
    assert set(stage.events.in_states(asked)) == {
        PresentState(ids[state], f"{state}@kantoor-voorbeeld.be", state) for state in asked
    }


def test_nobody_is_in_no_state(stage: Stage) -> None:
    stage.contact(ADDRESS, "Zoë", "D'Hondt")
    assert stage.events.in_states(set()) == []


def test_states_of_addresses(stage: Stage) -> None:
    contact_id = stage.contact(ADDRESS, "Zoë", "D'Hondt", ContactState.UNSUBSCRIBED)
    stage.contact("unasked@kantoor-voorbeeld.be", "An", "Claes")
    asked = [ADDRESS, "unknown@kantoor-voorbeeld.be"]
    assert stage.events.states_of(asked) == [PresentState(contact_id, ADDRESS, ContactState.UNSUBSCRIBED)]


def test_states_of_no_addresses(stage: Stage) -> None:
    assert stage.events.states_of([]) == []

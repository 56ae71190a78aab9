"""What MemoryEvents offers beyond the port."""

from datetime import UTC, datetime, timedelta

import pytest

from flexsync_cli.adapters.memory_events import MemoryEvents
from flexsync_cli.domain.events import Campaign, ContactState, PresentState
from flexsync_cli.errors import FlexmailUnavailable

NOON = datetime(2026, 7, 1, 10, tzinfo=UTC)


class StoppedClock:
    def now(self) -> datetime:
        return NOON

    def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing waits here")


@pytest.fixture
def events() -> MemoryEvents:
    return MemoryEvents(StoppedClock())


def test_calls_are_those_that_soap_would_need(events: MemoryEvents) -> None:
    events.unsubscriptions(NOON)
    events.bounces(NOON)
    events.in_states([ContactState.BLACKLISTED])
    events.states_of([])
    assert events.calls == ["GetMailingLists", "GetUnsubscriptions", "GetBounces", "GetEmailAddresses"]


def test_a_failure_meets_every_call_until_it_is_over(events: MemoryEvents) -> None:
    events.failure = FlexmailUnavailable("down")
    with pytest.raises(FlexmailUnavailable):
        events.campaigns()
    assert events.clock() is None
    events.failure = None
    assert events.campaigns() == []


def test_flexmails_clock_may_be_another(events: MemoryEvents) -> None:
    events.ahead = timedelta(days=-1)
    events.campaigns()
    assert events.clock() == NOON - timedelta(days=1)


def test_what_is_shown_or_sent_again_replaces_what_was(events: MemoryEvents) -> None:
    for state in (ContactState.ACTIVE, ContactState.UNSUBSCRIBED):
        events.show(PresentState(1, "zoe@kantoor-voorbeeld.be", state))
    for name in ("Juni", "Juli"):
        events.happen(Campaign(1, name, "Btw", "Campaign", NOON))
    assert [held.state for held in events.states_of(["zoe@kantoor-voorbeeld.be"])] == [ContactState.UNSUBSCRIBED]
    assert [campaign.name for campaign in events.campaigns()] == ["Juli"]

"""When a campaign's clicks are read."""

from datetime import UTC, datetime, timedelta

import pytest

from flexsync_cli.domain.click_schedule import Schedule
from flexsync_cli.domain.events import Campaign

NOON = datetime(2026, 11, 2, 11, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WINDOW = 14 * DAY


def is_due(sent: Campaign, read: datetime | None, now: datetime, floor: datetime = NOON - 60 * DAY) -> bool:
    return Schedule(now, floor, WINDOW).is_due(sent, read)


def campaign(sent: datetime | None = NOON, kind: str = "Campaign") -> Campaign:
    return Campaign(4711, "Nieuws", "Nieuws", kind, sent)


def test_what_is_not_sent_yet_is_not_read() -> None:
    assert not is_due(campaign(None), None, NOON)
    assert not is_due(campaign(NOON + HOUR), None, NOON)


@pytest.mark.parametrize(("age", "since_read", "due"), [(47, 1, True), (49, 1, False), (49, 24, True), (240, 7, False)])
def test_every_run_while_fresh_then_daily(age: float, since_read: float, due: bool) -> None:
    now = NOON + age * HOUR
    assert is_due(campaign(), now - since_read * HOUR, now) is due


def test_once_more_after_its_window() -> None:
    end = NOON + WINDOW
    assert is_due(campaign(), end - timedelta(seconds=1), end + 30 * DAY)
    assert not is_due(campaign(), end, end + 30 * DAY)


def test_what_ended_before_all_was_read_is_done() -> None:
    end = NOON + WINDOW
    assert not is_due(campaign(), None, end + DAY, floor=end)
    assert is_due(campaign(), None, end + DAY, floor=end - HOUR)


def test_a_workflow_has_no_end() -> None:
    for sent in (None, NOON):
        workflow = campaign(sent, "Workflow")
        assert is_due(workflow, NOON + 400 * DAY, NOON + 401 * DAY, floor=NOON + 400 * DAY)
        assert not is_due(workflow, NOON + 400 * DAY, NOON + 400 * DAY + HOUR, floor=NOON + 400 * DAY)


def test_a_reading_goes_back_as_far_as_events_may_be_late() -> None:
    schedule = Schedule(NOON + DAY, NOON, WINDOW)
    assert schedule.since(campaign(), NOON + HOUR) == NOON - 2 * HOUR
    assert schedule.since(campaign(NOON + HOUR), None) == NOON - 2 * HOUR
    assert schedule.since(campaign(NOON - DAY, "Workflow"), None) == NOON - 3 * HOUR


def test_two_days_after_sending_a_campaign_is_no_longer_fresh() -> None:
    now = NOON + 2 * DAY
    assert not is_due(campaign(), now - HOUR, now)
    assert is_due(campaign(), now - HOUR, now - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("read", "now", "due"),
    [
        (datetime(2026, 11, 8, 19, tzinfo=UTC), datetime(2026, 11, 9, 1, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 8, 19, tzinfo=UTC), datetime(2026, 11, 9, 2, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 8, 22, 59, tzinfo=UTC), datetime(2026, 11, 9, 2, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 9, 1, 59, tzinfo=UTC), datetime(2026, 11, 9, 2, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 9, 2, 0, tzinfo=UTC), datetime(2026, 11, 10, 1, 59, tzinfo=UTC), False),
    ],
)
def test_a_day_is_read_once_nothing_of_it_can_arrive_late(read: datetime, now: datetime, due: bool) -> None:
    """Three hours after midnight in Brussels, which is 02:00 UTC in winter."""
    assert is_due(campaign(), read, now) is due


@pytest.mark.parametrize("kind", ["Campaign", "Workflow"])
def test_what_is_sent_this_very_moment_is_followed(kind: str) -> None:
    assert is_due(campaign(NOON, kind), None, NOON)

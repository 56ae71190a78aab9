"""What is known of clicks is read back as it was kept, and marks of a wrong clock are mended."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from flexsync_cli.adapters.state.state import SqlState, memory_state
from flexsync_cli.domain.clicks import FIRST, MORE, CampaignClicks, Entry, Life, MatchedClick, Part
from flexsync_cli.services import click_memory
from flexsync_cli.services.click_memory import ClickIndex, Followed

NOON = datetime(2026, 11, 2, 11, tzinfo=UTC)
DAY = timedelta(days=1)
PART = Part(date(2026, 11, 2), "a1b2c3")
CLICK = MatchedClick("12", PART, NOON, "https://example.be/é", scanner=True)


@pytest.fixture
def state() -> Iterator[SqlState]:
    """An empty one."""
    state = memory_state()
    yield state
    state.close()


def index(**campaigns: Followed) -> ClickIndex:
    known = {int(name.removeprefix("c")): followed for name, followed in campaigns.items()}
    return ClickIndex(Life("a1b2c3", NOON - DAY), NOON, known)


def test_nothing_is_known_at_first(state: SqlState) -> None:
    assert click_memory.load_index(state) is None
    assert click_memory.load(state, 4711) == CampaignClicks()


def test_a_campaign_comes_back_as_it_was_kept(state: SqlState) -> None:
    memory = CampaignClicks(
        name="Nieuws",
        seen={"1 7 1", "2 7 1"},
        passed={"0 7 1"},
        told={(PART, "12"): FIRST, (replace(PART, life=""), "12"): MORE},
        waiting=[CLICK],
        due=[Entry("12", PART, MORE, (CLICK,))],
    )
    click_memory.save(state, 4711, memory)
    assert click_memory.load(state, 4711) == memory


def test_the_index_comes_back_as_it_was_kept(state: SqlState) -> None:
    kept = index(c4711=Followed(NOON, is_open=True), c4712=Followed(NOON - DAY, is_open=False))
    click_memory.save_index(state, kept)
    assert click_memory.load_index(state) == kept


def test_old_campaigns_are_forgotten_but_for_what_is_still_to_be_written(state: SqlState) -> None:
    kept = index(
        c1=Followed(NOON - DAY, is_open=False), c2=Followed(NOON - DAY, is_open=True), c3=Followed(NOON, is_open=False)
    )
    for campaign_id in kept.campaigns:
        click_memory.save(state, campaign_id, CampaignClicks("Nieuws"))
    click_memory.drop(state, kept, NOON)
    assert list(kept.campaigns) == [2, 3]
    assert [click_memory.load(state, campaign_id).name for campaign_id in (1, 2, 3)] == ["", "Nieuws", "Nieuws"]


def test_marks_that_are_still_to_come_are_replaced() -> None:
    kept = index(c1=Followed(NOON, is_open=True), c2=Followed(NOON - 3 * DAY, is_open=False))
    assert click_memory.corrected(kept, NOON - 2 * DAY, 7 * DAY)
    assert kept.floor == NOON - 9 * DAY
    assert kept.campaigns == {1: Followed(NOON - 9 * DAY, is_open=True), 2: Followed(NOON - 3 * DAY, is_open=False)}
    assert not click_memory.corrected(kept, NOON, 7 * DAY)

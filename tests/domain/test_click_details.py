"""Clicks that lack something, that come from scanners, and that were there before."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from flexsync_cli.domain.clicks import CampaignClicks, ClickCounts, ClicksSight, Life, Part, click_key, decide, link_of
from flexsync_cli.domain.events import Click

NOON = datetime(2026, 11, 2, 11, tzinfo=UTC)
BORN_TODAY = Life("a1b2c3", NOON)
CLICK = Click(NOON, 4711, 7, "an@example.be", "1", "https://example.be/1")
SCANNED = [replace(CLICK, link_id=link, url=f"https://example.be/{link}") for link in "123"]


def sight(*clicks: Click, scanners: str = "mark", silent: bool = False, explicit: bool = False) -> ClicksSight:
    return ClicksSight(clicks, lambda _: "12", BORN_TODAY, scanners, silent, explicit)


@pytest.mark.parametrize(("scanners", "written"), [("mark", [True] * 3), ("skip", []), ("keep", [False] * 3)])
def test_clicks_of_a_scanner_are_marked_skipped_or_kept(scanners: str, written: list[bool]) -> None:
    memory = CampaignClicks()
    counts = decide(memory, sight(*SCANNED, scanners=scanners))
    assert counts == ClickCounts(clicks=3, scanners=0 if scanners == "keep" else 3)
    assert [click.scanner for entry in memory.due for click in entry.clicks] == written


@pytest.mark.parametrize(("explicit", "life"), [(False, "a1b2c3"), (True, "")])
def test_the_day_on_which_clicks_began_is_this_states_own_unless_asked_for(explicit: bool, life: str) -> None:
    memory = CampaignClicks()
    decide(memory, sight(CLICK, explicit=explicit))
    assert [entry.part for entry in memory.due] == [Part(NOON.date(), life)]


def test_every_reading_of_what_was_there_before_is_remembered_as_such() -> None:
    memory = CampaignClicks()
    earlier = replace(CLICK, at=NOON - timedelta(hours=1))
    for click in (earlier, CLICK):
        assert decide(memory, sight(click, silent=True)) == ClickCounts()
    assert memory.passed == {click_key(earlier), click_key(CLICK)}
    assert decide(memory, sight(earlier, CLICK)) == ClickCounts()
    assert decide(memory, sight(earlier, CLICK, explicit=True)) == ClickCounts(clicks=2)


def test_a_click_without_an_address_is_told_by_its_links_id() -> None:
    memory = CampaignClicks()
    decide(memory, sight(CLICK, replace(CLICK, at=NOON + timedelta(minutes=1), link_id="2", url="")))
    assert [click.url for entry in memory.due for click in entry.clicks] == ["https://example.be/1", "2"]


def test_clicks_of_two_persons_without_an_id_are_two() -> None:
    one, other = (replace(CLICK, contact_id=None, address=f"{name}@example.be") for name in ("an", "els"))
    assert decide(CampaignClicks(), sight(one, other)) == ClickCounts(clicks=2)


@pytest.mark.parametrize("url", ["https://example.be/é", "https://example.be/\ud83e"])
def test_a_link_without_an_id_is_known_by_its_address_for_ever(url: str) -> None:
    """What is remembered across versions must not change its name."""
    name = sha256(url.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    assert link_of(replace(CLICK, link_id="", url=url)) == name
    assert link_of(CLICK) == "1"

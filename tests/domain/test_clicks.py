"""Which clicks become which communications."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsync_cli.domain.clicks import (
    FIRST,
    MORE,
    CampaignClicks,
    ClickCounts,
    ClicksSight,
    Life,
    Part,
    click_key,
    close,
    decide,
    forget,
    is_over,
    scanner_clicks,
)
from flexsync_cli.domain.events import Click

NOON = datetime(2026, 11, 2, 11, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LIFE = Life("a1b2c3", NOON - 30 * DAY)


def click(minutes: float = 0, link: str = "1", contact: int = 7) -> Click:
    return Click(NOON + timedelta(minutes=minutes), 4711, contact, f"c{contact}@example.be", link, f"https://example.be/{link}")


def sight(
    *clicks: Click, scanners: str = "mark", silent: bool = False, explicit: bool = False, life: Life = LIFE
) -> ClicksSight:
    return ClicksSight(clicks, lambda one: str(one.contact_id), life, scanners, silent, explicit)


def entries(memory: CampaignClicks) -> list[tuple[str, int, int]]:
    return [(entry.relation_id, entry.number, len(entry.clicks)) for entry in memory.due]


class TestDecide:
    def test_the_first_sight_of_a_relation_is_due_at_once(self) -> None:
        memory = CampaignClicks()
        counts = decide(memory, sight(click(0), click(1, "2"), click(2, contact=8)))
        assert counts == ClickCounts(clicks=3)
        assert entries(memory) == [("7", FIRST, 2), ("8", FIRST, 1)]
        assert not memory.waiting

    def test_what_was_seen_is_not_new(self) -> None:
        memory = CampaignClicks()
        decide(memory, sight(click(0)))
        assert decide(memory, sight(click(0), click(0))) == ClickCounts()
        assert entries(memory) == [("7", FIRST, 1)]

    def test_what_comes_after_it_waits_for_the_end_of_the_day(self) -> None:
        memory = CampaignClicks()
        decide(memory, sight(click(0)))
        decide(memory, sight(click(0), click(5), click(6)))
        close(memory, NOON + HOUR)
        assert entries(memory) == [("7", FIRST, 1)]
        close(memory, NOON + DAY)
        assert entries(memory) == [("7", FIRST, 1), ("7", MORE, 2)]
        assert not memory.waiting

    def test_there_is_no_third_one(self) -> None:
        memory = CampaignClicks()
        for minutes in (0, 5, 10):
            decide(memory, sight(click(minutes)))
            close(memory, NOON + DAY)
        assert entries(memory) == [("7", FIRST, 1), ("7", MORE, 1)]
        assert not memory.waiting

    def test_a_click_just_before_midnight_is_of_its_own_day(self) -> None:
        late = click(0)
        midnight = datetime(2026, 11, 2, 23, tzinfo=UTC)
        memory = CampaignClicks()
        before = Click(midnight - timedelta(seconds=1), 1, 7, late.address, "1", late.url)
        after = Click(midnight, 1, 7, late.address, "1", late.url)
        decide(memory, sight(before, after))
        assert [entry.part.day for entry in memory.due] == [date(2026, 11, 2), date(2026, 11, 3)]

    def test_nobody_in_admin_is_counted(self) -> None:
        memory = CampaignClicks()
        counts = decide(memory, ClicksSight([click()], lambda _: None, LIFE))
        assert counts == ClickCounts(clicks=1, unmatched=1)
        assert not memory.is_open

    def test_what_a_silent_reading_passes_is_told_only_to_an_explicit_one(self) -> None:
        memory = CampaignClicks()
        assert decide(memory, sight(click(), silent=True)) == ClickCounts()
        assert decide(memory, sight(click())) == ClickCounts()
        assert decide(memory, sight(click(), explicit=True)) == ClickCounts(clicks=1)
        assert decide(memory, sight(click(), explicit=True)) == ClickCounts()

    def test_on_the_day_a_state_was_born_references_are_its_own(self) -> None:
        life = Life("a1b2c3", NOON - HOUR)
        assert str(life.part_of(NOON, explicit=False)) == "20261102-a1b2c3"
        assert str(life.part_of(NOON, explicit=True)) == "20261102"
        assert str(life.part_of(NOON + DAY, explicit=False)) == "20261103"

    @pytest.mark.parametrize("text", ["20261102", "20261102-a1b2c3"])
    def test_a_part_is_read_as_it_is_written(self, text: str) -> None:
        assert str(Part.parse(text)) == text

    def test_old_marks_are_forgotten(self) -> None:
        memory = CampaignClicks()
        decide(memory, sight(click(0), click(60 * 24 * 3)))
        forget(memory, NOON + DAY)
        assert memory.seen == {click_key(click(60 * 24 * 3))}
        assert [part.day for part, _ in memory.told] == [date(2026, 11, 5)]

    @given(st.lists(st.lists(st.tuples(st.integers(0, 4 * 24 * 60), st.sampled_from("123")), max_size=6), max_size=8))
    def test_every_click_is_in_one_entry_and_there_are_two_a_day_at_most(self, readings: list[list[tuple[int, str]]]) -> None:
        """Read in any portions, again and again, with the day closed only when nothing of it can come any more."""
        memory = CampaignClicks()
        seen: list[Click] = []
        for reading in readings:
            seen += [click(minutes, link) for minutes, link in reading]
            decide(memory, sight(*seen, scanners="keep"))
        close(memory, NOON + 9 * DAY)
        told = [one for entry in memory.due for one in entry.clicks]
        assert len(told) == len({(one.at, one.url) for one in told}) == len({click_key(one) for one in seen})
        numbers = Counter((entry.part, entry.number) for entry in memory.due)
        assert set(numbers.values()) <= {1}
        assert {number for _, number in numbers} <= {FIRST, MORE}


class TestScanners:
    def test_three_links_within_five_seconds(self) -> None:
        burst = [click(seconds / 60, link) for seconds, link in ((0, "1"), (2, "2"), (5, "3"))]
        assert scanner_clicks([*burst, click(3)]) == {click_key(one) for one in burst}

    def test_one_link_three_times_is_an_impatient_person(self) -> None:
        assert not scanner_clicks([click(seconds / 60) for seconds in (0, 1, 2)])

    def test_three_links_in_six_seconds_are_a_quick_one(self) -> None:
        assert not scanner_clicks([click(seconds / 60, str(seconds)) for seconds in (0, 3, 6)])

    def test_three_persons_are_three_persons(self) -> None:
        assert not scanner_clicks([click(0, str(contact), contact) for contact in (7, 8, 9)])

    def test_they_are_skipped_or_marked_or_taken_as_any(self) -> None:
        burst = [click(0, link) for link in "123"]
        skipped, marked, kept = CampaignClicks(), CampaignClicks(), CampaignClicks()
        assert decide(skipped, sight(*burst, scanners="skip")) == ClickCounts(clicks=3, scanners=3)
        assert decide(marked, sight(*burst, scanners="mark")) == ClickCounts(clicks=3, scanners=3)
        assert decide(kept, sight(*burst, scanners="keep")) == ClickCounts(clicks=3)
        assert not skipped.is_open
        assert all(one.scanner for entry in marked.due for one in entry.clicks)
        assert not any(one.scanner for entry in kept.due for one in entry.clicks)

    def test_the_rest_of_a_burst_is_known_by_what_was_seen_of_it(self) -> None:
        burst = [click(0, link) for link in "123"]
        memory = CampaignClicks()
        decide(memory, sight(*burst[:2], scanners="skip"))
        assert decide(memory, sight(*burst, scanners="skip")) == ClickCounts(clicks=1, scanners=1)


class TestDays:
    @pytest.mark.parametrize(
        ("hours", "over"), [(11, False), (13, False), (14.9, False), (15, True)]
    )  # from 12:00 in Brussels on
    def test_a_day_is_over_when_nothing_can_arrive_late(self, hours: float, over: bool) -> None:
        assert is_over(date(2026, 11, 2), NOON + hours * HOUR) is over


@pytest.mark.parametrize("part", [Part(date(2026, 11, 23)), Part(date(2026, 1, 2), "a1b2c3")])
def test_a_part_is_read_back_from_its_text(part: Part) -> None:
    assert Part.parse(str(part)) == part


def test_what_a_reading_from_there_can_still_bring_back_is_not_forgotten() -> None:
    memory = CampaignClicks()
    stamps = [f"{int((NOON + offset * HOUR).timestamp())} 7 1" for offset in (-1, 0, 1)]
    memory.seen, memory.passed = set(stamps), set(stamps)
    memory.told = {(Part(date(2026, 11, day)), "7"): FIRST for day in (1, 2, 3)}
    forget(memory, NOON)
    assert memory.seen == memory.passed == set(stamps[1:])
    assert [part.day.day for part, _ in memory.told] == [2, 3]


def test_a_scanner_that_comes_twice_is_one_both_times() -> None:
    first = [click(0, link) for link in "123"]
    again = [click(30, link) for link in "456"]
    assert scanner_clicks([*first, click(10, "9"), *again]) == {click_key(each) for each in (*first, *again)}

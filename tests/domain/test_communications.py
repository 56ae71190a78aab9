"""What a communication about clicks says."""

from datetime import UTC, date, datetime, timedelta

import pytest

from flexsync_cli.domain.clicks import FIRST, MORE, Entry, MatchedClick, Part
from flexsync_cli.domain.communications import MAX_LINES, WORDS, reference, subject, text

PART = Part(date(2026, 11, 2))
AT = datetime(2026, 11, 2, 11, 5, tzinfo=UTC)


def entry(*urls: str, number: int = FIRST, scanner: bool = False) -> Entry:
    clicks = [MatchedClick("12", PART, AT + timedelta(minutes=minute), url, scanner) for minute, url in enumerate(urls)]
    return Entry("12", PART, number, tuple(clicks))


def test_in_dutch() -> None:
    assert subject(entry("https://a.be"), 4711, "Nieuws", "nl") == 'Flexmail 4711: geklikt in "Nieuws"'
    assert text(entry("https://a.be", "https://b.be"), 4711, "Nieuws", "nl") == (
        'Geklikt in "Nieuws" (Flexmail-campagne 4711) op 02/11/2026:\n12:05 https://a.be\n12:06 https://b.be'
    )


def test_in_french() -> None:
    assert subject(entry("https://a.be", number=MORE), 4711, "Infos", "fr") == "Flexmail 4711 (suite) : clic dans « Infos »"
    assert text(entry("https://a.be"), 4711, "Infos", "fr") == (
        "Clic dans « Infos » (campagne Flexmail 4711) le 02/11/2026 :\n12:05 https://a.be"
    )


def test_in_english() -> None:
    assert subject(entry("https://a.be", number=MORE), 4711, "News", "en") == 'Flexmail 4711 (continued): clicked in "News"'
    assert text(entry("https://a.be", scanner=True), 4711, "News", "en").endswith(
        "12:05 https://a.be (probably a security scanner, not a person)"
    )


@pytest.mark.parametrize("language", WORDS)
def test_the_second_one_is_told_apart_in_a_column_of_25_characters(language: str) -> None:
    first, more = (
        subject(entry("https://a.be", number=number), 1_234_567, "Nieuws", language)[:25] for number in (FIRST, MORE)
    )
    assert first != more


@pytest.mark.parametrize("language", WORDS)
def test_a_long_list_ends_with_how_many_are_left(language: str) -> None:
    lines = text(entry(*["https://a.be"] * (MAX_LINES + 3)), 1, "Nieuws", language).splitlines()
    assert len(lines) == 1 + MAX_LINES + 1
    assert "3" in lines[-1]


def test_what_came_from_outside_stays_on_its_line() -> None:
    said = text(entry("https://a.be\r\nBcc: x"), 1, "Nieuws {id}\n{name}", "nl")
    assert len(said.splitlines()) == 2
    assert "{id} {name}" in said


def test_references_tell_campaign_relation_day_and_number_apart() -> None:
    assert reference(entry(), 4711) == "flexsync-4711-12-20261102-1"
    assert reference(entry(number=MORE), 4711) == "flexsync-4711-12-20261102-2"


def test_long_names_and_addresses_are_cut() -> None:
    said = text(entry("https://a.be/" + "x" * 1_000), 1, "N" * 150, "nl").splitlines()
    assert subject(entry(), 1, "N" * 150, "nl") == f'Flexmail 1: geklikt in "{"N" * 97}..."'
    assert said[0] == f'Geklikt in "{"N" * 97}..." (Flexmail-campagne 1) op 02/11/2026:'
    assert said[1] == "12:05 https://a.be/" + "x" * (500 - 13 - 3) + "..."


@pytest.mark.parametrize(("clicks", "last"), [(50, "12:54 https://a.be"), (51, "... en nog 1 keer"), (52, "... en nog 2 keer")])
def test_at_most_fifty_lines_then_how_many_more(clicks: int, last: str) -> None:
    assert text(entry(*["https://a.be"] * clicks), 1, "Nieuws", "nl").splitlines()[-1] == last

import pytest

from flexsync_cli.domain import legacy_values
from flexsync_cli.domain.legacy_interval import interval


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("60", "", "1h"),
        ("90", "", "90m"),
        ("2", "uren", "2h"),
        ("3600", "seconds", "1h"),
        ("900000", "ms", "15m"),
        ("30 minuten", "", "30m"),
        ("1 heure", "", "1h"),
        ("1d", "", "24h"),
        ("01:30:00", "", "90m"),
        ("1.00:00:00", "", "24h"),
        ("PT45M", "", "45m"),
        ("P1D", "", "24h"),
        ("15 min", "", "15m"),
        ("15 min.", "", "15m"),
        ("30'", "", "30m"),
        ("1u", "", "1h"),
        ("1u30", "", "90m"),
        ("1 u 30 min", "", "90m"),
        ("1 heure et 15 minutes", "", "75m"),
        ("0,5 uur", "", "30m"),
        ("00:15:00.0000000", "", "15m"),
        ("elk uur", "", "1h"),
        ("Elke 2 uur", "", "2h"),
        ("om het kwartier", "", "15m"),
        ("toutes les 20 minutes", "", "20m"),
        ("une demi-heure", "", "30m"),
        ("halfuur", "", "30m"),
        ("hourly", "", "1h"),
        ("dagelijks", "", "24h"),
        ("3600", "", "1h"),
        ("900000", "", "15m"),
        ("2", "uur", "2h"),
        ("every quarter of an hour", "", "15m"),
        ("elke 1 uur en een kwartier", "", "75m"),
        ("1 minuut", "", "1m"),
        ("4 weken", "", "672h"),
        ("4 weken en 1 minuut", "", None),
        ("PT", "", None),
        ("2 maanden", "", None),
        ("1 2 3", "", None),
        ("manueel", "", None),
        ("0", "", None),
        ("-5", "", None),
        ("999999999", "", None),
        ("soon", "", None),
        ("5 parsecs", "", None),
        ("\u0665", "", None),
    ],
)
def test_an_interval(text: str, unit: str, value: str | None) -> None:
    found = interval(text, unit)
    assert (found and found.text) == value


@pytest.mark.parametrize(
    ("number", "supposed", "value"),
    [
        ("1", "minutes", "1m"),
        ("1440", "minutes", "24h"),
        ("1441", "minutes", "1441m"),
        ("1500", "seconds", "25m"),
        ("59940", "seconds", "999m"),
        ("60000", "milliseconds", "1m"),
        ("900000", "milliseconds", "15m"),
        ("999930000", "milliseconds", "16666m"),
    ],
)
def test_a_bare_number_is_of_the_unit_in_which_it_makes_sense_and_that_is_said(number: str, supposed: str, value: str) -> None:
    assert interval(number) == (value, f"a bare number, read as {supposed}: {value}")


def test_what_has_a_unit_is_not_supposed() -> None:
    assert interval("15", "min") == interval("15 min") == ("15m", "")


@pytest.mark.parametrize(
    ("text", "value"), [("Ja", True), ("VRAI", True), ("-1", True), ("nee", False), ("0", False), ("?", None)]
)
def test_a_switch(text: str, value: bool | None) -> None:
    assert legacy_values.yes_or_no(text) is value


@pytest.mark.parametrize(("text", "value"), [("D-12345", 12345), (" 7 ", 7), ("0", None), ("abc", None), ("1" * 30, None)])
def test_an_account(text: str, value: int | None) -> None:
    assert legacy_values.account_id(text) == value


def test_a_list_of_addresses_is_whole_or_nothing() -> None:
    assert legacy_values.addresses("A@example.be; b@example.be") == ["a@example.be", "b@example.be"]
    assert legacy_values.addresses("a@example.be; nobody") is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("587", 587), ("1", 1), ("65535", 65535)),
        *(("0", None), ("65536", None), ("70000", None), ("\u0665", None), ("", None)),
    ],
)
def test_a_port(text: str, value: int | None) -> None:
    assert legacy_values.port(text) == value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(("Nederlands", "nl"), ("NL", "nl"), ("n", "nl"), ("Vlaams", "nl"), ("dutch", "nl")),
        *(("français", "fr"), ("F", "fr"), ("english", "en"), ("anglais", "en"), ("E", "en")),
        *(("Duits", "de"), ("d", "de"), ("?", None), ("", None), ("klingon", None)),
    ],
)
def test_a_language_by_its_name_in_any_of_three(text: str, code: str | None) -> None:
    assert legacy_values.language(text) == code


def test_a_list_of_types_has_numbers_and_texts() -> None:
    assert legacy_values.list_of_types("3; Prospect | 08\n") == [3, "Prospect", 8]
    assert legacy_values.list_of_types(" ; ") is None

import pytest

from flexsync_cli.domain import legacy_values


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
        ("0", "", None),
        ("-5", "", None),
        ("999999999", "", None),
        ("soon", "", None),
        ("5 parsecs", "", None),
        ("\u0665", "", None),
    ],
)
def test_an_interval(text: str, unit: str, value: str | None) -> None:
    assert legacy_values.interval(text, unit) == value


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


@pytest.mark.parametrize(("text", "value"), [("587", 587), ("70000", None), ("\u0665", None), ("", None)])
def test_a_port(text: str, value: int | None) -> None:
    assert legacy_values.port(text) == value

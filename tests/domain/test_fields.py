"""Values: how they are sent, and when two of them are the same."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsync_cli.domain.fields import (
    Languages,
    UnfitValueError,
    conversion,
    cut,
    fingerprint,
    match_fields,
    same_exactly,
    same_loosely,
    shown_values,
    wire_value,
)
from flexsync_cli.domain.model import Contact, CustomField, FieldType, Value

TEXTS = st.text(st.characters(exclude_categories=()), max_size=30)
VALUES = st.none() | TEXTS | st.integers() | st.floats() | st.lists(TEXTS, max_size=4).map(tuple)


@pytest.mark.parametrize("field_type", [*FieldType, None])
@pytest.mark.parametrize("value", [None, "", "  ", "\x00", (), ("", " "), float("nan"), float("inf")])
def test_empty_is_no_value(value: Value, field_type: FieldType | None) -> None:
    assert wire_value(value, field_type) is None


@pytest.mark.parametrize("field_type", [FieldType.FREE_TEXT, None])
@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("  Exact Online ", "Exact Online"),
        ("Cafe\u0301", "Café"),
        (42, "42"),
        (42.0, "42"),
        (42.50, "42.5"),
        (1e21, "1000000000000000000000"),
        (-0.0, "0"),
        (0, "0"),
        ("0475", "0475"),
        ("2024-05-01T00:00:00", "2024-05-01"),
        ("2024-05-01 00:00:00.000", "2024-05-01"),
        ("2024-05-01 14:30:00", "2024-05-01 14:30:00"),
        (("Btw", "Fiscaliteit"), "Btw; Fiscaliteit"),
        ("half \ud83e", "half \ufffd"),
    ],
)
def test_free_text_is_text(value: Value, sent: str, field_type: FieldType | None) -> None:
    assert wire_value(value, field_type) == sent


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (42, 42),
        (42.0, 42),
        (42.5, 42.5),
        ("42", 42),
        (" -7 ", -7),
        ("42,5", 42.5),
        ("42.5", 42.5),
        ("1.234", 1.234),
        ("1.234,56", 1234.56),
        ("1,234.56", 1234.56),
        ("1.234.567", 1234567),
        ("1 234 567,8", 1234567.8),
        ("1\u00a0234", 1234),
        ("007", 7),
    ],
)
def test_numeric_is_a_number(value: Value, sent: float) -> None:
    number = wire_value(value, FieldType.NUMERIC)
    assert number == sent
    assert type(number) is type(sent)


@pytest.mark.parametrize(
    "value", ["veel", "12 stuks", "1e5", "nan", "0x10", "1,2,3", "1.2,3", "12 34", "--1", "9" * 5000, "٤٢", ("1", "2")]
)
def test_what_is_no_number_is_unfit(value: Value) -> None:
    with pytest.raises(UnfitValueError, match=r"^not a number$"):
        wire_value(value, FieldType.NUMERIC)


@pytest.mark.parametrize(
    "value",
    [
        "2024-05-01",
        "2024-5-1",
        " 2024-05-01T14:30:00.123+02:00",
        "2024-05-01 00:00:00",
        "01/05/2024",
        "1/5/2024",
        "01-05-2024",
        "1.5.2024",
        "01/05/2024 00:00:00",
    ],
)
def test_date_is_iso(value: str) -> None:
    assert wire_value(value, FieldType.DATE) == "2024-05-01"


@pytest.mark.parametrize("value", ["morgen", "31/02/2024", "2024-13-01", "01/05-2024", "05/24", "0000-00-00", 45413, ("a",)])
def test_what_is_no_date_is_unfit(value: Value) -> None:
    with pytest.raises(UnfitValueError, match=r"^not a date$") as caught:
        wire_value(value, FieldType.DATE)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@given(st.dates())
def test_every_date_is_understood_in_every_spelling(day: date) -> None:
    spellings = (f"{day:%d/%m/}{day.year:04}", f"{day:%d-%m-}{day.year:04}", f"{day.isoformat()}T00:00:00")
    assert {wire_value(text, FieldType.DATE) for text in spellings} == {day.isoformat()}


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("Btw; Fiscaliteit|Btw\nLoon ", ("Btw", "Fiscaliteit", "Loon")),
        ("Erfenis, schenking", ("Erfenis, schenking",)),
        ((" Btw ", "", "Btw"), ("Btw",)),
        (3, ("3",)),
        (3.0, ("3",)),
    ],
)
def test_multiple_choice_is_a_list_of_distinct_choices(value: Value, sent: tuple[str, ...]) -> None:
    assert wire_value(value, FieldType.MULTIPLE_CHOICE) == sent


@given(VALUES, st.sampled_from([*FieldType, None]))
def test_what_was_sent_is_sent_the_same_again(value: Value, field_type: FieldType | None) -> None:
    try:
        sent = wire_value(value, field_type)
    except UnfitValueError:
        return
    again = wire_value(sent, field_type)
    assert same_exactly(sent, again)
    assert same_loosely(sent, again)


SAME_EXACTLY: list[tuple[Value, Value]] = [
    ("Café ", "Cafe\u0301"),
    (None, ""),
    (None, ()),
    ("", " "),
    (42, 42.0),
    (("a", "b"), ("b", "a ")),
]
SAME_LOOSELY: list[tuple[Value, Value]] = [
    ("Van de  Velde", "van de velde"),
    ("STRASSE", "straße"),
    ("42", 42),
    ("42", 42.0),
    ("42.50", 42.5),
    ("2024-05-01", "2024-05-01T00:00:00+00:00"),
    (("Btw", "Loon"), ("loon", "BTW")),
    (("Btw",), "btw"),
]
DIFFERENT: list[tuple[Value, Value]] = [
    ("Jan", "Jean"),
    ("Vandevelde", "Van de Velde"),
    (None, 0),
    ("", "0"),
    ("0475", "475"),
    (("a",), ("a", "b")),
    (42, 43),
]


def test_a_field_of_many_relations_is_converted_as_that_of_one() -> None:
    convert = conversion(FieldType.FREE_TEXT)
    values: list[Value] = ["1", 1, 1.0, "", None, " a ", "a", ("1",), 1, "1"]
    assert [convert(value) for value in values] == [wire_value(value, FieldType.FREE_TEXT) for value in values]


@pytest.mark.parametrize(("one", "other"), SAME_EXACTLY)
def test_the_same_exactly(one: Value, other: Value) -> None:
    assert same_exactly(one, other)
    assert same_loosely(one, other)


@pytest.mark.parametrize(("one", "other"), SAME_LOOSELY)
def test_the_same_loosely_only(one: Value, other: Value) -> None:
    assert not same_exactly(one, other)
    assert same_loosely(one, other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different(one: Value, other: Value) -> None:
    assert not same_exactly(one, other)
    assert not same_loosely(one, other)


@given(VALUES, VALUES)
def test_exact_sameness_implies_loose_sameness_and_goes_both_ways(one: Value, other: Value) -> None:
    assert same_exactly(one, one)
    assert same_exactly(one, other) == same_exactly(other, one)
    assert same_loosely(one, other) == same_loosely(other, one)
    assert same_loosely(one, other) or not same_exactly(one, other)


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("Bakkerij Peeters", ("Bakkerij Peeters", False)),
        ("  Bakkerij ", ("Bakkerij", False)),
        ("Bakkerij Van Den Bossche", ("Bakkerij Van Den", True)),
        ("Bakkerij Vandenberg", ("Bakkerij Vandenberg", False)),
        ("Bakkerij Vandenbergh X", ("Bakkerij Vandenbergh", True)),
        ("Bakkerij \t  Vandenbossche", ("Bakkerij", True)),
        ("Bakkerijvandenbossche Gent", ("Bakkerijvandenbossch", True)),
        ("x" * 19 + "q\u0301 y", ("x" * 19, True)),
    ],
)
def test_a_text_is_cut_at_a_word(text: str, sent: tuple[str, bool]) -> None:
    assert cut(text, 20) == sent


@given(st.text(), st.integers(2, 60))
def test_a_cut_is_a_beginning_of_whole_words(text: str, limit: int) -> None:
    short, was_cut = cut(text, limit)
    whole, _ = cut(text, len(text) * 4 + 1)
    assert len(short) <= limit
    assert whole.startswith(short)
    assert was_cut == (short != whole)
    assert cut(short, limit) == (short, False)
    assert not was_cut or not re.search(r"\s", short) or whole[len(short)].isspace()


ORGANISATION = CustomField("1", "Organisation", "organisation", FieldType.FREE_TEXT)
SOFTWARE = CustomField("2", "acc_software", "acc_software_2", FieldType.FREE_TEXT)
IMPOSTOR = CustomField("3", "organisation", "other", FieldType.FREE_TEXT)
TWIN = CustomField("4", "acc_software", "acc_software_4", FieldType.FREE_TEXT)
ALL = (ORGANISATION, SOFTWARE, IMPOSTOR, TWIN)


def test_fields_match_by_placeholder_then_by_name() -> None:
    matched, missing = match_fields(["organisation", "acc_software", "Acc_Software", "sector"], ALL)
    assert matched == {"organisation": ORGANISATION, "acc_software": SOFTWARE}
    assert missing == ("Acc_Software", "sector")


def test_no_field_is_given_to_two_names() -> None:
    matched, missing = match_fields(["Organisation", "organisation"], ALL)
    assert matched == {"organisation": ORGANISATION}
    assert missing == ("Organisation",)


@pytest.mark.parametrize(
    ("value", "code"),
    [("N", "nl"), (" n ", "nl"), ("F", "fr"), ("NL", "nl"), ("fr", "fr"), ("D", None), ("de", None), ("", None), ("1", "nl")],
)
def test_languages_are_mapped_to_those_of_the_account(value: str, code: str | None) -> None:
    assert Languages({"N": "nl", "F": "FR", "D": "de", "1": "nl"}, ("nl", "fr", "en")).code_of(value) == code


@pytest.mark.parametrize(("value", "code"), [("N", "nl"), ("nl", "nl"), ("E", None), ("en", None)])
def test_of_an_account_that_tells_no_languages_the_mapped_ones_are_believed(value: str, code: str | None) -> None:
    assert Languages({"N": "nl"}, ()).code_of(value) == code


def test_a_listed_contact_is_shown_as_flat_values() -> None:
    contact = Contact(7, "jan@kantoor.be", "Jan", "Peeters", "nl", {"acc_software_2": "Exact", "unmapped": "x"})
    assert shown_values(contact, {"acc_software": SOFTWARE, "org": ORGANISATION}) == {
        "name": "Peeters",
        "first_name": "Jan",
        "language": "nl",
        "field:acc_software": "Exact",
        "field:org": None,
    }


def test_a_fingerprint_is_of_what_is_sent() -> None:
    print_ = fingerprint("jan@kantoor.be", {"name": "Café", "field:a": 42, "field:b": ("x", "y")})
    same = fingerprint("jan@kantoor.be", {"field:b": ("y", "x"), "field:a": 42.0, "name": "Cafe\u0301 ", "first_name": None})
    assert print_ == same == "228ad38428636c729e289ee7f85e7940646aac874939f0075bda9faae73cd0d5"
    assert print_ != fingerprint("jan@kantoor.be", {"name": "Café", "field:a": "42", "field:b": ("x", "y")})
    assert print_ != fingerprint("an@kantoor.be", {"name": "Café", "field:a": 42, "field:b": ("x", "y")})


@given(st.dictionaries(st.text(max_size=5), VALUES, max_size=4))
def test_a_fingerprint_depends_on_no_order(values: dict[str, Value]) -> None:
    turned = dict(reversed(list(values.items())))
    assert fingerprint("jan@kantoor.be", values) == fingerprint("jan@kantoor.be", turned)

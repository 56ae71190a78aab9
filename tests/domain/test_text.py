"""Text from outside does no harm where it goes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsync_cli.domain.text import neutral_cell, one_line, sendable, shortlist

ANYTHING = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Bakkerij Óscar 🥐", "Bakkerij Óscar 🥐"),
        ("Hallo\r\nBcc: jan@kantoor.be", "Hallo Bcc: jan@kantoor.be"),
        ("\x1b[31mrood\x1b[0m", "[31mrood [0m"),
        ("een\u2028twee\x85drie\tvier", "een twee drie vier"),
        ("factuur\u202efdp.exe", "factuurfdp.exe"),
        ("\u2067ab\u2069c\u061cd\u200f", "abcd"),
        ("half \ud83e", "half \ufffd"),
        ("  rand \n", "rand"),
    ],
)
def test_one_line_keeps_what_is_readable(text: str, line: str) -> None:
    assert one_line(text) == line


def test_what_was_cut_says_so() -> None:
    assert one_line("abcdefghij", limit=10) == "abcdefghij"
    assert one_line("abcdefghijk", limit=10) == "abcdefg..."
    assert len(one_line("x" * 10_000_000, limit=80)) == 80


@given(ANYTHING, st.integers(4, 60))
def test_one_line_is_one_short_line_that_can_be_written(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert len(line.splitlines()) <= 1
    assert line.encode().decode() == line
    assert line == one_line(line, limit)


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("  Peeters\u00a0", "Peeters"),
        ("Re\u0301ne\u0301", "Réné"),
        ("Jan\x00\x00", "Jan"),
        ("regel 1\r\nregel 2", "regel 1\r\nregel 2"),
        ("half \ud83e!", "half \ufffd!"),
    ],
)
def test_sendable_is_what_was_typed(text: str, sent: str) -> None:
    assert sendable(text) == sent


@given(ANYTHING)
def test_sendable_can_be_sent_and_stays_so(text: str) -> None:
    assert sendable(text).encode().decode() == sendable(sendable(text))


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+32 475 12 34 56", "'+32 475 12 34 56"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1+1", "'=1+1"),
        ("\rabc", "'abc"),
        (" =1+1", "'=1+1"),
        ("\u200b=1+1", "'=1+1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("Peeters & Zonen = familie", "Peeters & Zonen = familie"),
        ("jan@kantoor.be", "jan@kantoor.be"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula(text: str, cell: str) -> None:
    assert neutral_cell(text) == cell


@given(ANYTHING)
def test_no_cell_begins_as_a_formula_does(text: str) -> None:
    assert not neutral_cell(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_a_line_is_two_hundred_characters_at_most_and_a_cell_as_long_as_a_spreadsheet_takes() -> None:
    assert one_line("x" * 201) == "x" * 197 + "..."
    assert one_line("x" * 200) == "x" * 200
    assert neutral_cell("x" * 1_000) == "x" * 1_000
    assert len(neutral_cell("x" * 40_000)) == 32_000


def test_no_space_is_left_before_the_dots() -> None:
    assert one_line("abcdef ghijkl", 10) == "abcdef..."


@given(st.text(st.characters(max_codepoint=0x7F)))
def test_plain_text_is_made_sendable_as_any_other(text: str) -> None:
    assert sendable(text) == sendable(f"é{text}é")[1:-1].strip()


def test_the_names_most_like_the_wanted_one_are_offered_first() -> None:
    assert shortlist("omzt", ["Sector", "Omzet", "Boekhouding"]) == "Omzet, Sector, Boekhouding"
    assert shortlist("OMZET", ["Sector", "omzet"]) == "omzet, Sector"
    assert shortlist("omzet", []) == ""


def test_of_many_names_ten_are_offered() -> None:
    names = [f"veld {letter}" for letter in "abcdefghijklmno"]
    offered = shortlist("veld a", names)
    assert offered.startswith("veld a, ")
    assert (offered.count(", "), offered.endswith(" and 5 more")) == (9, True)
    assert shortlist("veld c", names, most=1) == "veld c and 14 more"

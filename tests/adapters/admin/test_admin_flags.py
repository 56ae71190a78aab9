"""Flags in every form that Admin has."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsync_cli.adapters.admin.flags import is_ticked, learn, opposite, parse

YES = [1, -1, True, 1.0, Decimal(1), Decimal("-1.00"), "1", "-1", "J", "j", "Y", "true", "TRUE", " J  ", "y\t"]
NO = [0, False, 0.0, Decimal(0), "0", "N", "n", "false", "False", "  N"]
NEITHER = [None, 2, -2, 0.5, Decimal("0.5"), "", "  ", "X", "O", "JN", "ja?", b"1", "11", "²"]

pad = st.text(" \t", max_size=4)
flags = st.sampled_from([*YES, *NO])


@pytest.mark.parametrize("raw", YES)
def test_yes(raw: object) -> None:
    assert parse(raw) is True
    assert is_ticked(raw) is True


@pytest.mark.parametrize("raw", NO)
def test_no(raw: object) -> None:
    assert parse(raw) is False
    assert is_ticked(raw) is False


@pytest.mark.parametrize("raw", NEITHER)
def test_neither(raw: object) -> None:
    assert parse(raw) is None


@pytest.mark.parametrize("raw", [None, "", "   "])
def test_an_empty_newsletter_flag_is_no(raw: object) -> None:
    assert is_ticked(raw) is False


@pytest.mark.parametrize(
    ("raw", "other"),
    [
        (True, False),
        (1, 0),
        (-1, 0),
        (0, 1),
        ("J", "N"),
        ("j", "n"),
        ("Y", "N"),
        ("-1", "0"),
        ("True", "False"),
        ("TRUE", "FALSE"),
    ],
)
def test_the_opposite_keeps_the_form(raw: object, other: object) -> None:
    assert (opposite(raw), type(opposite(raw))) == (other, type(other))


@given(flags, pad, pad)
def test_the_opposite_says_the_opposite_also_of_padded_text(raw: object, before: str, behind: str) -> None:
    padded = f"{before}{raw}{behind}" if isinstance(raw, str) else raw
    assert parse(opposite(padded)) is (not parse(padded))


@given(st.one_of(st.text(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.binary(), st.none()))
def test_anything_can_be_read(raw: object) -> None:
    assert parse(raw) in (True, False, None)


@given(st.lists(flags | st.sampled_from(NEITHER)), st.booleans())
def test_a_learnt_form_says_yes_and_no(raws: list[object], textual: bool) -> None:
    form = learn(raws, textual=textual)
    assert (parse(form.of(wanted=True)), parse(form.of(wanted=False))) == (True, False)


@pytest.mark.parametrize(
    ("raws", "textual", "yes", "no"),
    [
        (["N", "J"], True, "J", "N"),
        (["Y "], True, "Y", "N"),
        (["false"], True, "true", "false"),
        ([0, -1, 1], False, -1, 0),
        ([None, "X"], True, "J", "N"),
        ([], False, 1, 0),
    ],
)
def test_the_form_is_learnt_from_what_the_column_holds(raws: list[object], textual: bool, yes: object, no: object) -> None:
    form = learn(raws, textual=textual)
    assert (form.yes, form.no) == (yes, no)

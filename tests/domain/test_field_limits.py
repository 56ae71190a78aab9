"""Values at the edges: very large numbers, very long words, texts that only look like numbers."""

import pytest

from flexsync_cli.domain.fields import cut, same_loosely, wire_value
from flexsync_cli.domain.model import FieldType, Value


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (2**60 + 1, 2**60 + 1),
        (1e300, 1e300),
        (2.0**53 - 1, 2**53 - 1),
        (12.5, 12.5),
    ],
)
def test_a_number_is_sent_as_it_is(value: float, sent: float) -> None:
    number = wire_value(value, FieldType.NUMERIC)
    assert (number, type(number)) == (sent, type(sent))


@pytest.mark.parametrize("value", [2.0**53, 2.0**53 + 2, -(2.0**60)])
def test_a_number_that_stands_for_several_whole_ones_is_none_of_them(value: float) -> None:
    assert isinstance(wire_value(value, FieldType.NUMERIC), float)


@pytest.mark.parametrize(("one", "other"), [("a;b", "b;a"), ("v1.10", "v1.1"), ("1.0.", "1"), ("a b", "ab")])
def test_texts_that_differ_are_not_the_same(one: Value, other: Value) -> None:
    assert not same_loosely(one, other)


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("abcdefghi j k", "abcdefghi"),
        ("abcdefghij k", "abcdefghij"),
        ("abcdefghijk", "abcdefghij"),
        ("a" + "\u0316" * 60, "a"),
        ("ab" + "\u0316" * 60, "a"),
    ],
)
def test_words_are_kept_whole_and_letters_with_their_accents(text: str, short: str) -> None:
    assert cut(text, 10) == (short, True)

"""Values between the driver and us."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, types

from flexsync_cli.adapters.admin.values import fitted, from_id, from_value, reader, to_id, to_text, to_value
from flexsync_cli.domain.model import Value


def column(kind: types.TypeEngine[Any], *, nullable: bool = True) -> Column[Any]:
    return Column("C", types.NullType(), nullable=nullable, info={"type": kind})


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (None, None),
        ("", None),
        ("   ", None),
        ("  é 💡 ", "é 💡"),
        (True, 1),
        (False, 0),
        (Decimal("12.00"), 12),
        (Decimal("12.50"), 12.5),
        (1.5, 1.5),
        (float("nan"), None),
        (date(2024, 2, 29), "2024-02-29"),
        (datetime(2024, 2, 29, 23, 59), "2024-02-29"),  # noqa: DTZ001 - drivers give naive ones
        (b"\x00", None),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    ],
)
def test_a_value_of_a_field(raw: object, value: Value) -> None:
    found = to_value(raw)
    assert (found, type(found)) == (value, type(value))


def test_sqlite_keeps_days_as_text() -> None:
    assert reader(types.DateTime())("2024-02-29 10:00:00.000000") == "2024-02-29"
    assert reader(types.Date())("29/02/2024") == "29/02/2024"


@pytest.mark.parametrize(
    ("raw", "text"), [(3, "3"), (Decimal("3.00"), "3"), (3.0, "3"), (None, ""), (" N  ", "N"), (2.5, "2.5")]
)
def test_text_of_numbers_and_padded_text(raw: object, text: str) -> None:
    assert to_text(raw) == text


@pytest.mark.parametrize(
    ("raw", "relation_id"), [(12, "12"), (Decimal(12), "12"), ("A1   ", "A1"), ("007", "007"), ("  7", "  7")]
)
def test_ids_as_text(raw: object, relation_id: str) -> None:
    assert to_id(raw) == relation_id


@pytest.mark.parametrize(
    ("relation_id", "kind", "raw"),
    [
        ("12", types.Integer(), 12),
        ("123456789012345678", types.Numeric(18, 0), 123456789012345678),
        ("x", types.Integer(), None),
        ("007", types.String(5), "007"),
        ("x", types.Uuid(), None),
    ],
)
def test_ids_as_their_column_has_them(relation_id: str, kind: types.TypeEngine[Any], raw: object) -> None:
    assert from_id(relation_id, column(kind)) == raw


@pytest.mark.parametrize(
    ("value", "kind", "raw"),
    [
        ("12", types.Integer(), 12),
        (1, types.Boolean(), 1),
        ("2.5", types.Numeric(), 2.5),
        (12, types.String(10), "12"),
        ("2024-02-29", types.Date(), date(2024, 2, 29)),
        (("a", "b"), types.String(10), "a, b"),
        (None, types.String(10), None),
        ("", types.Integer(), None),
    ],
)
def test_values_as_their_column_takes_them(value: Value, kind: types.TypeEngine[Any], raw: object) -> None:
    assert from_value(value, column(kind)) == raw


def test_nothing_in_a_text_column_that_wants_something() -> None:
    assert from_value(None, column(types.String(10), nullable=False)) == ""


def test_a_value_that_does_not_fit_is_refused_without_being_named() -> None:
    with pytest.raises(ValueError, match="column C can't take such a value") as refused:
        from_value("geheim", column(types.Integer()))
    assert "geheim" not in str(refused.value)


@given(st.text(), st.integers(1, 30))
def test_a_fitted_text_fits_in_utf_16_units(text: str, length: int) -> None:
    cut = fitted(text.encode("utf-16-le", "ignore").decode("utf-16-le"), column(types.String(length)))
    assert len(cut.encode("utf-16-le")) <= 2 * length


def test_an_emoji_is_not_cut_in_half() -> None:
    assert fitted("ab💡", column(types.String(3))) == "ab"
    assert fitted("ab💡", column(types.String(4))) == "ab💡"
    assert fitted("ab💡", column(types.Text())) == "ab💡"


@pytest.mark.parametrize("value", [10**30, "9" * 30, -(2**63) - 1, 2**63])
def test_a_number_that_no_driver_takes_is_none_that_the_column_can_take(value: Value) -> None:
    with pytest.raises(ValueError, match="column C can't take"):
        from_value(value, column(types.Integer()))
    assert from_id(str(value), column(types.Integer())) is None
    stored = from_value(value, column(types.Numeric()))
    assert isinstance(stored, float)


def test_a_number_without_end_is_none_that_the_column_can_take() -> None:
    with pytest.raises(ValueError, match="column C can't take"):
        from_value("9" * 400, column(types.Numeric()))

"""Between the driver's values and ours."""

import math
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, cast, literal, types

from flexsync_cli.domain.model import RelationId, Value

# Drivers take no whole number beyond these, and a float is exact as far as those.
_WHOLE = range(-(2**63), 2**63)
_EXACT = range(-(2**53), 2**53 + 1)
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?=$|[ T])")


def real_type(column: Column[Any]) -> types.TypeEngine[Any]:
    """The column's type in the database; statements see some columns without one, so that nothing lies between."""
    found = column.info["type"]
    assert isinstance(found, types.TypeEngine)  # noqa: S101 - set by reflect.py for every column
    return found


def reader(kind: types.TypeEngine[Any]) -> Callable[[object], Value]:
    """What makes a field's value of what a column of this type holds."""
    return _to_day if isinstance(kind, types.Date | types.DateTime) else to_value


def to_value(raw: object) -> Value:
    """A value of a field: trimmed, empty as None, days as YYYY-MM-DD, yes and no as 1 and 0; bytes are no value."""
    if isinstance(raw, str):  # what is frequent first: there can be 100,000 rows
        return raw.strip() or None
    match raw:
        case int():
            return int(raw)
        case None | bytes() | bytearray() | memoryview():
            return None
        case float() | Decimal():
            return _number(raw)
        case datetime():
            return raw.date().isoformat()
        case date():
            return raw.isoformat()
        case _:
            return str(raw).strip() or None


def to_text(raw: object) -> str:
    """A value where text is wanted: a name, a language, a CRM type."""
    if isinstance(raw, str):
        return raw.strip()
    if raw is None:
        return ""
    if isinstance(raw, int):
        return str(int(raw))
    value = to_value(raw)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def to_id(raw: object) -> RelationId:
    """A relation's id. Blanks before it are kept: they are part of a key; those behind it are padding."""
    return raw.rstrip() if isinstance(raw, str) else to_text(raw)


def from_id(relation_id: RelationId, column: Column[Any]) -> object | None:
    """The id as its column holds it; None where no row can have it."""
    try:
        match real_type(column):
            case types.Integer() | types.Numeric():
                return _whole(relation_id)
            case types.Uuid():
                return str(UUID(relation_id))
            case _:
                return relation_id
    except ValueError:
        return relation_id if column.info.get("loose") else None


def as_key(column: Column[Any]) -> ColumnElement[Any]:
    """A key to be compared with another as SQL Server does, blanks at the end not counting; SQLite would count them."""
    padded = column.info.get("loose") and isinstance(real_type(column), types.String)
    return column.collate("RTRIM") if padded else column


def as_id(column: Column[Any]) -> ColumnElement[Any]:
    """A key to be compared with `from_id`: where SQLite knows no type, numbers would be no texts."""
    untyped = column.info.get("loose") and isinstance(real_type(column), types.NullType)
    return cast(column, types.Text).collate("RTRIM") if untyped else as_key(column)


def from_value(value: Value, column: Column[Any]) -> object | None:
    """A value as its column takes it; raises ValueError, without the value, where it can't."""
    if value is None or value == "":
        return None if column.nullable or not isinstance(real_type(column), types.String) else ""
    try:
        return _converted(value, real_type(column))
    except ValueError:
        raise ValueError(f"column {column.name} can't take such a value") from None


def bound(value: object) -> object:
    """A value to write. Days and times bring their type along, since the columns have none for statements: SQLite needs it."""
    return literal(value) if isinstance(value, date) else value


def fitted(text: str, column: Column[Any]) -> str:
    """As much of a text as the column holds. SQL Server counts UTF-16 units: an emoji is two."""
    kind = real_type(column)
    length = kind.length if isinstance(kind, types.String) else None
    return text.encode("utf-16-le")[: 2 * length].decode("utf-16-le", "ignore").rstrip() if length else text


def _to_day(raw: object) -> Value:
    # SQLite has no dates: its date columns hold text.
    value = to_value(raw)
    day = _ISO_DAY.match(value) if isinstance(value, str) else None
    return day.group() if day else value


def _number(raw: float | Decimal) -> Value:
    if isinstance(raw, float):
        return raw if math.isfinite(raw) else None
    return int(raw) if raw == raw.to_integral_value() else float(raw)


def _converted(value: str | float | tuple[str, ...], kind: types.TypeEngine[Any]) -> object:
    text = ", ".join(value) if isinstance(value, tuple) else str(value)
    match kind:
        case types.Boolean() | types.Integer():
            return _whole(text)
        case types.Numeric():
            return _number_of(text)
        case types.Date():
            return date.fromisoformat(text)
        case types.DateTime():
            return datetime.fromisoformat(text)
        case _:
            return text


def _whole(text: str) -> int:
    number = int(text)
    if number not in _WHOLE:
        raise ValueError
    return number


def _number_of(text: str) -> int | float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError
    return int(number) if number.is_integer() and int(number) in _EXACT else number

"""How the state's values lie in SQLite: moments and structures as text, which a person with any SQLite tool can read.

Each type gives SQLAlchemy one plain function a direction, and what is empty costs no JSON: there can be 100,000 links.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import Dialect
from sqlalchemy.types import UserDefinedType

from flexsync_cli.domain.model import NO_VALUES, Values
from flexsync_cli.domain.plan import Guarded, Refusal, RefusalKind

T = TypeVar("T")


class _Stored(UserDefinedType[T], Generic[T]):
    """Text in the file; what `write` and `read` make of it in Python. For columns that are never NULL."""

    cache_ok = True

    def __init__(self, write: Callable[[T], str], read: Callable[[str], T]) -> None:
        self.write = write
        self.read = read

    def get_col_spec(self, **_kw: object) -> str:
        """The column's type in SQLite."""
        return "TEXT"

    def bind_processor(self, _dialect: Dialect) -> Callable[[Any], str | None]:
        """Python to SQLite."""
        return self.write

    def result_processor(self, _dialect: Dialect, _coltype: object) -> Callable[[Any], T | None]:
        """SQLite to Python; raises one of `faults.UNREADABLE` for a text that `write` can't have made."""
        return self.read


class _Nullable(_Stored[T]):
    """The same, and None is NULL both ways."""

    cache_ok = True

    def bind_processor(self, _dialect: Dialect) -> Callable[[Any], str | None]:
        """Python to SQLite."""
        write = self.write
        return lambda value: None if value is None else write(value)

    def result_processor(self, _dialect: Dialect, _coltype: object) -> Callable[[Any], T | None]:
        """SQLite to Python."""
        read = self.read
        return lambda value: None if value is None else read(value)


def _plain(value: object) -> dict[str, object]:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


# ASCII, so that half a surrogate pair from outside is no obstacle.
_encode = json.JSONEncoder(separators=(",", ":"), default=_plain).encode
_decode_from = json.JSONDecoder().raw_decode
# For what there is 100,000 of. It takes no half pairs: whatever it refuses is read by the decoder of `json`.
_decode_values = msgspec.json.Decoder(dict[str, str | int | float | tuple[str, ...] | None]).decode
_decode_names = msgspec.json.Decoder(frozenset[str]).decode
# One for all: Python makes each empty set anew, and 100,000 links have three.
_NO_NAMES: frozenset[str] = frozenset()


def _decode(text: str) -> Any:
    # What json.loads does, without its two searches for white space around a text that has none.
    value, end = _decode_from(text)
    if end != len(text):
        raise ValueError("more than one JSON value")
    return value


def _write_moment(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError("a time without a zone could mean any of several moments")
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _write_values(value: Values) -> str:
    return _encode(dict(value)) if value else "{}"


def _read_values(text: str) -> Values:
    if text == "{}":
        return NO_VALUES
    try:
        return _decode_values(text)
    except (msgspec.MsgspecError, UnicodeError):
        return {name: tuple(item) if type(item) is list else item for name, item in _decode(text).items()}


def _write_names(value: frozenset[str]) -> str:
    return _encode(sorted(value)) if value else "[]"


def _read_names(text: str) -> frozenset[str]:
    if text == "[]":
        return _NO_NAMES
    try:
        return _decode_names(text)
    except (msgspec.MsgspecError, UnicodeError):
        return frozenset(_decode(text))


def _write_foreign(value: str) -> str:
    return value.encode("utf-8", "replace").decode("utf-8")


def _write_refusal(value: Refusal) -> str:
    items = [(item.change, item.relation_id, item.contact_id) for item in value.items]
    return _encode({"step": value.step, "kind": value.kind, "people": value.people, "of": value.of, "items": items})


def _read_refusal(text: str) -> Refusal:
    held = _decode(text)
    items = tuple(Guarded(*item) for item in held["items"])
    return Refusal(held["step"], RefusalKind(held["kind"]), held["people"], held["of"], items)


def choice(kind: type[StrEnum]) -> _Stored[Any]:
    """One member of an enum, by its value; any other text raises LookupError."""
    return _Stored(str, {member.value: member for member in kind}.__getitem__)


# An aware time, as ISO text in UTC of one length, so that the order of the texts is that of the times.
MOMENT = _Nullable(_write_moment, datetime.fromisoformat)
# Anything JSON holds; tuples come back as lists.
JSON = _Nullable[Any](_encode, _decode)
# A relation's values; tuples stay tuples.
VALUES = _Stored(_write_values, _read_values)
# A set of texts, sorted, so that equal sets are equal in the file too.
NAMES = _Stored(_write_names, _read_names)
# Another system's words, which may hold half a surrogate pair: SQLite can't, so that becomes a "?".
FOREIGN_TEXT = _Stored(_write_foreign, str)
# What a plan holds back; each item a list of three.
REFUSAL = _Stored(_write_refusal, _read_refusal)

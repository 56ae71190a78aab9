"""Values: from Admin's form to Flexmail's, and whether two are the same."""

import hashlib
import json
import math
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache

from flexsync_cli.domain.model import FIELD, AddressKey, Contact, CustomField, FieldType, Value, Values
from flexsync_cli.domain.text import sendable

_CHOICES = re.compile(r"[;|\r\n]")
# At most thirty digits: no number of an office is longer, and Python refuses to read some thousands.
_PLAIN = re.compile(r"[+-]?[0-9]{1,30}(?:[.,][0-9]{1,30})?")
_DOTS_FOR_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3}){1,9}(?:,[0-9]{1,30})?")
_COMMAS_FOR_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3}){1,9}(?:\.[0-9]{1,30})?")
_SPACE_FOR_THOUSANDS = re.compile(r"(?<=[0-9])\s(?=[0-9]{3}(?![0-9]))")
_TIME = r"(?:[ T][0-9:.,+\-Z ]{1,30})?"
_YEAR_FIRST = re.compile(rf"([0-9]{{4}})-([0-9]{{1,2}})-([0-9]{{1,2}}){_TIME}")
_DAY_FIRST = re.compile(rf"([0-9]{{1,2}})([/.-])([0-9]{{1,2}})\2([0-9]{{4}}){_TIME}")
_MIDNIGHT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]00:00(?::00(?:\.0+)?)?(?:Z|\+00:00)?")
# A number as a program writes it. "0475" is none: leading zeros belong to codes and telephone numbers.
_WRITTEN_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_LAST_WORD = re.compile(r"\s+\S*\Z")


class UnfitValueError(ValueError):
    """A value that its custom field can't hold; the text says what it should be, never what it is."""


def wire_value(value: Value, field_type: FieldType | None) -> Value:
    """The value as Flexmail takes it for a field of this type (an unknown one as text); None where there is nothing.

    Raises UnfitValueError for what is no number, or no date.
    """
    if _is_empty(value):
        return None
    return _CONVERSIONS.get(field_type, _text)(value)


def conversion(field_type: FieldType | None) -> Callable[[Value], Value]:
    """`wire_value` for one field of all relations, which have few values in it between them."""
    return lru_cache(maxsize=10_000, typed=True)(lambda value: wire_value(value, field_type))


def _is_empty(value: Value) -> bool:
    """No value, no text, no choice, or a float that is no number."""
    match value:
        case None:
            return True
        case str():
            return not sendable(value)
        case tuple():
            return not any(sendable(choice) for choice in value)
        case _:
            return isinstance(value, float) and not math.isfinite(value)


def _text(value: Value) -> str:
    match value:
        case None:
            return ""
        case str():
            text = sendable(value)
            midnight = _MIDNIGHT.fullmatch(text)
            return midnight[1] if midnight else text
        case tuple():
            return "; ".join(_choices(value))
        case _:
            return _number_text(value)


def _number_text(number: float) -> str:
    """Without an exponent and without idle zeros."""
    if isinstance(number, int):
        return str(int(number))
    return _without_idle_zeros(format(Decimal(repr(number)), "f"))


def _without_idle_zeros(text: str) -> str:
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _numeric(value: Value) -> float:
    match value:
        case int() | float():
            number = value
        case _:
            number = float(_decimal_text(_text(value)))
    # 2**53: beyond it a float no longer stands for one whole number.
    return int(number) if isinstance(number, int) or (number.is_integer() and abs(number) < 2**53) else number


def _decimal_text(text: str) -> str:
    """As Python reads it. A single dot or comma is the decimal mark: "1.234" is a little more than one."""
    text = _SPACE_FOR_THOUSANDS.sub("", text)
    if _PLAIN.fullmatch(text):
        return text.replace(",", ".")
    if _DOTS_FOR_THOUSANDS.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    if _COMMAS_FOR_THOUSANDS.fullmatch(text):
        return text.replace(",", "")
    raise UnfitValueError("not a number")


def _date(value: Value) -> str:
    text = _text(value)
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = match.groups()
    elif match := _DAY_FIRST.fullmatch(text):
        day, _, month, year = match.groups()
    else:
        raise UnfitValueError("not a date")
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        raise UnfitValueError("not a date") from None


def _choices(value: Value) -> tuple[str, ...]:
    """Each choice once, in the order given."""
    choices = value if isinstance(value, tuple) else _CHOICES.split(_text(value))
    return tuple(dict.fromkeys(text for choice in choices if (text := sendable(choice))))


_CONVERSIONS: Mapping[FieldType | None, Callable[[Value], Value]] = {
    FieldType.FREE_TEXT: _text,
    FieldType.NUMERIC: _numeric,
    FieldType.DATE: _date,
    FieldType.MULTIPLE_CHOICE: _choices,
}


def same_exactly(one: Value, other: Value) -> bool:
    """NFC, trimmed; the order of choices doesn't matter, and everything empty is the same."""
    return one == other or _exact(one) == _exact(other)


def _exact(value: Value) -> Value:
    """The one form of all values that are the same exactly."""
    if _is_empty(value):
        return None
    match value:
        case str():
            return sendable(value)
        case tuple():
            return tuple(sorted(_choices(value)))
        case float() if value.is_integer():
            return int(value)
        case _:
            return value


def same_loosely(one: Value, other: Value) -> bool:
    """Whatever the case, the spaces and the form ("42", 42 and 42.0; one choice and its text)."""
    return one == other or _loose(one) == _loose(other)


def _loose(value: Value) -> frozenset[str]:
    if _is_empty(value):
        return frozenset()
    texts = _choices(value) if isinstance(value, tuple) else (_text(value),)
    return frozenset(_loose_text(text) for text in texts)


def _loose_text(text: str) -> str:
    text = unicodedata.normalize("NFC", " ".join(text.split()).casefold())
    return _without_idle_zeros(text) if _WRITTEN_NUMBER.fullmatch(text) else text


def cut(text: str, limit: int) -> tuple[str, bool]:
    """The text as sent, at most `limit` characters, and whether words were cut off; a first word that is longer is split."""
    text = sendable(text)
    if len(text) <= limit:
        return text, False
    words = _LAST_WORD.sub("", text[: limit + 1])
    return (words if len(words) <= limit else _split(text, limit)), True


def _split(text: str, limit: int) -> str:
    """The first characters, never between a letter and its accent."""
    end = limit
    while end > 1 and unicodedata.combining(text[end]):
        end -= 1
    return text[:end]


def match_fields(wanted: Iterable[str], custom_fields: Iterable[CustomField]) -> tuple[dict[str, CustomField], tuple[str, ...]]:
    """Flexmail's field of each wanted name, exactly by placeholder, else by name; and the names that it lacks.

    A field is given once: two names for the same one would overwrite each other for ever.
    """
    names, known = list(dict.fromkeys(wanted)), list(custom_fields)
    by_placeholder = {field.placeholder: field for field in known}
    matched = {name: by_placeholder[name] for name in names if name in by_placeholder}
    by_name = {field.name: field for field in reversed(known) if field.placeholder not in matched}
    matched |= {name: by_name[name] for name in names if name in by_name and name not in matched}
    return {name: matched[name] for name in names if name in matched}, tuple(name for name in names if name not in matched)


class Languages:
    """Flexmail's language codes for Admin's values: mapped by `codes`, or the code itself.

    Of an account that doesn't tell its languages, those of `codes` are taken for granted.
    """

    def __init__(self, codes: Mapping[str, str], account_languages: Collection[str]) -> None:
        self._codes = {_loose_text(value): _loose_text(code) for value, code in codes.items()}
        self._account = {_loose_text(code): code for code in account_languages or codes.values()}
        self._found: dict[str, str | None] = {}

    def code_of(self, admin_value: str) -> str | None:
        """The code, if the account has it; None = unmapped."""
        if admin_value not in self._found:
            wanted = _loose_text(admin_value)
            self._found[admin_value] = self._account.get(self._codes.get(wanted, wanted))
        return self._found[admin_value]


def shown_values(contact: Contact, fields: Mapping[str, CustomField]) -> Values:
    """A listed contact as flat values; `fields` are the mapped ones by the configuration's names."""
    values: dict[str, Value] = {"name": contact.name, "first_name": contact.first_name, "language": contact.language}
    for name, field in fields.items():
        values[FIELD + name] = contact.custom_fields.get(field.placeholder)
    return values


def fingerprint(address: AddressKey, values: Values) -> str:
    """A stable SHA-256 of what would be sent: values that are the same exactly give the same."""
    canonical = {key: exact for key, value in values.items() if (exact := _exact(value)) is not None}
    return hashlib.sha256(json.dumps([address, canonical], sort_keys=True).encode()).hexdigest()

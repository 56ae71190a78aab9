"""Profile updates: a person's changes merged with the office's, field by field, against what both sides had last. Pure.

Changed on one side, that side wins; on both, Admin wins, and it is told. Empty never wins.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from flexsync_cli.domain.address import address_key, parse_field
from flexsync_cli.domain.compare import EMAIL, Shape, desired, is_empty
from flexsync_cli.domain.events import Event
from flexsync_cli.domain.fields import UnfitValueError, same_exactly, same_loosely, shown_values, wire_value
from flexsync_cli.domain.model import FIELD, Contact, CustomField, FieldType, Link, Relation, Value, Values

# In SOAP's text of several choices.
_SEPARATORS = re.compile(r"[,;|\r\n]")


@dataclass(slots=True)
class Merge:
    """What becomes of one contact's values. `new` is to be written in Admin, where `expected` stands now; `agreed` both sides
    have already; `conflicts` and `unmapped` are names of values that stay as Admin has them."""

    expected: dict[str, Value] = field(default_factory=dict)
    new: dict[str, Value] = field(default_factory=dict)
    agreed: dict[str, Value] = field(default_factory=dict)
    conflicts: list[str] = field(default_factory=list)
    unmapped: list[str] = field(default_factory=list)


def told(event: Event, shape: Shape) -> dict[str, Value]:
    """The values that an event tells, as a contact would show them; what it lacks, or is unfit, is left out."""
    values: dict[str, Value] = {**event.values, EMAIL: event.address}
    for name, custom_field in _merged_fields(shape):
        value = _typed(event.custom.get(custom_field.placeholder), custom_field.type)
        if not is_empty(value):
            values[FIELD + name] = value
    return values


def _typed(value: Value, field_type: FieldType | None) -> Value:
    if field_type is FieldType.MULTIPLE_CHOICE and isinstance(value, str):
        return tuple(text for part in _SEPARATORS.split(value) if (text := part.strip()))
    try:
        return wire_value(value, field_type)
    except UnfitValueError:
        return None


def shown(contact: Contact, shape: Shape) -> dict[str, Value]:
    """The values that a contact has, its address among them."""
    values = shown_values(contact, dict(_merged_fields(shape)))
    return {**values, EMAIL: address_key(contact.email)}


def _merged_fields(shape: Shape) -> Iterable[tuple[str, CustomField]]:
    """Interests that go as a custom field are the office's alone."""
    return ((name, each) for name, each in shape.custom_fields.items() if name != shape.interests_field)


def merge(link: Link, relation: Relation, there: Values, shape: Shape, used_languages: Collection[str] = ()) -> Merge:
    """Compare what Flexmail has with what both sides had last (the link's values) and with what Admin has.

    `used_languages` are the values of Admin's language column.
    """
    here, _ = desired(relation, shape)
    here[EMAIL] = address_key(relation.email)
    result = Merge()
    for key, value in there.items():
        last = link.values.get(key, link.address if key == EMAIL else None)
        if is_empty(value) or same_loosely(value, last) or _is_tolerated(key, value, link):
            continue
        if same_loosely(here.get(key), value):
            result.agreed[key] = here[key]
        elif not is_empty(here.get(key)) and not same_exactly(here.get(key), last):
            result.conflicts.append(key)
        else:
            _take(key, value, relation, shape, used_languages, result)
    return result


def _is_tolerated(key: str, value: Value, link: Link) -> bool:
    """Whether Flexmail showed this beside what both sides had last: nobody changed it."""
    return key in link.shown and same_loosely(value, link.shown[key])


def _take(key: str, value: Value, relation: Relation, shape: Shape, used_languages: Collection[str], result: Merge) -> None:
    """The person's value, in Admin's form."""
    if key == EMAIL and parse_field(relation.email).several:
        return
    if key == "language":
        value = admin_language(str(value), shape.language_codes, used_languages)
    if is_empty(value):
        result.unmapped.append(key)
        return
    result.new[key] = value
    result.expected[key] = stored(relation, key)


def stored(relation: Relation, key: str) -> Value:
    """A value as Admin has it now."""
    if key.startswith(FIELD):
        return relation.fields.get(key.removeprefix(FIELD))
    own = {"name": relation.name, "first_name": relation.first_name, "email": relation.email, "language": relation.language}
    return own[key]


def confirmed(relation: Relation, keys: Iterable[str], shape: Shape) -> dict[str, Value]:
    """What a relation has, of these values, in the form in which the push compares it."""
    here, _ = desired(relation, shape)
    here[EMAIL] = address_key(relation.email)
    return {key: here[key] for key in keys if not is_empty(here.get(key))}


def admin_language(code: str, codes: Mapping[str, str], used: Iterable[str]) -> str:
    """Admin's value for Flexmail's code: the first that is mapped to it, else the code where Admin knows it; "" if neither."""
    wanted = code.strip().casefold()
    mapped = next((value for value, known in codes.items() if known.strip().casefold() == wanted), None)
    if mapped is not None:
        return mapped
    return next((value for value in used if value.strip().casefold() == wanted), "" if codes else code)

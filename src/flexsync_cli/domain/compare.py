"""What a contact should show, and how that differs from what it has.

Against what we last sent, values are compared exactly; against what a listing shows, loosely: Flexmail may render them in
its own way.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from flexsync_cli.domain.fields import (
    Languages,
    UnfitValueError,
    conversion,
    cut,
    same_exactly,
    same_loosely,
    shown_values,
)
from flexsync_cli.domain.model import FIELD, AddressKey, Contact, CustomField, Relation, RelationId, Value, Values
from flexsync_cli.domain.plan import Adopt, Note, Update

NAME_LENGTH = 50
EMAIL = "email"


@dataclass(frozen=True)
class Shape:
    """How relations become contacts: mapped custom fields that Flexmail has, languages, and the rules for empty and edited
    values. `repair` puts back what was edited in Flexmail (off with opt-in: there the person's change is merged)."""

    custom_fields: Mapping[str, CustomField] = field(default_factory=dict)
    language_codes: Mapping[str, str] = field(default_factory=dict)
    account_languages: tuple[str, ...] = ()
    default_language: str = "nl"
    blank: bool = False
    repair: bool = True
    interests_field: str = ""

    @cached_property
    def languages(self) -> Languages:
        """Flexmail's code for each of Admin's languages."""
        return Languages(self.language_codes, self.account_languages)

    @cached_property
    def conversions(self) -> list[tuple[str, str, Callable[[Value], Value]]]:
        """Of each custom field its name, its key among a contact's values, and what makes Flexmail's value of Admin's."""
        return [(name, FIELD + name, conversion(field.type)) for name, field in self.custom_fields.items()]

    @cached_property
    def placeholders(self) -> tuple[str, ...]:
        """What Flexmail shows each custom field under."""
        return tuple(field.placeholder for field in self.custom_fields.values())

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The keys of a contact's values: the names, the language, and the custom fields in the order of `placeholders`."""
        return ("name", "first_name", "language", *(FIELD + name for name in self.custom_fields))


def desired(relation: Relation, shape: Shape) -> tuple[dict[str, Value], list[Note]]:
    """The values this relation should have in Flexmail, and what had to be left out or cut."""
    notes: list[Note] = []
    values: dict[str, Value] = {
        "name": _cut(relation, "name", relation.name, notes),
        "first_name": _cut(relation, "first_name", relation.first_name, notes),
    }
    language = shape.languages.code_of(relation.language)
    if language is not None:
        values["language"] = language
    elif relation.language:
        notes.append(Note(relation.id, "language_unmapped"))
    for name, key, convert in shape.conversions:
        value: Value = relation.fields.get(name)
        if name == shape.interests_field:
            value = tuple(sorted(relation.interests))
        try:
            values[key] = convert(value)
        except UnfitValueError:
            notes.append(Note(relation.id, "unfit_value", (("field", name),)))
    return values, notes


def _cut(relation: Relation, name: str, text: str, notes: list[Note]) -> str:
    short, was_cut = cut(text, NAME_LENGTH)
    if was_cut:
        notes.append(Note(relation.id, "cut", (("field", name),)))
    return short


def alike(relation: Relation, contact: Contact | None, values: Values, shape: Shape) -> bool:
    """Whether Admin has, and a listed contact shows, just what was sent, as nearly always: that spares a closer look.

    What was sent needs no cutting or converting again, so that there is nothing to note either.
    """
    sent = tuple(map(values.get, shape.keys))
    language = shape.languages.code_of(relation.language)
    here = (relation.name, relation.first_name, language, *map(relation.fields.get, shape.custom_fields))
    if here != sent or language is None or shape.interests_field:
        return False
    if contact is None:
        return True
    there = (contact.name, contact.first_name, contact.language, *map(contact.custom_fields.get, shape.placeholders))
    # More than these: of a field that is mapped no more.
    return there == sent and len(values) - (EMAIL in values) <= len(sent)


def is_empty(value: Value) -> bool:
    """Whether there is nothing in it: no value, no text, no choices."""
    return value is None or value in ("", ())


def differences(wanted: Values, base: Values, *, blank: bool) -> dict[str, Value]:
    """What to send so that `base` becomes `wanted`. Empty is not a value, unless `blank`."""
    changed: dict[str, Value] = {}
    for key, value in wanted.items():
        before = base.get(key)
        if is_empty(value):
            if blank and not is_empty(before):
                changed[key] = None
        elif not same_exactly(value, before):
            changed[key] = value
    return changed


def agreed(wanted: Values, shown: Values) -> dict[str, Value]:
    """What a contact that was found has, in our spelling where it is the same."""
    return {
        key: wanted[key] if key in wanted and same_loosely(wanted[key], value) else value
        for key, value in shown.items()
        if key in wanted or not key.startswith(FIELD)
    }


def edited_there(values: Values, shown: Values, tolerated: Values) -> dict[str, Value]:
    """What a listing shows otherwise than we last sent it, but for what stayed so although it was sent again."""
    return {
        key: shown.get(key)
        for key, sent in values.items()
        if key != EMAIL
        and not same_loosely(sent, shown.get(key))
        and not (key in tolerated and same_loosely(tolerated[key], shown.get(key)))
    }


def whole(wanted: Values) -> dict[str, Value]:
    """Every value, empty ones too, as a contact that changes its relation or its address must get them."""
    return {key: ("" if value is None and not key.startswith(FIELD) else value) for key, value in wanted.items()}


def fresh(wanted: Values, shape: Shape) -> dict[str, Value]:
    """What a new contact is created with: empty values are left out, the language is always there."""
    return {key: value for key, value in {"language": shape.default_language, **wanted}.items() if not is_empty(value)}


def adoption(
    relation_id: RelationId, key: AddressKey, contact: Contact, wanted: Mapping[str, Value], shape: Shape
) -> Adopt | Update:
    """What a contact that was found needs to become this relation's: nothing, or the values that differ."""
    base = agreed(wanted, shown_values(contact, shape.custom_fields))
    changed = differences(wanted, base, blank=shape.blank)
    if changed:
        return Update(relation_id, contact.id, key, base, changed)
    return Adopt(relation_id, contact.id, key, base)

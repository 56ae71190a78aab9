"""Flat values as the body of a contact write."""

from collections.abc import Iterable, Mapping

from flexsync_cli.domain.compare import Shape, is_empty
from flexsync_cli.domain.model import FIELD, AddressKey, Contact, CustomField, Value, Values
from flexsync_cli.ports import ContactBody


def partial(values: Values, shape: Shape) -> ContactBody:
    """A PATCH: just what `values` mentions."""
    custom = _custom(values, shape)
    return ContactBody(
        first_name=_text(values, "first_name"),
        name=_text(values, "name"),
        language=_text(values, "language"),
        custom_fields=custom or None,
    )


def creation(address: AddressKey, values: Values, shape: Shape, source: int) -> ContactBody:
    """A POST."""
    body = partial(values, shape)
    return ContactBody(address, body.first_name, body.name, body.language, body.custom_fields, source)


def replacement(
    address: AddressKey, values: Values, current: Contact, shape: Shape, account_fields: Iterable[CustomField]
) -> ContactBody:
    """A PUT: everything, what Flexmail has where Admin has nothing, and every custom field of the account."""
    # What it does not mention a PUT empties, so what the office keeps in fields of its own goes along.
    custom: dict[str, Value] = {each.placeholder: None for each in account_fields} | dict(current.custom_fields)
    custom |= {name: value for name, value in _custom(values, shape).items() if shape.blank or not is_empty(value)}
    return ContactBody(
        email=address,
        first_name=_filled(values, "first_name", current.first_name, shape),
        name=_filled(values, "name", current.name, shape),
        language=str(values.get("language") or current.language or shape.default_language),
        custom_fields=custom or None,
    )


def _custom(values: Values, shape: Shape) -> Mapping[str, Value]:
    return {
        shape.custom_fields[key.removeprefix(FIELD)].placeholder: value
        for key, value in values.items()
        if key.startswith(FIELD) and key.removeprefix(FIELD) in shape.custom_fields
    }


def _text(values: Values, key: str) -> str | None:
    return None if key not in values else str(values[key] or "")


def _filled(values: Values, key: str, current: str, shape: Shape) -> str:
    text = _text(values, key)
    return current if text is None or (not text and not shape.blank) else text

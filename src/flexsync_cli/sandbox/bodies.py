"""What a contact's body may hold, and what a record of an import may."""

import re
from collections.abc import Mapping
from datetime import date

from flexsync_cli.sandbox.model import Contact, CustomField, FieldType, FieldValue
from flexsync_cli.sandbox.problems import Problem
from flexsync_cli.sandbox.store import Store

MAX_NAME = 50
MAX_EMAIL = 200
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>.]+(\.[^@\s,;<>.]+)+")


class Bodies:
    """Checks bodies against the account; raises Problem for the first thing that is wrong."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def refuse(self, detail: str) -> Problem:
        """A refusal for what the body holds."""
        return Problem(self._store.quirks.refusal_status, "Validation failed", detail)

    def require(self, body: Mapping[str, object], *members: str) -> None:
        """All of these must be there."""
        for member in members:
            if member not in body:
                raise self.refuse(f'The property "{member}" is required.')

    def forbid(self, body: Mapping[str, object], *members: str) -> None:
        """None of these may be there."""
        for member in members:
            if member in body:
                raise self.refuse(f'The property "{member}" is not allowed here.')

    def email(self, value: object) -> str:
        """An address in lower case."""
        if not isinstance(value, str) or len(value) > MAX_EMAIL or not _EMAIL.fullmatch(value):
            raise self.refuse('The property "email" is not a valid email address.')
        if value != value.lower():
            raise self.refuse('The property "email" must not hold upper case letters.')
        return value

    def source(self, value: object) -> int:
        """The id of a source of the account, as a JSON integer."""
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.refuse('The property "source" must be an integer.')
        if value not in self._store.sources:
            raise self.refuse(f"The source {value} does not exist.")
        return value

    def apply(self, body: Mapping[str, object], contact: Contact) -> None:
        """Write the names, language and custom fields that the body mentions. Nothing is written if one of them is wrong."""
        texts = {member: self._name(member, body[member]) for member in ("first_name", "name") if member in body}
        if "language" in body:
            texts["language"] = self._language(body["language"])
        fields = self.fields(body["custom_fields"]) if "custom_fields" in body else {}
        for member, text in texts.items():
            setattr(contact, member, text)
        for placeholder, value in fields.items():
            if value is None:
                contact.custom_fields.pop(placeholder, None)
            else:
                contact.custom_fields[placeholder] = value

    def check(self, body: Mapping[str, object]) -> None:
        """What `apply` would refuse is refused, and nothing is written."""
        now = self._store.clock.now()
        self.apply(body, Contact(id=0, email="", created_at=now, updated_at=now))

    def fields(self, value: object) -> dict[str, FieldValue | None]:
        """Custom fields by placeholder; None blanks one."""
        if not isinstance(value, dict):
            raise self.refuse('The property "custom_fields" must be an object.')
        return {placeholder: self._field(placeholder, held) for placeholder, held in value.items()}

    def _name(self, member: str, value: object) -> str:
        if not isinstance(value, str):
            raise self.refuse(f'The property "{member}" must be a string.')
        if len(value) > MAX_NAME:
            raise self.refuse(f'The property "{member}" must not be longer than {MAX_NAME} characters.')
        return value

    def _language(self, value: object) -> str:
        if not isinstance(value, str) or value not in self._store.account.languages:
            raise self.refuse(f'The language "{value}" is not one of the contact languages of this account.')
        return value

    def _field(self, placeholder: str, value: object) -> FieldValue | None:
        known = self._store.custom_fields.get(placeholder)
        if known is None:
            raise self.refuse(f'The custom field "{placeholder}" does not exist.')
        if value is None:
            return None
        checked = _typed(known, value)
        if checked is None:
            raise self.refuse(f'The value of custom field "{placeholder}" is not valid for its type {known.type}.')
        if isinstance(checked, list) and (unknown := [option for option in checked if option not in known.options]):
            raise self.refuse(f'The option "{unknown[0]}" of custom field "{placeholder}" does not exist.')
        return checked


def _typed(field: CustomField, value: object) -> FieldValue | None:
    """The value, if it is of the field's type."""
    match field.type, value:
        case FieldType.FREE_TEXT, str():
            return value
        case FieldType.NUMERIC, int() | float() if not isinstance(value, bool):
            return value
        case FieldType.DATE, str() if _is_date(value):
            return value
        case FieldType.MULTIPLE_CHOICE, list() if all(isinstance(option, str) for option in value):
            return value
    return None


def _is_date(text: str) -> bool:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True

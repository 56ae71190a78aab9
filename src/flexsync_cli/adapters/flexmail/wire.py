"""JSON of the REST interface to the domain's words and back; pure.

An answer without what it must have is FlexmailUnavailable; members that are not known are passed over, and PHP's empty array
stands for an empty object.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Generic, TypeAlias, TypeVar

import msgspec

from flexsync_cli.adapters.flexmail.answers import parsed
from flexsync_cli.domain.model import Contact, ContactId, CustomField, FieldType, Interest, Owner, Source, Value
from flexsync_cli.errors import FlexmailUnavailable
from flexsync_cli.ports import ContactBody, ImportState

Json: TypeAlias = Mapping[str, object]

MAX_DIGITS = 18  # of a contact's id: as many as every database takes
LAST_PART = re.compile(r"/([\w-]+)/?(?:[?#].*)?$")


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Items of a collection; `total` is None where the answer doesn't say."""

    items: tuple[T, ...]
    total: int | None


def page(content: bytes) -> Page[object]:
    """A collection, or one page of it; without items there is no `_embedded`."""
    found = parsed(content)
    if isinstance(found, list) and all(
        isinstance(item, dict) for item in found
    ):  # as the interface answered before it spoke HAL
        return Page(tuple(found), None)
    data = _object(found, "a list")
    embedded = data.get("_embedded") or {}
    items = _object(embedded, "a list").get("item") or []
    total = data.get("total")
    # HAL shows a single item without an array around it.
    return Page(tuple(items) if isinstance(items, list) else (items,), total if isinstance(total, int) else None)


class _Plain(msgspec.Struct):
    """A contact as all of them are shown, unless something odd is about one."""

    id: Annotated[int, msgspec.Meta(ge=0, lt=10**MAX_DIGITS)]
    email: Annotated[str, msgspec.Meta(min_length=1)]
    first_name: str | None = None
    name: str | None = None
    language: str | None = None
    custom_fields: dict[str, str | int | float | tuple[str, ...] | None] | tuple[()] | None = None
    status: str | None = None


class _PlainItems(msgspec.Struct):
    item: list[_Plain]


class _PlainPage(msgspec.Struct, rename={"embedded": "_embedded"}):
    embedded: _PlainItems
    total: int | None = None
    status: None = None  # of a problem's document it is a number


_plain_page = msgspec.json.Decoder(_PlainPage).decode


@lru_cache(maxsize=1)
def contacts(content: bytes) -> Page[Contact]:
    """A page of contacts: read at once where all are as expected, else one by one; ValueError where it is no JSON.

    As `parsed`, it is asked for the same answer twice. There can be 200 of them with 500 contacts each.
    """
    try:
        plain = _plain_page(content)
    except (msgspec.MsgspecError, UnicodeError):
        odd = page(content)
        return Page(tuple(map(contact, odd.items)), odd.total)
    found = (
        Contact(it.id, it.email, it.first_name or "", it.name or "", it.language or "", it.custom_fields or {})
        for it in plain.embedded.item
    )
    return Page(tuple(found), plain.total)


def contact(item: object) -> Contact:
    """One contact; what it lacks, but id and address, is empty."""
    data = _object(item, "a contact")
    return Contact(
        id=_number(data, "a contact"),
        email=_needed(data, "email", "a contact"),
        first_name=_text(data, "first_name"),
        name=_text(data, "name"),
        language=_text(data, "language"),
        custom_fields=_values(data.get("custom_fields")),
    )


def one_contact(content: bytes) -> Contact:
    """The contact that a whole answer is."""
    return contact(parsed(content))


def custom_field(item: object) -> CustomField:
    """One custom field; its name and its placeholder stand in for each other."""
    data = _object(item, "a custom field")
    placeholder = _text(data, "placeholder") or _needed(data, "name", "a custom field")
    kind = _text(data, "type")
    known = FieldType(kind) if kind in set(FieldType) else None
    return CustomField(_text(data, "id"), _text(data, "name") or placeholder, placeholder, known)


def interest(item: object) -> Interest:
    """One interest."""
    data = _object(item, "an interest")
    return Interest(_needed(data, "id", "an interest"), _needed(data, "name", "an interest"))


def source(item: object) -> Source:
    """One source."""
    data = _object(item, "a source")
    return Source(_number(data, "a source"), _text(data, "name"))


def subscription(item: object) -> str:
    """The id of the interest that a subscription is for."""
    data = _object(item, "an interest subscription")
    embedded = _object(data.get("_embedded") or {}, "an interest subscription")
    held = _object(embedded.get("interest") or {}, "an interest subscription")
    return _text(data, "interest_id") or _needed(held, "id", "an interest subscription")


def languages(content: bytes) -> tuple[str, ...]:
    """The account's language codes."""
    codes = _object(parsed(content), "a list of languages").get("languages")
    if not isinstance(codes, list):
        raise malformed("a list of languages")
    found = (code.get("code") if isinstance(code, dict) else code for code in codes)
    return tuple(code for code in found if isinstance(code, str))


def owner(content: bytes) -> Owner | None:
    """The user whom the root names; None where it names none with an address."""
    user = _object(parsed(content), "an account").get("user")
    if not isinstance(user, dict) or not _text(user, "email"):
        return None
    return Owner(_text(user, "email"), _text(user, "name"), _text(user, "first_name"))


def created_id(content: bytes, location: str) -> str:
    """The id of what was created, from the body, else the Location; "" where neither has it."""
    data = parsed(content) if content.strip() else {}
    told = _text(data, "id") if isinstance(data, dict) else ""
    last = LAST_PART.search(location)
    return told or (last[1] if last else "")


def contact_id(text: str) -> ContactId | None:
    """A contact's id; None where the text is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS else None


def create_body(body: ContactBody) -> Json:
    """What POST gets. Nothing is there to blank yet, and an empty `custom_fields` is refused."""
    fields = {key: value for key, value in (body.custom_fields or {}).items() if value is not None}
    return _mentioned({"email": body.email, **_common(body, fields), "source": body.source})


def put_body(body: ContactBody) -> Json:
    """What PUT gets: the address too, never the source."""
    return _mentioned({"email": body.email, **_common(body, body.custom_fields)})


def patch_body(body: ContactBody) -> Json:
    """What PATCH gets: it takes neither address nor source."""
    return _mentioned(_common(body, body.custom_fields))


def record_body(body: ContactBody) -> Json:
    """What an import's record holds: as a create, but with sources in the plural; a custom field that is None is blanked."""
    sources = None if body.source is None else [body.source]
    return _mentioned({"email": body.email, **_common(body, body.custom_fields), "sources": sources})


def import_state(content: bytes) -> ImportState:
    """How far an import is. A status that nobody has told us of is one under way."""
    data = _object(parsed(content), "an import")
    status = _needed(data, "status", "an import")
    report = data.get("report") or {}
    added, updated, ignored = (_count(report, f"total_{kind}") for kind in ("added", "updated", "ignored"))
    over = status in {"completed", "failed"}
    return ImportState(status != "idle", over, added, updated, ignored, failed=status == "failed")


def _count(report: object, key: str) -> int:
    value = report.get(key) if isinstance(report, dict) else None
    return value if isinstance(value, int) else 0


def shows(shown: Contact, body: ContactBody) -> bool:
    """Whether a contact has everything that a create mentions."""
    texts = ((body.first_name, shown.first_name), (body.name, shown.name), (body.language, shown.language))
    fields = ((value, shown.custom_fields.get(key)) for key, value in (body.custom_fields or {}).items())
    return all(wanted == present for wanted, present in (*texts, *fields) if wanted is not None)


def malformed(what: str) -> FlexmailUnavailable:
    """Flexmail answered JSON, but not what was asked for."""
    return FlexmailUnavailable(f"Flexmail answered something that is not {what}. If it lasts, is flexmail.rest_url right?")


def _common(body: ContactBody, fields: Mapping[str, Value] | None) -> Json:
    sent = {key: list(value) if isinstance(value, tuple) else value for key, value in (fields or {}).items()}
    texts = {"first_name": body.first_name, "name": body.name, "language": body.language}
    return {**texts, "custom_fields": sent or None}


def _mentioned(body: Json) -> Json:
    return {key: value for key, value in body.items() if value is not None}


def _object(data: object, what: str) -> Json:
    """An object that is no problem document: those have been seen under status 200."""
    if not isinstance(data, dict):
        if data == []:
            return {}
        raise malformed(what)
    status = data.get("status")
    if isinstance(status, int) and status >= 400:
        raise malformed(what)
    return data


def _text(data: Json, key: str) -> str:
    value = data.get(key)
    if isinstance(value, str):
        return value
    return "" if value is None else str(value)


def _needed(data: Json, key: str, what: str) -> str:
    text = _text(data, key)
    if not text:
        raise malformed(what)
    return text


def _number(data: Json, what: str) -> int:
    raw = data.get("id")
    number = raw if type(raw) is int and 0 <= raw < 10**MAX_DIGITS else contact_id(_text(data, "id"))
    if number is None:
        raise malformed(what)
    return number


def _values(fields: object) -> dict[str, Value]:
    """Custom fields by placeholder, which may be any word, `status` too; PHP's empty array stands for none."""
    if not fields:
        return {}
    if not isinstance(fields, dict):
        raise malformed("a contact")
    return {key: _value(raw) for key, raw in fields.items()}


def _value(raw: object) -> Value:
    match raw:
        case None | str():
            return raw
        case int() | float() if not isinstance(raw, bool):
            return raw
        case list():
            return tuple(str(part) for part in raw)
        case _:
            return str(raw)

"""One function from a refusal's status and body to the error tree.

The statuses and texts of most refusals are nowhere documented, so both are looked at: the blacklist and the account's limits
are told by their words, under whatever status they come.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus

from flexsync_cli.errors import (
    AccountRefused,
    AlreadyExists,
    Blacklisted,
    FlexmailLoginRefused,
    FlexmailUnavailable,
    FlexsyncError,
    InactiveThere,
    Invalid,
    NoImports,
    NotFound,
)


class Operation(Enum):
    """What was refused, as far as it makes a difference."""

    LIST = auto()  # a whole collection: no refusal of it can be a single item's
    READ = auto()
    CREATE = auto()
    CHANGE = auto()
    IMPORT = auto()  # of many contacts together: a refusal is of the whole


# Under these an array or an object may tell which field is wrong; the second are an item's names for it.
ERROR_LISTS = ("error", "errors", "violations", "invalid-params", "invalid_params", "validation_messages")
ERROR_TEXTS = ("title", "detail", "message", "reason")
FIELD_NAMES = ("field", "property", "propertyPath", "path", "pointer", "name")
STANDARD_FIELDS = ("email", "first_name", "language", "source", "name")

# An echoed address may hold any word.
ADDRESS = re.compile(r"\S+@\S+")
BLACKLIST = re.compile(r"bl[ao]ck[- ]?list|zwarte lijst|liste noire", re.IGNORECASE)
UNSUBSCRIBED = re.compile(r"\bunsubscribed\b", re.IGNORECASE)
LIMIT = re.compile(
    r"\b(contacts?|plan|subscription|account)('s)?( \w+)? limit|limit( \w+){0,3} (contacts|plan|subscription|account)\b"
    r"|(maximum|max\.?) (number|amount) of contacts",
    re.IGNORECASE,
)
# Words of the account too, unless a field is named: then they are of what it holds.
VAGUE_LIMIT = re.compile(
    r"\b(limit|maximum) (is |was |has been )?(reached|exceeded)|\bnot (enabled|activated|available|included)\b|\bdisabled\b",
    re.IGNORECASE,
)
OPTION = re.compile(r"\boptions?\b", re.IGNORECASE)
CUSTOM_FIELD = re.compile(r"\bcustom[_ ]?field", re.IGNORECASE)
# As in `custom_fields.size`, `custom field "size"` and `custom field: size`; what is quoted elsewhere may be a value.
NAMED = re.compile(r"\bcustom[_ ]?field(?:s[./\[][\"']?|:?\s+[\"'\u201c]|:\s*)(\w{1,100})", re.IGNORECASE)
FIELD_PATH = re.compile(r"[\w ./\[\]-]{1,200}")
LONGEST_TEXT = 1000
ACCOUNT_FIELDS = ("language", "source")


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal's words, without addresses, and the field it names ("" if none)."""

    text: str
    field: str


def problem(operation: Operation, status: int, body: bytes) -> FlexsyncError:
    """The error that an answer with a status of 400 or more means; to be raised by the caller."""
    found = read(body)
    if operation in {Operation.CREATE, Operation.CHANGE} and status != HTTPStatus.UNAUTHORIZED:
        by_words = _by_words(operation, status, found)
        if by_words is not None:
            return by_words
    return _by_status(operation, status, found)


def _by_words(operation: Operation, status: int, found: Problem) -> FlexsyncError | None:
    if BLACKLIST.search(found.text):
        return Blacklisted(status, found.text)
    if UNSUBSCRIBED.search(found.text) and status != HTTPStatus.CONFLICT:  # after a conflict the address is looked up
        return InactiveThere(status, found.text)
    vague = VAGUE_LIMIT.search(found.text) and not found.field and not CUSTOM_FIELD.search(found.text)
    if status == HTTPStatus.PAYMENT_REQUIRED or LIMIT.search(found.text) or vague:
        return AccountRefused(status, found.text)
    creates = operation is Operation.CREATE and status in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}
    # An option of the account concerns every create; one of a custom field is what this record holds.
    of_account = OPTION.search(found.text) and not found.field and not CUSTOM_FIELD.search(found.text)
    if creates and (of_account or found.field in ACCOUNT_FIELDS):
        return AccountRefused(status, found.text)
    return None


def _by_status(operation: Operation, status: int, found: Problem) -> FlexsyncError:
    match status:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return FlexmailLoginRefused(
                f"Flexmail refused the login (HTTP {status}). Check flexmail.account_id and flexmail.token, and that the plan "
                "of the account includes the API"
            )
        case _ if operation is Operation.LIST:
            return FlexmailUnavailable(f"Flexmail refused a list (HTTP {status}). Is flexmail.rest_url right?")
        case _ if operation is Operation.IMPORT and status != HTTPStatus.CONFLICT:
            return NoImports(status, found.text)
        case HTTPStatus.NOT_FOUND | HTTPStatus.GONE:
            return NotFound(status, found.text)
        case HTTPStatus.CONFLICT:
            return AlreadyExists(status, found.text)
        case HTTPStatus.BAD_REQUEST | HTTPStatus.UNPROCESSABLE_ENTITY:
            return Invalid(status, found.text, found.field)
        case _:
            return FlexmailUnavailable(f"Flexmail refused a call (HTTP {status}). Is flexmail.rest_url right?")


def read(body: bytes) -> Problem:
    """What a problem body says, whatever its shape; an unreadable one says nothing."""
    data = _document(body)
    entries = list(_entries(data))
    said = [data.get(key) for key in ("title", "detail", "message")] + [text for _, text in entries]
    text = ADDRESS.sub("", ". ".join(part for part in said if isinstance(part, str) and part))
    named = next((name for name, _ in entries if name), "")
    return Problem(text, named or _field_in(text))


def _document(body: bytes) -> Mapping[str, object]:
    """An object, whatever came: a text is its detail, a list its errors; a web page says nothing."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        data = body[:LONGEST_TEXT].decode(errors="ignore").strip()
    match data:
        case dict():
            return data
        case list():
            return {"errors": data}
        case str() if not data.startswith("<"):
            return {"detail": data}
        case _:
            return {}


def _entries(data: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """(field, text) of each single error, of an object by field or a list of objects or texts."""
    for key in ERROR_LISTS:
        errors = data.get(key)
        if isinstance(errors, str) or (isinstance(errors, dict) and not errors.keys().isdisjoint(ERROR_TEXTS)):
            yield _entry(errors)
        elif isinstance(errors, dict):
            yield from _by_field("", errors)
        elif isinstance(errors, list):
            for error in errors:
                yield _entry(error)


def _by_field(above: str, errors: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for field, said in errors.items():
        if isinstance(said, dict):  # {"custom_fields": {"size": "..."}}
            yield from _by_field(f"{above}/{field}", said)
        else:
            texts = said if isinstance(said, list) else [said]
            yield _plain(f"{above}/{field}"), ". ".join(text for text in texts if isinstance(text, str))


def _entry(error: object) -> tuple[str, str]:
    if not isinstance(error, dict):
        return "", error if isinstance(error, str) else ""
    name = next((error[key] for key in FIELD_NAMES if isinstance(error.get(key), str)), "")
    texts = (error.get(key) for key in ERROR_TEXTS)
    return _plain(name), ". ".join(text for text in texts if isinstance(text, str))


def _plain(path: str) -> str:
    """Of `custom_fields.size`, `custom_fields[size]` or `/custom_fields/size` it is "size", of `email.notUnique` "email"."""
    parts: list[str] = re.findall(r"[^./\[\]]+", path) if FIELD_PATH.fullmatch(path) else []
    if "custom_fields" in parts[:-1]:
        return parts[parts.index("custom_fields") + 1]
    return next((part for part in parts if part in STANDARD_FIELDS), parts[-1] if parts else "")


def _field_in(text: str) -> str:
    """The field that a sentence speaks of: a custom field first, for its name may be a standard word too."""
    if CUSTOM_FIELD.search(text):
        named = NAMED.search(text)
        return named[1] if named else ""
    plain = text.replace("first name", "first_name")
    return next((field for field in STANDARD_FIELDS if re.search(rf"\b{field}\b", plain)), "")

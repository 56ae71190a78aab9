"""What pydantic refused, in our words: one line a problem, with the path as the user wrote it and never a value."""

import json
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import TypeAlias

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from flexsync_cli.config.keys import all_keys, known, section_at
from flexsync_cli.config.model import Configuration
from flexsync_cli.config.values import OWN_WORDS

KeyPath: TypeAlias = tuple[str | int, ...]

_BARE = re.compile("[A-Za-z0-9_-]+")
# Texts by pydantic's error type; {} is the limit.
_TEXTS = {
    "string_type": "must be a text in quotes",
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
    "string_pattern_mismatch": 'must be a code of two letters, such as "nl"',
    "int_type": "must be a whole number, without quotes",
    "float_type": "must be a number, without quotes",
    "bool_type": "must be true or false, without quotes",
    "tuple_type": "must be a list in [ ]",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "greater_than_equal": "must be {} or more",
    "less_than_equal": "must be {} or less",
    "literal_error": "must be {}",
}


def describe(error: ValidationError, document: Mapping[str, object]) -> list[str]:
    """Every problem as "path: what is wrong"."""
    return [_line(detail, document) for detail in error.errors(include_input=False, include_url=False)]


def dotted(path: Iterable[str | int]) -> str:
    """A path as TOML spells it; the items of a list are counted from 1."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f", item {part + 1}"
        else:
            text += ("." if text else "") + (part if _BARE.fullmatch(part) else json.dumps(part, ensure_ascii=False))
    return text


def _line(detail: ErrorDetails, document: Mapping[str, object]) -> str:
    path = detail["loc"]
    if detail["type"] == "missing":
        return f"{dotted(path)}: {_missing(path)}"
    path = _written(path, document)
    if detail["type"] == "extra_forbidden":
        return f"{dotted(path)}: unknown key{_meant(path)}"
    return f"{dotted(path)}: {_refusal(detail)}"


def _written(path: KeyPath, document: object) -> KeyPath:
    """The part of a path that the user wrote: pydantic adds steps of its own."""
    written: list[str | int] = []
    for part in path:
        if isinstance(document, list):
            document = dict(enumerate(document))
        if isinstance(document, dict) and part in document:
            document = document[part]
            written.append(part)
    return tuple(written)


def _missing(path: KeyPath) -> str:
    section = section_at(Configuration, path[:-1])
    field = known(section).get(str(path[-1])) if section else None
    return f"missing; {field.description}" if field and field.description else "missing"


def _meant(path: KeyPath) -> str:
    """The nearest key of the same table, else the same key of another one, as a question."""
    key, section = str(path[-1]), section_at(Configuration, path[:-1])
    nearest = nearest_key(key, known(section) if section else ()) or _elsewhere(key)
    return f', did you mean "{nearest}"?' if nearest else ""


def nearest_key(key: str, keys: Iterable[str]) -> str | None:
    """The known key that a mistyped one is nearest to, if any is near."""
    by_lower_case = {known_key.lower(): known_key for known_key in keys}
    nearest = get_close_matches(key.lower().replace("-", "_"), by_lower_case, n=1)
    return by_lower_case[nearest[0]] if nearest else None


def _elsewhere(key: str) -> str | None:
    return next((path for path, _ in all_keys(Configuration) if path.rpartition(".")[2] == key), None)


def _refusal(detail: ErrorDetails) -> str:
    context = detail.get("ctx", {})
    if detail["type"] == OWN_WORDS:
        return str(context["message"])
    limit = context.get("ge", context.get("le", context.get("expected")))
    # A type we did not foresee gets no words of pydantic's: they may hold the value.
    return _TEXTS.get(detail["type"], "is not valid").format(_shown(limit))


def _shown(limit: object) -> str:
    if isinstance(limit, str):
        return limit.replace("'", '"')
    return f"{limit:g}" if isinstance(limit, float) else str(limit)

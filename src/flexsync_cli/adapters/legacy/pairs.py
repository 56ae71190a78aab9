"""A name and its value that stand beside each other, as two attributes, two members or two columns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from flexsync_cli.domain.legacy import NAME_KEYS, VALUE_KEYS
from flexsync_cli.domain.legacy_names import plain


@dataclass(frozen=True, slots=True)
class Pair:
    """A setting, and the two keys under which its parts stood."""

    name: str
    value: str = field(repr=False)
    used: frozenset[str]


def named_pair(texts: Mapping[str, str]) -> Pair | None:
    """The name and the value among these, if both are there."""
    name_key, value_key = _first(texts, NAME_KEYS), _first(texts, VALUE_KEYS)
    if name_key is None or value_key is None:
        return None
    return Pair(texts[name_key], texts[value_key], frozenset({name_key, value_key}))


def _first(keys: Iterable[str], known: frozenset[str]) -> str | None:
    return next((key for key in keys if plain(key) in known), None)

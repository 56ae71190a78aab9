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
    keys = pair_keys(texts)
    return Pair(texts[keys[0]], texts[keys[1]], frozenset(keys)) if keys else None


def pair_keys(keys: Iterable[str]) -> tuple[str, str] | None:
    """The keys under which a name and its value stand."""
    known = list(keys)
    name, value = _first(known, NAME_KEYS), _first(known, VALUE_KEYS)
    return None if name is None or value is None else (name, value)


def _first(keys: Iterable[str], known: frozenset[str]) -> str | None:
    return next((key for key in keys if plain(key) in known), None)

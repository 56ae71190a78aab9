"""What a journal entry holds of a write, beside what Flexmail shows after it."""

from collections.abc import Mapping
from typing import Any

from flexsync_cli.domain.fields import same_loosely
from flexsync_cli.domain.model import LinkStatus, Value

# A no that was heard since the write was noted stands.
CLOSED_SINCE = frozenset({LinkStatus.OUT, LinkStatus.DELETED})


def values_of(payload: Mapping[str, Any]) -> dict[str, Value]:
    """The values that were being sent."""
    return from_json(payload.get("values") or {})


def from_json(values: Mapping[str, Any]) -> dict[str, Value]:
    """As they were before they were kept as JSON, which knows no tuples."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}


def as_sent(values: Mapping[str, Value], shown: Mapping[str, Value]) -> dict[str, Value]:
    """Those that Flexmail shows as they were sent."""
    return {key: value for key, value in values.items() if same_loosely(value, shown.get(key))}

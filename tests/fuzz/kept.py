"""What may come of an answer: a value that can be kept, or an error of ours."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime

from flexsync_cli.errors import ExitCode, FlexsyncError

LARGEST = 2**63  # an id that a database takes is less; a value is kept as text


def assert_told_or_kept(call: Callable[[], object]) -> None:
    """It ends in the one or in the other; anything else that it raises is a bug."""
    try:
        value = call()
    except FlexsyncError as error:
        value = error.exit_code
    assert value is not ExitCode.BUG
    assert_can_be_kept(value)


def assert_can_be_kept(value: object) -> None:
    """Text is UTF-8, a number is a number, an id fits, a moment is one."""
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, float):
        assert math.isfinite(value)
    elif isinstance(value, datetime):
        assert value.utcoffset() is not None
    elif isinstance(value, Mapping):
        assert_can_be_kept([*value, *value.values()])
    elif isinstance(value, Iterable):
        for part in value:
            assert_can_be_kept(part)
    elif is_dataclass(value):
        held = {each.name: getattr(value, each.name) for each in fields(value)}
        assert_can_be_kept(held)
        ids = (each for name, each in held.items() if name.endswith("id") and isinstance(each, int))
        assert all(each < LARGEST for each in ids)

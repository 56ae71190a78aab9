"""What a plan costs in API calls, from numbers alone."""

from collections.abc import Iterable
from math import ceil
from typing import assert_never

from flexsync_cli.domain.plan import Adopt, Change, Create, Leave, Move, Readdress, Update


def price_of(change: Change) -> int:
    """The calls of one change: a changed address is read before it is replaced."""
    match change:
        case Adopt():
            return 0
        case Create() | Update() | Move() | Leave():
            return 1
        case Readdress():
            return 2
        case _:
            assert_never(change)


def price(changes: Iterable[Change]) -> int:
    """The calls of all of them."""
    return sum(price_of(change) for change in changes)


def minutes(calls: int, per_minute: int) -> int:
    """How long that many calls take at least: the first minute's are free of waiting."""
    return max(0, ceil(calls / per_minute) - 1)

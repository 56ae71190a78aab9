"""What a plan costs in API calls, from numbers alone: by each of the routes there are."""

from collections.abc import Iterable
from math import ceil
from typing import assert_never

from flexsync_cli.domain.plan import Adopt, Change, Create, Leave, Move, Readdress, Update

LISTED = 500  # contacts a page of a listing
RECORDS = 5_000  # records a call that fills an import
IMPORTED = 50_000  # records an import: what others send at once; its own limit is not known
POLLS = 10  # at most, until an import is left to the next run
OPENING = 2  # an import is begun, and started


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
    """The calls of all of them, one by one."""
    return sum(price_of(change) for change in changes)


def price_of_listing(contacts: int) -> int:
    """The calls that list so many contacts; that there are none must be seen too."""
    return max(1, ceil(contacts / LISTED))


def imports_for(records: int) -> int:
    """How many imports so many records take, one after the other."""
    return ceil(records / IMPORTED)


def price_of_import(records: int) -> int:
    """The most calls that it takes to import so many records, until that is reported done."""
    return imports_for(records) * (OPENING + POLLS) + ceil(records / RECORDS)


def polls_spared(records: int) -> int:
    """How many of these calls are spared where each import is done at the first look."""
    return imports_for(records) * (POLLS - 1)


def price_of_probe() -> int:
    """The calls that show whether an import leaves alone what it does not mention: one contact is read, imported and read."""
    return 2 + price_of_import(1)


def minutes(calls: int, per_minute: int) -> int:
    """How long that many calls take at least: the first minute's are free of waiting."""
    return max(0, ceil(calls / per_minute) - 1)

"""What `check` is made of: one finding a line, with the way out and who mends it.

A check is a function that yields its findings; it raises nothing for what may be wrong out there.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Mark(StrEnum):
    """How a thing is."""

    GOOD = "good"
    BAD = "bad"
    NOT_APPLICABLE = "not applicable"  # not configured, or nobody can say


class Mender(StrEnum):
    """Who can mend it."""

    YOU = "you"
    PARTNER = "IT partner"
    FLEXMAIL = "Flexmail"


@dataclass(frozen=True, slots=True)
class Finding:
    """`what` was looked at; `text` says how it is or, where it is BAD, what is wrong and the way out."""

    what: str
    text: str = ""
    mark: Mark = Mark.GOOD
    mender: Mender | None = None


Check: TypeAlias = Callable[[], Iterator[Finding]]


def good(what: str, text: str = "") -> Finding:
    """It is in order."""
    return Finding(what, text)


def bad(what: str, text: str, mender: Mender) -> Finding:
    """It is not."""
    return Finding(what, text, Mark.BAD, mender)


def skipped(what: str, why: str) -> Finding:
    """It isn't wanted, or can't be told."""
    return Finding(what, why, Mark.NOT_APPLICABLE)


def inspect(checks: Iterable[Check]) -> Iterator[Finding]:
    """All findings, in order, each as soon as it is known."""
    for check in checks:
        yield from check()

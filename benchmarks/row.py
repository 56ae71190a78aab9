"""What is told of one scenario at one size."""

from dataclasses import dataclass

from benchmarks.naive import Naive
from benchmarks.process import Spent

MONTH = "a month"


@dataclass(frozen=True, slots=True)
class Row:
    """`naive` is None where there is no such thing; `composed` where not every run of it was made."""

    scenario: str
    relations: int
    spent: Spent
    floor: int
    naive: Naive | None
    composed: bool = False

    @property
    def key(self) -> str:
        """Its name among all rows."""
        return f"{self.scenario}, {self.relations}"

    @property
    def is_month(self) -> bool:
        """Whether it is of many runs."""
        return self.scenario.startswith(MONTH)


def minutes_of(calls: int) -> int:
    """How long so many calls take at least, at sixty a minute: the first minute's are free of waiting."""
    return max(0, -(-calls // 60) - 1)

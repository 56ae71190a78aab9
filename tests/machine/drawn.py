"""What acts are made of: a handful of relations, of addresses and of values, so that things happen to the same few."""

from dataclasses import dataclass

ADDRESSES = tuple(f"p{number}@example.be" for number in range(1, 7))
OFTEN = ADDRESSES + ADDRESSES[:3] * 2  # most of what happens, happens to those who are there from the start
NUMBERS = range(1, 6)
VALUES = range(4)


@dataclass(frozen=True, slots=True)
class Drawn:
    """`who` is a relation's number, `where` and `other` are addresses; what `value` means, each verb says."""

    who: int = 1
    where: str = ADDRESSES[0]
    other: str = ADDRESSES[1]
    value: int = 0

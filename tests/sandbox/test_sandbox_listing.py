"""The order of listings: none, whatever happens, and nobody lost."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from flexsync_cli.sandbox.listing import Listing

STEPS = st.lists(st.tuples(st.booleans(), st.integers(min_value=0, max_value=12)), max_size=60)


def new_listing(seed: int, *, shuffle: bool = True) -> Listing:
    return Listing(Random(seed), shuffle=shuffle)  # noqa: S311 - an order that repeats, no secret


@given(STEPS, st.booleans(), st.integers(min_value=0, max_value=5))
def test_it_holds_just_what_a_set_would(steps: list[tuple[bool, int]], shuffle: bool, seed: int) -> None:
    listing, expected = new_listing(seed, shuffle=shuffle), set[int]()
    for add, number in steps:
        if add:
            listing.add(number)
            expected.add(number)
        else:
            listing.remove(number)
            expected.discard(number)
        assert sorted(listing) == sorted(expected)
        assert len(listing) == len(expected)


def test_the_last_one_moves_into_a_gap() -> None:
    listing = new_listing(3)
    for number in range(10):
        listing.add(number)
    before = list(listing)
    listing.remove(before[2])
    assert list(listing) == [*before[:2], before[-1], *before[3:-1]]


def test_without_shuffling_it_stays_in_order() -> None:
    listing = new_listing(3, shuffle=False)
    for number in range(5):
        listing.add(number)
    listing.remove(1)
    assert list(listing.page(1, 2)) == [2, 3]

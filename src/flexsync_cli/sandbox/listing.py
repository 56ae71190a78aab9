"""The order in which contacts are listed: none."""

from collections.abc import Iterator, Sequence
from random import Random


class Listing:
    """A set of ids in an order that means nothing. Taking one out moves the last one into its place.

    So whoever reads page by page while people leave misses some and sees others twice.
    """

    def __init__(self, random: Random, *, shuffle: bool = True) -> None:
        self._random = random
        self._shuffle = shuffle
        self._ids: list[int] = []
        self._places: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[int]:
        return iter(self._ids)

    def page(self, offset: int, limit: int) -> Sequence[int]:
        """The ids of one page."""
        return self._ids[offset : offset + limit]

    def add(self, contact_id: int) -> None:
        """Put one in, anywhere."""
        if contact_id in self._places:
            return
        self._places[contact_id] = len(self._ids)
        self._ids.append(contact_id)
        if self._shuffle:
            self._swap(self._random.randrange(len(self._ids)), len(self._ids) - 1)

    def remove(self, contact_id: int) -> None:
        """Take one out, if it is in."""
        place = self._places.get(contact_id)
        if place is None:
            return
        if self._shuffle:
            self._swap(place, len(self._ids) - 1)
        else:
            self._ids.append(self._ids.pop(place))
            self._places.update({moved: place + step for step, moved in enumerate(self._ids[place:])})
        self._ids.pop()
        del self._places[contact_id]

    def _swap(self, one: int, other: int) -> None:
        ids, places = self._ids, self._places
        ids[one], ids[other] = ids[other], ids[one]
        places[ids[one]], places[ids[other]] = one, other

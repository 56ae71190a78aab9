"""By which route a plan's changes go: one call each, or many together in a contact import. Pure.

An import changes whoever has a record's address, and would create anew whom Flexmail no longer has. So an update goes by
import only where this run has seen the contact at that address, and only once it was shown that an import leaves alone what
it does not mention. After creates the contacts are listed, for their ids.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from flexsync_cli.domain.address import contact_key
from flexsync_cli.domain.compare import EMAIL, is_empty
from flexsync_cli.domain.model import Contact, ContactId
from flexsync_cli.domain.plan import Adopt, Change, Create, Leave, Move, Readdress, Update
from flexsync_cli.domain.price import (
    imports_for,
    polls_spared,
    price,
    price_of,
    price_of_import,
    price_of_listing,
    price_of_probe,
)

Importable: TypeAlias = Create | Update
# What is done first where the calls don't reach: who must not be mailed, who would be mailed elsewhere, who is new.
URGENCY: Mapping[type, int] = {Adopt: 0, Leave: 1, Readdress: 2, Move: 2, Create: 3, Update: 4}


@dataclass(frozen=True, slots=True)
class Means:
    """What this run may use. `creates` and `updates` say whether these may go by import; `probed` whether it is known that an
    import leaves alone what it does not mention; `contacts` is how many Flexmail has, `listing` those that this run has read,
    None where it read none; `left` the calls that may still be made, None without a limit."""

    creates: bool
    updates: bool
    probed: bool
    contacts: int
    listing: Mapping[ContactId, Contact] | None = None
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """How a plan is carried out: `imported` go together, `singly` one call each, `waiting` don't fit into the calls left.

    `price` is what it takes where Flexmail takes the import, is long about it, and refuses nothing: what it refuses is looked
    up, and goes one by one. `probe`, one of the imported, goes before the others to show what an import does.
    """

    imported: tuple[Importable, ...]
    singly: tuple[Change, ...]
    waiting: tuple[Change, ...]
    price: int
    probe: Update | None = None

    @property
    def least(self) -> int:
        """The price where each import is done at the first look, the probe too."""
        return self.price - polls_spared(len(self.imported)) - polls_spared(int(self.probe is not None))

    @property
    def saved(self) -> int:
        """The calls that it takes less than one by one, at the least."""
        return price(self.imported) + price(self.singly) - self.price

    @property
    def leaves_waiting(self) -> tuple[Leave, ...]:
        """Who is still mailed although the office said no, for want of calls."""
        return tuple(change for change in self.waiting if isinstance(change, Leave))


def choose(changes: Iterable[Change], means: Means) -> Route:
    """The route by which most changes are done, among those the cheapest, among those the simplest."""
    ordered = sorted(changes, key=lambda change: URGENCY[type(change)])
    return min(_routes(ordered, means), key=lambda route: (len(route.waiting), route.price))


def _routes(changes: Sequence[Change], means: Means) -> Iterator[Route]:
    yield _route((), changes, means)
    creates = [change for change in changes if isinstance(change, Create)] if means.creates else []
    updates = [change for change in changes if isinstance(change, Update) and _fits(change, means)]
    if not means.probed and not _is_to_be_shown(updates, means.listing):
        updates = []
    routes: list[Sequence[Importable]] = [[*creates, *updates], creates, updates]
    for imported in filter(None, routes):
        yield _route(tuple(imported), changes, means)


def _fits(change: Update, means: Means) -> bool:
    """Whether an update may go by import: the contact was seen at its address, or would be looked up first."""
    if not means.updates or change.repairs or any(is_empty(value) for value in change.values.values()):
        return False
    if means.listing is None:
        return True
    contact = means.listing.get(change.contact_id)
    return contact is not None and contact_key(contact.email) == change.address


def _is_to_be_shown(updates: Sequence[Update], listing: Mapping[ContactId, Contact] | None) -> bool:
    """Whether there is somebody to probe with; before a listing is bought for it, as far as is known of them."""
    if listing is not None:
        return candidate(updates, listing) is not None
    return any(not is_empty(value) for update in updates for key, value in update.base.items() if _is_kept(key, update))


def _is_kept(key: str, update: Update) -> bool:
    return key not in {EMAIL, "language"} and key not in update.values


def candidate(updates: Sequence[Update], listing: Mapping[ContactId, Contact]) -> Update | None:
    """The update to probe with: the one whose contact has most that it does not mention; None where that is nothing."""
    best = max(updates, key=lambda update: _unmentioned(update, listing[update.contact_id]), default=None)
    return best if best is not None and _unmentioned(best, listing[best.contact_id]) > 0 else None


def _unmentioned(update: Update, contact: Contact) -> int:
    """How many values a contact has, beyond its language, that are more than those that are sent."""
    filled = [contact.first_name, contact.name, *contact.custom_fields.values()]
    return sum(not is_empty(value) for value in filled) - len(update.values)


def _route(imported: tuple[Importable, ...], changes: Sequence[Change], means: Means) -> Route:
    """The import of what it serves, if it can be paid for; the rest in their order, as far as the calls reach."""
    chosen = set(map(id, imported))
    others = [change for change in changes if id(change) not in chosen]
    cost = _price(imported, means)
    left = None if means.left is None else means.left - cost
    if imported and left is not None and left < price(change for change in others if URGENCY[type(change)] < URGENCY[Create]):
        return _route((), changes, means)
    singly, waiting = affordable(others, left)
    return Route(imported, singly, waiting, cost + price(singly), _probe(imported, means))


def _probe(imported: Sequence[Importable], means: Means) -> Update | None:
    if means.probed or means.listing is None:
        return None
    return candidate([change for change in imported if isinstance(change, Update)], means.listing)


def _price(imported: Sequence[Importable], means: Means) -> int:
    """A listing where this run has none, a probe where none was made, the import, and the listing that shows new contacts."""
    if not imported:
        return 0
    creates = sum(isinstance(change, Create) for change in imported)
    listing = 0 if means.listing is not None else price_of_listing(means.contacts)
    probe = 0 if means.probed or creates == len(imported) else price_of_probe()
    confirming = price_of_listing(means.contacts + creates) * imports_for(len(imported)) if creates else 0
    return listing + probe + price_of_import(len(imported)) + confirming


def affordable(changes: Sequence[Change], left: int | None) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """As many as can be paid for, in their order, and the rest."""
    if left is None:
        return tuple(changes), ()
    for number, change in enumerate(changes):
        left -= price_of(change)
        if left < 0:
            return tuple(changes[:number]), tuple(changes[number:])
    return tuple(changes), ()

"""What we know when a step begins, indexed the ways the decisions ask for it."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from flexsync_cli.domain.address import contact_key
from flexsync_cli.domain.model import (
    AddressKey,
    Consent,
    Contact,
    ContactId,
    Link,
    LinkStatus,
    Out,
    OutKind,
    Parked,
    RelationId,
    Sighting,
)
from flexsync_cli.domain.months import day_of

# A new address of the same relation does not lift these; an undeliverable one is mended by a new address.
FOLLOWING = frozenset({OutKind.PERSON, OutKind.OFFICE, OutKind.BLOCKED})


class OutBook:
    """Who is out now: by address, and by relation, because a no follows its person to a changed address.

    `refused` are the addresses at which relations were refused as blacklisted: they have no link to be known by.
    """

    def __init__(
        self,
        outs: Iterable[Out],
        links: Iterable[Link],
        consents: Iterable[Consent] = (),
        refused: Mapping[RelationId, AddressKey] = MappingProxyType({}),
    ) -> None:
        self._open: dict[AddressKey, Out] = {}
        self._ended: set[AddressKey] = set()
        for out in outs:
            if out.ended_at is None:
                self._open[out.address] = _graver(self._open.get(out.address), out)
            else:
                self._ended.add(out.address)
        self._consents: dict[AddressKey, list[Consent]] = {}
        for consent in consents:
            self._consents.setdefault(consent.address, []).append(consent)
        self._addresses: dict[RelationId, set[AddressKey]] = {key: {address} for key, address in refused.items()}
        for link in links:
            if link.status is LinkStatus.OUT:
                self._addresses.setdefault(link.relation_id, set()).update(link.addresses | {link.address})

    def of_address(self, address: AddressKey) -> Out | None:
        """The gravest open out of this address."""
        return self._open.get(address)

    def of_relation(self, relation_id: RelationId, address: AddressKey) -> Out | None:
        """The out that keeps this relation from being pushed to this address."""
        direct = self._open.get(address)
        if direct is not None or relation_id not in self._addresses:
            return direct
        former = (self._open.get(old) for old in sorted(self._addresses[relation_id]))
        return next((out for out in former if out is not None and self._follows(out, address)), None)

    def _follows(self, out: Out, address: AddressKey) -> bool:
        """Whether this no of a former address holds at the new one: until its person said yes there."""
        yes = self._consents.get(address, ())
        return out.kind in FOLLOWING and all(day_of(consent.on) < day_of(out.at) for consent in yes)

    def came_back(self, address: AddressKey) -> bool:
        """Whether this address was out, and is no more."""
        return address in self._ended and address not in self._open


def _graver(one: Out | None, other: Out) -> Out:
    order = (OutKind.PERSON, OutKind.BLOCKED, OutKind.UNDELIVERABLE, OutKind.OFFICE)
    return other if one is None or order.index(other.kind) < order.index(one.kind) else one


class LinkBook:
    """All links, indexed. `source` is what it was made of; `deleted` are the relations whose contact Flexmail deleted;
    `open_count` is how many contacts are linked now: the base of the guard."""

    def __init__(self, links: Iterable[Link]) -> None:
        self.source = links
        self.by_contact: dict[ContactId, Link] = {}
        self.open_by_relation: dict[RelationId, list[Link]] = {}
        self.open_by_address: dict[AddressKey, Link] = {}
        self.closed_by_address: dict[AddressKey, list[Link]] = {}
        self.closed: list[Link] = []
        self.deleted: set[RelationId] = set()
        self.open_count = 0
        for link in links:
            self._add(link)

    def _add(self, link: Link) -> None:
        self.by_contact[link.contact_id] = link
        if link.status is LinkStatus.OPEN:
            self.open_count += 1
            self.open_by_relation.setdefault(link.relation_id, []).append(link)
            self.open_by_address.setdefault(link.address, link)
        else:
            self.closed.append(link)
            if link.status is LinkStatus.DELETED:
                self.deleted.add(link.relation_id)
            self.closed_by_address.setdefault(link.address, []).append(link)

    def open_links(self) -> Iterable[Link]:
        """Every open link."""
        return (link for links in self.open_by_relation.values() for link in links)

    @cached_property
    def by_any_address(self) -> Mapping[AddressKey, list[Link]]:
        """The links, of any status, by every address their contact has or had."""
        index: dict[AddressKey, list[Link]] = {}
        for link in self.by_contact.values():
            for address in link.addresses | {link.address}:
                index.setdefault(address, []).append(link)
        return index


@dataclass(frozen=True, slots=True)
class Known:
    """State as the push decision sees it."""

    links: LinkBook
    outs: OutBook
    parked: Mapping[RelationId, Parked]
    sightings: Mapping[RelationId, Sighting]


def contacts_by_address(listing: Mapping[ContactId, Contact], keys: Container[AddressKey]) -> Mapping[AddressKey, Contact]:
    """What a listing shows, by address key. What is among these `keys` is a key: that spares most contacts a closer look."""
    return {contact.email if contact.email in keys else contact_key(contact.email): contact for contact in listing.values()}

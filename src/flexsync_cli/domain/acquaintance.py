"""What we know of a contact that said yes: its relations, its links, and every no that concerns it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flexsync_cli.domain.address import address_key
from flexsync_cli.domain.events import Event
from flexsync_cli.domain.known import FOLLOWING, LinkBook
from flexsync_cli.domain.model import AddressKey, ContactId, Link, LinkStatus, Out, OutKind, OutSource, Relation, RelationId
from flexsync_cli.domain.selection import Rules


@dataclass(frozen=True, slots=True)
class OptInSight:
    """What is known. `outs` are all, ended ones too; `ahead` is by how much Flexmail's clock is ahead of ours."""

    relations: Sequence[Relation]
    links: LinkBook
    outs: Sequence[Out]
    now: datetime
    rules: Rules = field(default_factory=Rules)
    ahead: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Match:
    """One contact's relations in Admin, its own links and their other ones, the outs of its addresses, and those that follow
    its relations from elsewhere. `ahead` as in OptInSight."""

    relations: list[Relation]
    own: list[Link]
    others: list[Link]
    outs: list[Out]
    following: list[Out]
    ahead: timedelta

    @property
    def links(self) -> list[Link]:
        """All of them."""
        return [*self.own, *self.others]

    @property
    def is_mailed(self) -> bool:
        """Whether a relation of it is active and ticked already."""
        return any(relation.newsletter and relation.active for relation in self.relations)

    @property
    def is_settled(self) -> bool:
        """Whether nothing keeps it from being mailed: a yes changes nothing."""
        standing = any(out.ended_at is None for out in [*self.outs, *self.following])
        return self.is_mailed and not standing and all(link.status is not LinkStatus.DELETED for link in self.links)

    def is_later(self, event: Event) -> bool:
        """Whether a yes is later than every no, ended ones too, and than the link that it made."""
        noes = [self._said(out) for out in [*self.outs, *self.following]]
        return all(event.at > moment for moment in [*noes, *self._since(LinkStatus.KEPT), *self._since(LinkStatus.OPEN)])

    def _said(self, out: Out) -> datetime:
        """By Flexmail's clock."""
        return out.at + self.ahead if out.source is OutSource.LEAVE else out.at

    def _since(self, status: LinkStatus) -> list[datetime]:
        """Since when links have this status; a KEPT one is a leaver who stayed subscribed."""
        return [link.since + self.ahead for link in self.links if link.status is status]

    @property
    def knows_untick(self) -> bool:
        """Whether we know when it was unticked: for an out, or as a leaver that was kept. An open link says: since then."""
        if self._since(LinkStatus.OPEN):
            return False
        outs = [*self.outs, *self.following]
        by_out = any(out.kind is OutKind.OFFICE or out.unticked_at is not None for out in outs)
        return by_out or bool(self._since(LinkStatus.KEPT))


class Matches:
    """Everything that is known, indexed."""

    def __init__(self, sight: OptInSight) -> None:
        self.sight = sight
        self.by_id = {relation.id: relation for relation in sight.relations}
        self.by_address: dict[AddressKey, list[RelationId]] = {}
        for relation in sight.relations:
            key = address_key(relation.email)
            if key is not None:
                self.by_address.setdefault(key, []).append(relation.id)
        self.outs: dict[AddressKey, list[Out]] = {}
        for out in sight.outs:
            self.outs.setdefault(out.address, []).append(out)
        self.links: dict[RelationId, list[Link]] = {}
        for link in sight.links.by_contact.values():
            self.links.setdefault(link.relation_id, []).append(link)

    def find(self, contact_id: ContactId | None, address: AddressKey) -> Match:
        """By contact id first, then by every address."""
        link = self.sight.links.by_contact.get(contact_id) if contact_id is not None else None
        own = [link] if link is not None else list(self.sight.links.by_any_address.get(address, ()))
        ids = dict.fromkeys([*(each.relation_id for each in own), *self.by_address.get(address, ())])
        relations = [self.by_id[relation_id] for relation_id in ids if relation_id in self.by_id]
        mine = {each.contact_id for each in own}
        others = [each for relation in relations for each in self.links.get(relation.id, ()) if each.contact_id not in mine]
        outs = [out for known in sorted({address} | _addresses(own)) for out in self.outs.get(known, ())]
        return Match(relations, own, others, outs, self._following(others), self.sight.ahead)

    def _following(self, links: Iterable[Link]) -> list[Out]:
        addresses = _addresses(link for link in links if link.status is LinkStatus.OUT)
        return [out for known in sorted(addresses) for out in self.outs.get(known, ()) if out.kind in FOLLOWING]


def _addresses(links: Iterable[Link]) -> set[AddressKey]:
    return {known for link in links for known in link.addresses | {link.address}}

"""Who is out, from what Flexmail tells: events, present states, and contacts that are missing. Pure.

Absence is no evidence: a contact that a listing lacks is asked for before anything is concluded.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from flexsync_cli.domain.events import ContactState, Event, EventKind, PresentState
from flexsync_cli.domain.known import LinkBook
from flexsync_cli.domain.model import (
    AddressKey,
    Consent,
    Contact,
    ContactId,
    Link,
    LinkStatus,
    Out,
    OutKind,
    OutSource,
)

ECHO_WINDOW = timedelta(minutes=15)
# These untick the newsletter flag at every relation with the address.
UNTICKING = frozenset({OutKind.PERSON, OutKind.BLOCKED})
OUT_STATES = frozenset({ContactState.UNSUBSCRIBED, ContactState.BLACKLISTED, ContactState.BOUNCED_OUT})


@dataclass(frozen=True, slots=True)
class OwnWrite:
    """A write of ours that Flexmail may tell us back, by Flexmail's clock."""

    kind: EventKind
    contact_id: ContactId | None
    address: AddressKey
    at: datetime


@dataclass(frozen=True, slots=True)
class OutsSight:
    """What was gathered. `listing` and `states` are None where they were not read; `gone` are linked contacts that a listing
    lacks and nobody knows, where there is no SOAP token to ask; `hard_bounced` the addresses of known hard bounces."""

    links: LinkBook
    outs: Sequence[Out]
    now: datetime
    events: Sequence[Event] = ()
    own_writes: Sequence[OwnWrite] = ()
    listing: Mapping[ContactId, Contact] | None = None
    states: Sequence[PresentState] | None = None
    gone: Sequence[Link] = ()
    consents: Sequence[Consent] = ()
    hard_bounced: frozenset[AddressKey] = frozenset()


@dataclass(slots=True)
class OutsPlan:
    """`outs` to insert or replace, `links` to replace, and what was counted."""

    outs: list[Out] = field(default_factory=list)
    links: dict[ContactId, Link] = field(default_factory=dict)
    events: int = 0
    echoes: int = 0
    states: int = 0
    gone: int = 0
    ended: list[Out] = field(default_factory=list)
    moved_there: list[Link] = field(default_factory=list)


def missing(links: LinkBook, listing: Mapping[ContactId, Contact]) -> list[Link]:
    """Linked contacts that a listing lacks, by id and by every address they had."""
    shown = {contact.email.strip().lower() for contact in listing.values()}
    return [
        link
        for link in links.open_links()
        if link.contact_id not in listing and link.address not in shown and shown.isdisjoint(link.addresses)
    ]


def decide(sight: OutsSight) -> OutsPlan:
    """Everything that follows, in the order in which it counts: events, states, what is gone, then who came back."""
    decider = _Decider(sight)
    for event in sorted(sight.events, key=lambda event: event.at):
        decider.hear(event)
    for state in sight.states or ():
        decider.see(state)
    for link in sight.gone:
        decider.miss(link)
    if sight.listing is not None:
        decider.compare(sight.listing)
    return decider.plan


class _Decider:
    def __init__(self, sight: OutsSight) -> None:
        self.sight = sight
        self.plan = OutsPlan()
        self.standing: dict[AddressKey, list[Out]] = {}
        self.recorded = {(out.address, out.at) for out in sight.outs if out.source is OutSource.EVENT}
        self.consented = {consent.address: consent.on for consent in sight.consents}
        for out in sight.outs:
            if out.ended_at is None:
                self.standing.setdefault(out.address, []).append(out)

    def hear(self, event: Event) -> None:
        """An unsubscription: the person's, unless it is an echo of ours or was heard before."""
        if (event.address, event.at) in self.recorded:
            return
        if is_echo(event, self.sight.own_writes):
            self.plan.echoes += 1
            return
        self.recorded.add((event.address, event.at))
        self.plan.events += 1
        self._record(event.address, OutKind.PERSON, OutSource.EVENT, event.at, event.contact_id)

    def see(self, state: PresentState) -> None:
        """A state adds nothing to an address that is out already, nor to one with a later consent."""
        if state.state is ContactState.DELETED:
            self._delete(state)
        if state.state not in OUT_STATES or state.address in self.standing or state.address in self.consented:
            return
        self.plan.states += 1
        self._record(state.address, self._kind_of(state), OutSource.STATE, self.sight.now, state.contact_id)

    def _kind_of(self, state: PresentState) -> OutKind:
        if state.state is ContactState.UNSUBSCRIBED:
            return OutKind.PERSON
        bounced = state.state is ContactState.BOUNCED_OUT or state.address in self.sight.hard_bounced
        return OutKind.UNDELIVERABLE if bounced else OutKind.BLOCKED

    def _delete(self, state: PresentState) -> None:
        link = self.sight.links.by_contact.get(state.contact_id) if state.contact_id is not None else None
        if link is not None and link.status is LinkStatus.OPEN:
            self.plan.links[link.contact_id] = replace(link, status=LinkStatus.DELETED, since=self.sight.now)

    def miss(self, link: Link) -> None:
        """Without SOAP nobody can say why it is gone."""
        self.plan.gone += 1
        self._record(link.address, OutKind.BLOCKED, OutSource.GONE, self.sight.now, link.contact_id)

    def _record(
        self, address: AddressKey, kind: OutKind, source: OutSource, at: datetime, contact_id: ContactId | None
    ) -> None:
        out = Out(address, kind, source, at, self.sight.now, contact_id, seen_inactive=source is not OutSource.EVENT)
        self.plan.outs.append(out)
        self.standing.setdefault(address, []).append(out)
        for link in self._links_of(address, contact_id):
            self.plan.links[link.contact_id] = replace(link, status=LinkStatus.OUT, since=self.sight.now)

    def _links_of(self, address: AddressKey, contact_id: ContactId | None) -> Iterable[Link]:
        by_contact = self.sight.links.by_contact.get(contact_id) if contact_id is not None else None
        candidates = [by_contact] if by_contact is not None else self.sight.links.by_any_address.get(address, [])
        return (link for link in candidates if link.status is not LinkStatus.OUT)

    def compare(self, listing: Mapping[ContactId, Contact]) -> None:
        """Active ones whose out was seen to hold came back; the others are seen to be out. Changed addresses are noted."""
        active = {contact.email.strip().lower(): contact for contact in listing.values()}
        for out in self.sight.outs:
            if out.ended_at is None and out.address in active and out.seen_inactive:
                self._end(out, active[out.address])
            elif out.ended_at is None and out.address not in active and not out.seen_inactive:
                self.plan.outs.append(replace(out, seen_inactive=True))
        for contact in listing.values():
            self._follow(contact)

    def _end(self, out: Out, contact: Contact) -> None:
        if any(new.address == out.address and new.id is None for new in self.plan.outs):
            return
        ended = replace(out, ended_at=self.sight.now, ended_by="active")
        self.plan.outs.append(ended)
        self.plan.ended.append(ended)
        link = self.sight.links.by_contact.get(contact.id)
        if link is not None and link.status is LinkStatus.OUT:
            self.plan.links[link.contact_id] = replace(link, status=LinkStatus.RETURNED, since=self.sight.now)

    def _follow(self, contact: Contact) -> None:
        link = self.sight.links.by_contact.get(contact.id)
        address = contact.email.strip().lower()
        if link is None or link.status is not LinkStatus.OPEN or link.address == address or contact.id in self.plan.links:
            return
        moved = replace(link, address=address, addresses=link.addresses | {link.address, address})
        self.plan.links[contact.id] = moved
        self.plan.moved_there.append(moved)


def is_echo(event: Event, own_writes: Iterable[OwnWrite]) -> bool:
    """Whether our own write caused this event: no campaign, same kind and contact, within a quarter of an hour."""
    return event.campaign_id is None and any(
        write.kind is event.kind
        and (write.contact_id == event.contact_id if write.contact_id and event.contact_id else write.address == event.address)
        and abs(event.at - write.at) <= ECHO_WINDOW
        for write in own_writes
    )


def due_unticks(outs: Iterable[Out]) -> list[Out]:
    """Outs whose untick in Admin has not been written yet."""
    return [out for out in outs if out.ended_at is None and out.unticked_at is None and out.kind in UNTICKING]

"""Who is out, from what Flexmail tells: events, present states, and contacts that are missing. Pure.

Absence is no evidence: a contact that a listing lacks is asked for before anything is concluded.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from flexsync_cli.domain.address import contact_key
from flexsync_cli.domain.echoes import OwnWrite, is_echo
from flexsync_cli.domain.events import ContactState, Event, PresentState
from flexsync_cli.domain.known import LinkBook, contacts_by_address
from flexsync_cli.domain.model import AddressKey, Consent, Contact, ContactId, Link, LinkStatus, Out, OutKind, OutSource
from flexsync_cli.domain.months import day_of

# These untick the newsletter flag at every relation with the address.
UNTICKING = frozenset({OutKind.PERSON, OutKind.BLOCKED})
OUT_STATES = frozenset({ContactState.UNSUBSCRIBED, ContactState.BLACKLISTED, ContactState.BOUNCED_OUT})


@dataclass(frozen=True, slots=True)
class OutsSight:
    """What was gathered. `there` is now by Flexmail's clock.

    Events before `began` are history, which the states told: they count only where `history` is wanted, and for who is out.
    `listing` and `states` are None where they were not read; `gone` are linked contacts that a listing lacks and nobody knows,
    where there is no SOAP token to ask; `hard_bounced` the addresses of known hard bounces.
    """

    links: LinkBook
    outs: Sequence[Out]
    now: datetime
    there: datetime
    events: Sequence[Event] = ()
    own_writes: Sequence[OwnWrite] = ()
    began: datetime | None = None
    history: bool = False
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

    @property
    def learnt(self) -> Mapping[str, int]:
        """What is counted of it but the echoes, by the step's counts."""
        ended = len({out.address for out in self.ended})
        return {"events": self.events, "states": self.states, "gone": self.gone, "ended": ended}


def missing(links: LinkBook, listing: Mapping[ContactId, Contact]) -> list[Link]:
    """Linked contacts that a listing lacks by their id, and whose address it does not show under another."""
    unlisted = [link for link in links.open_links() if link.contact_id not in listing]
    if not unlisted:
        return []
    shown = {contact_key(contact.email): contact.id for contact in listing.values()}
    return [link for link in unlisted if not _is_merged(link, shown, links)]


def _is_merged(link: Link, shown: Mapping[AddressKey, ContactId], links: LinkBook) -> bool:
    """Active under another id. An address that it only had before may be another person's by now."""
    agreed = shown.get(str(link.values.get("email")))
    return link.address in shown or (agreed is not None and agreed not in links.by_contact)


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
        self.heard = {(who, out.at) for out in sight.outs if is_own_word(out) for who in (out.address, out.contact_id)}
        self.answered: dict[AddressKey, datetime] = {}
        self.standing: dict[AddressKey, list[Out]] = {}
        self.denied: set[AddressKey] = set()
        for out in sight.outs:
            if out.ended_at is None:
                self.standing.setdefault(out.address, []).append(out)
            else:
                self.answered[out.address] = max(out.at, self.answered.get(out.address, out.at))

    def hear(self, event: Event) -> None:
        """An unsubscription: the person's, unless it is an echo of ours, was heard before, or is settled since."""
        link = self._link(event.contact_id)
        address = event.address or (link.address if link is not None else "")
        if not address or self._is_settled(event, address):
            return
        if is_echo(event, self.sight.own_writes):
            self.plan.echoes += 1
            return
        self.heard |= {(address, event.at), (event.contact_id, event.at)}
        self.plan.events += 1
        if self._is_consented(address, event.at):
            self._record_ended(event, address)
        else:
            self._record(address, OutKind.PERSON, OutSource.EVENT, event.at, event.contact_id)

    def _is_settled(self, event: Event, address: AddressKey) -> bool:
        """Heard before; or no later than an out that a yes has ended; or from before we were there."""
        if (address, event.at) in self.heard or (event.contact_id is not None and (event.contact_id, event.at) in self.heard):
            return True
        if address in self.answered and event.at <= self.answered[address]:
            return True
        began = self.sight.began
        return began is not None and event.at < began and not (self.sight.history and address in self.standing)

    def _is_consented(self, address: AddressKey, at: datetime) -> bool:
        """Whether the person said yes since, and the office recorded it."""
        return any(
            consent.address == address and at < consent.recorded_at and day_of(at) <= day_of(consent.on)
            for consent in self.sight.consents
        )

    def _record_ended(self, event: Event, address: AddressKey) -> None:
        """A no that a consent had answered before we heard of it."""
        out = Out(address, OutKind.PERSON, OutSource.EVENT, event.at, self.sight.now, event.contact_id)
        self.plan.outs.append(replace(out, ended_at=self.sight.now, ended_by="consent"))
        self._close(address, event.contact_id)

    def see(self, state: PresentState) -> None:
        """A state adds nothing to an address that is out already, nor to one whose consent Flexmail has not followed yet."""
        link = self._link(state.contact_id)
        address = state.address or (link.address if link is not None else "")
        if state.state is ContactState.DELETED and link is not None and link.status is LinkStatus.OPEN:
            self.plan.links[link.contact_id] = replace(link, status=LinkStatus.DELETED, since=self.sight.now)
        if state.state not in OUT_STATES or not address:
            return
        self.denied.add(address)
        if address in self.standing:
            self._close(address, state.contact_id)
        elif not self._awaits_flexmail(address):
            self.plan.states += 1
            self._record(address, self._kind_of(state), OutSource.STATE, self.sight.there, state.contact_id)

    def _awaits_flexmail(self, address: AddressKey) -> bool:
        """Consented, and not seen active since: the old state stands there until it is lifted there."""
        said = [consent.recorded_at for consent in self.sight.consents if consent.address == address]
        if not said or address in self.sight.links.open_by_address:
            return False
        others = [out for out in self.sight.outs if out.address == address and out.ended_by != "consent"]
        return all(out.recorded_at <= max(said) for out in others)

    def _kind_of(self, state: PresentState) -> OutKind:
        if state.state is ContactState.UNSUBSCRIBED:
            return OutKind.PERSON
        bounced = state.state is ContactState.BOUNCED_OUT or state.address in self.sight.hard_bounced
        return OutKind.UNDELIVERABLE if bounced else OutKind.BLOCKED

    def miss(self, link: Link) -> None:
        """Without SOAP nobody can say why it is gone."""
        self.plan.gone += 1
        self._record(link.address, OutKind.BLOCKED, OutSource.GONE, self.sight.there, link.contact_id)

    def _record(
        self, address: AddressKey, kind: OutKind, source: OutSource, at: datetime, contact_id: ContactId | None
    ) -> None:
        out = Out(address, kind, source, at, self.sight.now, contact_id, seen_inactive=source is not OutSource.EVENT)
        self.plan.outs.append(out)
        self.denied.add(address)
        self.standing.setdefault(address, []).append(out)
        self._close(address, contact_id)

    def _close(self, address: AddressKey, contact_id: ContactId | None) -> None:
        """An out closes the link; its id and addresses stay known."""
        named = self._link(contact_id)
        for link in [named] if named is not None else self.sight.links.by_any_address.get(address, []):
            if link.status is not LinkStatus.OUT and not self._was_let_go(link, address):
                self.plan.links[link.contact_id] = replace(link, status=LinkStatus.OUT, since=self.sight.now)

    def _was_let_go(self, link: Link, address: AddressKey) -> bool:
        """By the office alone, when its relation had gone to another contact: that no does not follow the relation."""
        kinds = {out.kind for out in self.standing.get(address, ())}
        return link.status is LinkStatus.RELEASED and kinds == {OutKind.OFFICE}

    def _link(self, contact_id: ContactId | None) -> Link | None:
        return None if contact_id is None else self.sight.links.by_contact.get(contact_id)

    def compare(self, listing: Mapping[ContactId, Contact]) -> None:
        """Active ones whose out was seen to hold came back; the others are seen to be out. Changed addresses are noted."""
        links = self.sight.links
        active = contacts_by_address(listing, links.open_by_address)
        for address, outs in self.standing.items():
            if address not in active:
                self.plan.outs += [
                    replace(out, seen_inactive=True) for out in outs if not out.seen_inactive and out.id is not None
                ]
            elif address not in self.denied and all(out.seen_inactive for out in outs):
                self._welcome(outs, active[address])
        for address, contact in active.items():
            link = links.by_contact.get(contact.id)
            if link is not None and link.address != address:
                self._follow(link, address)

    def _welcome(self, outs: Sequence[Out], contact: Contact) -> None:
        ended = [replace(out, ended_at=self.sight.now, ended_by="active") for out in outs]
        self.plan.outs += ended
        self.plan.ended += ended
        former = self._link(contact.id) or next(iter(self.sight.links.by_any_address.get(outs[0].address, ())), None)
        if former is not None and former.status is LinkStatus.OUT:
            back = replace(
                former, contact_id=contact.id, address=outs[0].address, status=LinkStatus.RETURNED, since=self.sight.now
            )
            self.plan.links[contact.id] = back

    def _follow(self, link: Link, address: AddressKey) -> None:
        if link.status is LinkStatus.OPEN and link.contact_id not in self.plan.links:
            addresses = link.addresses | {link.address, address}
            self.plan.links[link.contact_id] = replace(link, address=address, addresses=addresses)


def is_own_word(out: Out) -> bool:
    """Whether the person said so; a bounce is an event too, but nobody's word."""
    return out.source is OutSource.EVENT and out.kind is OutKind.PERSON


def due_unticks(outs: Iterable[Out], *, hard_bounces: bool = False) -> list[Out]:
    """Outs whose untick in Admin has not been written yet; those of wrong addresses (5.1.x) too, where that is wanted."""
    due = [out for out in outs if out.ended_at is None and out.unticked_at is None]
    return [out for out in due if out.kind in UNTICKING or (hard_bounces and _is_bounce(out))]


def _is_bounce(out: Out) -> bool:
    return out.source is OutSource.EVENT and out.kind is OutKind.UNDELIVERABLE

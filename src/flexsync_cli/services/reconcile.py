"""Reads Flexmail's present state: who is listed, who is in a state that is out, and what became of those who are missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flexsync_cli.domain import outs
from flexsync_cli.domain.address import address_key, contact_key
from flexsync_cli.domain.events import ContactState, PresentState
from flexsync_cli.domain.known import LinkBook
from flexsync_cli.domain.model import Contact, ContactId, Link
from flexsync_cli.domain.outs import OUT_STATES, OutsPlan, OutsSight
from flexsync_cli.domain.plan import Guarded, Refusal, RefusalKind
from flexsync_cli.services import learn
from flexsync_cli.services.session import Session
from flexsync_cli.services.unticks import ADOPTED

UNSUBSCRIPTIONS = "unsubscriptions"
RECONCILED = "reconciled_at"
HELD = "held_there"
CONTACTS_THERE = "contacts_there"  # the fact: how many contacts Flexmail listed last
# What says enough of a contact; anything else leaves it held.
TELLING = OUT_STATES | {ContactState.ACTIVE, ContactState.DELETED}


@dataclass(slots=True)
class Reconciled:
    """What was read. `refusal` is there where a side looked so wrong that nothing of it counts."""

    listing: dict[ContactId, Contact]
    states: list[PresentState] | None = None
    gone: list[Link] = field(default_factory=list)
    held: list[Link] = field(default_factory=list)
    refusal: Refusal | None = None


def is_due(session: Session, links: LinkBook) -> bool:
    """Without SOAP the listing is the only way to learn of opt-outs; with it, it is read daily, and first of all.

    Once the month's calls are spent the events alone have to do.
    """
    last: str | None = session.state.facts.get(RECONCILED)
    if session.events is None or last is None or links.open_count == 0:
        return True
    if session.tally.is_spent(session.now()):
        return False
    return session.age(last) >= session.settings.reconcile


def reconcile(session: Session, links: LinkBook, approval: Refusal | None) -> tuple[Reconciled, OutsPlan]:
    """Read it, decide, and record what was learnt."""
    started = session.now()
    seen = _read(session, links, approval)
    if seen.refusal is not None:
        return seen, OutsPlan()
    plan = outs.decide(
        OutsSight(
            links=links,
            outs=session.state.outs.all(),
            now=session.now(),
            there=session.there(),
            listing=seen.listing,
            states=seen.states,
            gone=seen.gone,
            consents=session.state.outs.consents(),
            hard_bounced=learn.hard_bounced(session, learn.blacklisted(seen.states or ())),
        )
    )
    with session.state.transaction():
        learn.record(session, plan, plan.learnt)
        session.state.facts.put(HELD, [link.contact_id for link in seen.held])
        session.state.facts.put(RECONCILED, started.isoformat())
        session.state.facts.put(CONTACTS_THERE, len(seen.listing))
        if session.state.facts.get(ADOPTED) is None:
            session.state.facts.put(ADOPTED, session.now().isoformat())
    return seen, plan


def matched(session: Session, seen: Reconciled) -> int:
    """How many addresses both sides know: the guard's base where nothing is linked yet."""
    there = {contact_key(contact.email) for contact in seen.listing.values()} | {state.address for state in seen.states or ()}
    return len(there & {address_key(relation.email) for relation in session.relations()})


def _read(session: Session, links: LinkBook, approval: Refusal | None) -> Reconciled:
    seen = Reconciled(dict(session.flexmail.contacts()))
    if session.events is not None:
        seen.states = list(session.events.in_states(OUT_STATES))
    missing = _untold(outs.missing(links, seen.listing), seen.states or ())
    seen.refusal = _emptied(session, seen.listing, missing, links.open_count, approval)
    if seen.refusal is None:
        _ask(session, seen, missing)
    return seen


def _emptied(
    session: Session, listing: Mapping[ContactId, Contact], missing: Sequence[Link], links: int, approval: Refusal | None
) -> Refusal | None:
    """No contacts where there are links, or half of them gone: more likely Flexmail's trouble than everybody's wish."""
    halved = len(missing) > session.settings.limits.count and len(missing) * 2 >= links
    if not missing or (listing and not halved):
        return None
    if approval is not None and approval.kind is RefusalKind.NUMBERS and len(missing) <= approval.people:
        return None
    items = tuple(Guarded("gone", link.relation_id, link.contact_id) for link in missing)
    return Refusal("opt_outs", RefusalKind.NUMBERS, len(missing), links, items)


def _ask(session: Session, seen: Reconciled, missing: Sequence[Link]) -> None:
    """Absence is no evidence: each is asked for by its address, then all of them over SOAP; the rest is held."""
    unknown = [link for link in missing if not _is_found(session, link, seen)]
    if session.events is None:
        seen.gone = unknown
        return
    states = session.events.states_of([link.address for link in unknown]) if unknown else ()
    seen.states = [*(seen.states or ()), *states]
    seen.held = _untold(unknown, states)


def _untold(links: Sequence[Link], states: Sequence[PresentState]) -> list[Link]:
    """Those of whom these states don't say what became of them; a deleted one says it by its id only, for another may
    have its address since."""
    telling = [state for state in states if state.state in TELLING]
    ids = {state.contact_id for state in telling}
    addresses = {state.address for state in telling if state.state is not ContactState.DELETED}
    return [link for link in links if link.contact_id not in ids and link.address not in addresses]


def _is_found(session: Session, link: Link, seen: Reconciled) -> bool:
    session.stop.check()
    contact = session.flexmail.find(link.address)
    if contact is not None:
        seen.listing[contact.id] = contact
    return contact is not None

"""Pulls the opt-outs: who is out is in state before anything is pushed, then unticked in Admin."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flexsync_cli.domain import outs
from flexsync_cli.domain.events import Event, EventKind, PresentState
from flexsync_cli.domain.guard import people
from flexsync_cli.domain.known import LinkBook
from flexsync_cli.domain.model import Contact, ContactId, Link, LinkStatus, ToDo
from flexsync_cli.domain.outs import OUT_STATES, OutsPlan, OutsSight, OwnWrite
from flexsync_cli.domain.plan import Guarded, KeptPlan, Refusal, RefusalKind, StepOutcome
from flexsync_cli.services import learn, plans, unticks, watermarks
from flexsync_cli.services.session import Session

UNSUBSCRIPTIONS = "unsubscriptions"
RECONCILED = "reconciled_at"
ADOPTED = "adopted_at"
TODOS = ("came_back", "address_changed_there")
# Which event each of our own writes comes back as.
ECHOES = {
    "unsubscribe": EventKind.UNSUBSCRIPTION,
    "create": EventKind.SUBSCRIPTION,
    "patch": EventKind.PROFILE_UPDATE,
    "put": EventKind.PROFILE_UPDATE,
}


@dataclass(slots=True)
class OptOuts:
    """What the push needs of it. `listing` is None where this run needed none; `held` those nobody can classify; `trusted`
    is False where Flexmail's side looked so wrong that nothing may be pushed."""

    listing: Mapping[ContactId, Contact] | None = None
    held: frozenset[ContactId] = frozenset()
    trusted: bool = True


@dataclass(slots=True)
class _Gathered:
    links: LinkBook
    started: datetime
    events: Sequence[Event] = ()
    listing: dict[ContactId, Contact] | None = None
    states: Sequence[PresentState] | None = None
    gone: list[Link] = field(default_factory=list)
    held: list[Link] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


def pull(session: Session, outcome: StepOutcome, since: datetime | None = None, approved: KeptPlan | None = None) -> OptOuts:
    """Run the step."""
    session.reporter.step("opt_outs")
    approval = approved.refusal if approved else None
    gathered = _gather(session, since, approval)
    plan = outs.decide(_sight(session, gathered))
    _record(session, gathered, plan)
    _count(outcome, plan, gathered)
    gathered.refusals += unticks.settle(session, outcome, approval)
    plans.keep(session, outcome, gathered.refusals, "opt_outs")
    outcome.todos += session.state.todos.replace(TODOS, _todos(session), session.now())
    trusted = all(refusal.kind is not RefusalKind.NUMBERS for refusal in gathered.refusals)
    return OptOuts(gathered.listing, frozenset(link.contact_id for link in gathered.held), trusted)


def _gather(session: Session, since: datetime | None, approval: Refusal | None) -> _Gathered:
    gathered = _Gathered(LinkBook(session.state.links.all()), session.now())
    if session.events is not None:
        session.state.facts.put("database_id", session.events.database_id())
        gathered.events = session.events.unsubscriptions(watermarks.since(session, UNSUBSCRIPTIONS, since))
    if not _reconcile_is_due(session, gathered.links):
        return gathered
    gathered.listing = dict(session.flexmail.contacts())
    refusal = _emptied(session, gathered, approval)
    if refusal is not None:
        gathered.refusals.append(refusal)
        return gathered
    if session.events is not None:
        gathered.states = session.events.in_states(OUT_STATES)
    _ask_for_missing(session, gathered, approval)
    return gathered


def _reconcile_is_due(session: Session, links: LinkBook) -> bool:
    """Without SOAP the listing is the only way to learn of opt-outs; with it, it is read daily, and first of all."""
    last = session.state.facts.get(RECONCILED)
    if session.events is None or last is None or links.open_count == 0:
        return True
    return session.now() - datetime.fromisoformat(last) >= session.settings.reconcile


def _emptied(session: Session, gathered: _Gathered, approval: Refusal | None) -> Refusal | None:
    """No contacts where there are links, or half of them gone: more likely Flexmail's trouble than everybody's wish."""
    links = gathered.links.open_count
    missing = outs.missing(gathered.links, gathered.listing or {})
    halved = len(missing) > session.settings.limits.count and len(missing) * 2 >= links
    if not links or (gathered.listing and not halved):
        return None
    if approval is not None and approval.kind is RefusalKind.NUMBERS and len(missing) <= approval.people:
        return None
    return Refusal("opt_outs", RefusalKind.NUMBERS, len(missing), links, _guarded(missing))


def _guarded(links: Sequence[Link]) -> tuple[Guarded, ...]:
    return tuple(Guarded("gone", link.relation_id, link.contact_id) for link in links)


def _ask_for_missing(session: Session, gathered: _Gathered, approval: Refusal | None) -> None:
    """Absence is no evidence: each is asked for by its address, then all of them over SOAP; the rest is held."""
    listing = gathered.listing or {}
    told = {state.address for state in gathered.states or ()}
    missing = [link for link in outs.missing(gathered.links, listing) if link.address not in told]
    allowed = set(approval.items) if approval else set()
    asked = [link for link in missing if Guarded("gone", link.relation_id, link.contact_id) not in allowed]
    if session.events is None and session.settings.limits.passed(people(_guarded(asked)), gathered.links.open_count):
        gathered.held = missing
        gathered.refusals.append(
            Refusal("opt_outs", RefusalKind.LIMIT, people(_guarded(asked)), gathered.links.open_count, _guarded(missing))
        )
        return
    unknown = [link for link in missing if not _is_found(session, link, gathered)]
    if session.events is None:
        gathered.gone = unknown
        return
    states = session.events.states_of([link.address for link in unknown]) if unknown else ()
    gathered.states = [*(gathered.states or ()), *states]
    settled = {state.address for state in states if state.state is not None}
    gathered.held = [link for link in unknown if link.address not in settled]


def _is_found(session: Session, link: Link, gathered: _Gathered) -> bool:
    session.stop.check()
    contact = session.flexmail.find(link.address)
    if contact is not None and gathered.listing is not None:
        gathered.listing[contact.id] = contact
    return contact is not None


def _sight(session: Session, gathered: _Gathered) -> OutsSight:
    untrusted = any(refusal.kind is RefusalKind.NUMBERS for refusal in gathered.refusals)
    return OutsSight(
        links=gathered.links,
        outs=session.state.outs.all(),
        now=session.now(),
        events=gathered.events,
        own_writes=own_writes(session),
        listing=None if untrusted else gathered.listing,
        states=gathered.states,
        gone=gathered.gone,
        consents=session.state.outs.consents(),
        hard_bounced=learn.hard_bounced(session),
    )


def own_writes(session: Session) -> list[OwnWrite]:
    """What we wrote lately, as Flexmail may tell it back."""
    entries = session.state.journal.since(session.now() - watermarks.LOST)
    return [
        OwnWrite(
            ECHOES[entry.kind],
            entry.payload.get("contact"),
            entry.payload.get("address", ""),
            datetime.fromisoformat(entry.payload["there"]),
        )
        for entry in entries
        if entry.kind in ECHOES
    ]


def _record(session: Session, gathered: _Gathered, plan: OutsPlan) -> None:
    """In one transaction: what was learnt, and how far was read."""
    with session.state.transaction():
        learn.record(session, plan)
        if session.events is not None:
            watermarks.move(session, UNSUBSCRIPTIONS, gathered.started)
        if gathered.listing is not None and not gathered.refusals:
            session.state.facts.put(RECONCILED, gathered.started.isoformat())
            if session.state.facts.get(ADOPTED) is None:
                session.state.facts.put(ADOPTED, session.now().isoformat())


def _count(outcome: StepOutcome, plan: OutsPlan, gathered: _Gathered) -> None:
    outcome.counts.update(
        events=plan.events,
        echoes=plan.echoes,
        states=plan.states,
        gone=plan.gone,
        ended=len(plan.ended),
        held=len(gathered.held),
    )


def _todos(session: Session) -> list[ToDo]:
    """Who came back while unticked; whose address was changed in Flexmail."""
    ticked = {relation.id for relation in session.relations() if relation.newsletter}
    todos = []
    for link in session.state.links.all():
        if link.status is LinkStatus.RETURNED and link.relation_id not in ticked:
            todos.append(_todo(session, "came_back", link, since=link.since.isoformat()))
        elif link.status is LinkStatus.OPEN and link.values.get("email", link.address) != link.address:
            todos.append(_todo(session, "address_changed_there", link))
    return todos


def _todo(session: Session, kind: str, link: Link, **data: str) -> ToDo:
    return ToDo(f"{kind}:{link.contact_id}", kind, session.now(), link.relation_id, link.contact_id, data)

"""Opt-in: who subscribed in Flexmail becomes a relation, or gets the newsletter ticked again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import ceil

from flexsync_cli.domain.acquaintance import OptInSight
from flexsync_cli.domain.events import ContactState, Event
from flexsync_cli.domain.guard import limit
from flexsync_cli.domain.model import Contact, ContactId, Link, LinkStatus
from flexsync_cli.domain.optin import AddRelation, OptIn, OptInPlan, guarded
from flexsync_cli.domain.plan import Guarded, KeptPlan, RefusalKind, StepOutcome
from flexsync_cli.errors import Misconfigured
from flexsync_cli.services import feed, optouts, plans, watermarks
from flexsync_cli.services.account import Account
from flexsync_cli.services.relation_writer import RelationWriter
from flexsync_cli.services.session import CLOCK_OFFSET, Session, Settings

SUBSCRIPTIONS = "subscriptions"


@dataclass(slots=True)
class _Asked:
    """`active` are yeses with the contact as it is now; `waiting` those whose confirmation is still to come."""

    active: list[tuple[Event, Contact]] = field(default_factory=list)
    waiting: list[Event] = field(default_factory=list)


def require(settings: Settings) -> None:
    """Raises Misconfigured where nobody asked for the two-way option."""
    if not settings.opt_in:
        raise Misconfigured(
            "sync.opt_in is off, so nothing comes from Flexmail into Admin; set opt_in = true under [sync] to let it"
        )


def bring_in(
    session: Session,
    outcome: StepOutcome,
    listing: Mapping[ContactId, Contact] | None,
    since: datetime | None = None,
    *,
    everyone: bool = False,
    approved: KeptPlan | None = None,
) -> None:
    """Run the step. `listing` spares a reading of the contacts where the opt-outs read them; `everyone` takes also contacts
    that were there before."""
    reading = feed.read(session, outcome, SUBSCRIPTIONS, lambda events, moment: events.subscriptions(moment), since)
    present = _present(session, listing, approved, everyone=everyone)
    plan, waiting = _decide(session, reading.events, present)
    with session.state.transaction():
        session.state.outs.save(plan.outs)
        session.state.links.save([*plan.links.values(), *_vanished(session, listing)])
    held = _guard(session, outcome, plan, approved, everyone=everyone)
    failed = _apply(session, outcome, plan)
    feed.settle(session, outcome, reading, [*waiting, *held, *failed])
    outcome.notes += plan.notes
    outcome.counts["todos"] += plan.todos
    optouts.tell(session, outcome)


def _decide(session: Session, events: Sequence[Event], present: Sequence[Contact]) -> tuple[OptInPlan, list[Event]]:
    """The plan, and the yeses whose confirmation is still to come."""
    if not events and not present:
        return OptInPlan(), []
    decision = OptIn(_sight(session))
    asked = _ask(session, decision.worth_asking(events))
    if not asked.active and not present:
        return OptInPlan(), asked.waiting
    return decision.decide(asked.active, present, Account(session).shape()), asked.waiting


def _vanished(session: Session, listing: Mapping[ContactId, Contact] | None) -> list[Link]:
    """Who came back, waited for the office, and is no longer there."""
    if listing is None:
        return []
    returned = [link for link in session.state.links.all() if link.status is LinkStatus.RETURNED]
    gone = [link for link in returned if link.contact_id not in listing]
    return [replace(link, status=LinkStatus.RELEASED, since=session.now()) for link in gone]


def _sight(session: Session) -> OptInSight:
    return OptInSight(
        relations=session.relations(),
        links=session.links(),
        outs=session.state.outs.all(),
        now=session.now(),
        rules=session.settings.rules,
        # Stamps are whole seconds, and so is what we know of the other clock: in doubt a no is later.
        ahead=timedelta(seconds=ceil(session.state.facts.get(CLOCK_OFFSET) or 0)),
    )


def _ask(session: Session, events: Sequence[Event]) -> _Asked:
    """What Flexmail has of these persons now: only an active contact has said yes."""
    asked = _Asked()
    if not events or session.events is None:
        return asked
    states: dict[str, set[ContactState | None]] = {}
    for present in session.events.states_of([event.address for event in events]):
        states.setdefault(present.address, set()).add(present.state)
    for event in events:
        session.stop.check()
        known = states.get(event.address, set())
        if ContactState.ACTIVE in known and (contact := session.flexmail.find(event.address)) is not None:
            asked.active.append((event, contact))
        elif ContactState.AWAITING in known and session.now() - event.at < watermarks.LOST:
            asked.waiting.append(event)
    return asked


def _present(
    session: Session, listing: Mapping[ContactId, Contact] | None, approved: KeptPlan | None, *, everyone: bool
) -> list[Contact]:
    """Contacts that may have been there before: all of them, or those that were approved."""
    wanted = {item.contact_id for item in approved.refusal.items if item.change == "add"} if approved else set()
    if not everyone and not wanted:
        return []
    known = session.flexmail.contacts() if listing is None else listing
    return [contact for contact_id, contact in sorted(known.items()) if everyone or contact_id in wanted]


def _guard(
    session: Session, outcome: StepOutcome, plan: OptInPlan, approved: KeptPlan | None, *, everyone: bool
) -> list[Event]:
    """Too many relations created or ticked: only those that were approved are; the yeses of the others."""
    approval = approved.refusal if approved else None
    items = [guarded(change) for change in plan.changes]
    refusals = limit(outcome.name, items, len(session.relations()), session.settings.limits, approval)
    # Contacts that were there before are seen only by who asks for them: until then their plan waits.
    unseen = frozenset() if everyone else _unseen(session, outcome.name)
    plans.keep(session, outcome, refusals, outcome.name, unseen)
    if not refusals:
        return []
    allowed = set(approval.items) if approval else set[Guarded]()
    held = [change for change in plan.changes if guarded(change) not in allowed]
    plan.changes = [change for change in plan.changes if guarded(change) in allowed]
    return [change.event for change in held if change.event is not None]


def _unseen(session: Session, step: str) -> frozenset[RefusalKind]:
    linked = {link.contact_id for link in session.state.links.all()}
    items = [item for kept in session.state.plans.open() if kept.refusal.step == step for item in kept.refusal.items]
    waits = any(item.change == "add" and item.contact_id not in linked for item in items)
    return frozenset({RefusalKind.LIMIT}) if waits else frozenset()


def _apply(session: Session, outcome: StepOutcome, plan: OptInPlan) -> list[Event]:
    """Write to Admin; the yeses of what it did not take, to be tried again."""
    session.reporter.step(outcome.name, len(plan.changes))
    if not session.applies:
        for change in plan.changes:
            outcome.counts["added" if isinstance(change, AddRelation) else "ticked"] += 1
        return []
    writer = RelationWriter(session, outcome)
    failed = [change for change in plan.changes if not writer.write(change)]
    return [change.event for change in failed if change.event is not None]

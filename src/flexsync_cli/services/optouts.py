"""Pulls the opt-outs: who is out is in state before anything is pushed, then unticked in Admin."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flexsync_cli.domain import outs
from flexsync_cli.domain.address import address_key
from flexsync_cli.domain.known import LinkBook, OutBook
from flexsync_cli.domain.model import AddressKey, Contact, ContactId, Link, LinkStatus, Relation, ToDo
from flexsync_cli.domain.outs import OutsPlan, OutsSight
from flexsync_cli.domain.plan import KeptPlan, Refusal, StepOutcome
from flexsync_cli.errors import ExitCode, FlexmailUnavailable, Unavailable, worst
from flexsync_cli.ports import Events, State
from flexsync_cli.services import budget, learn, plans, reconcile, unticks, watermarks
from flexsync_cli.services.reconcile import HELD, RECONCILED, UNSUBSCRIPTIONS
from flexsync_cli.services.session import Session

BEGAN = "unsubscriptions_began"
TODOS = ("came_back", "opt_in_unknown_untick", "opt_in_inactive", "opt_in_unmatched", "address_changed_there")


@dataclass(slots=True)
class OptOuts:
    """What the push needs of it. `listing` is None where this run needed none; `held` those nobody can classify; `trusted`
    is False where Flexmail's side looked so wrong that nothing may be pushed."""

    listing: Mapping[ContactId, Contact] | None = None
    held: frozenset[ContactId] = frozenset()
    trusted: bool = True
    refusals: list[Refusal] = field(default_factory=list)


def pull(
    session: Session,
    outcome: StepOutcome,
    since: datetime | None = None,
    approved: KeptPlan | None = None,
    *,
    may_wait: bool = False,
) -> OptOuts:
    """Run the step. What persons said is recorded and written even where Flexmail's present state can't be read after it.

    Raises BudgetSpent where they `may_wait` and the budget has room for one reading a day only.
    """
    session.reporter.step("opt_outs")
    approval = approved.refusal if approved else None
    base = session.linked()
    if may_wait and budget.opt_outs_wait(session):
        unticks.settle(session, outcome, approval, base=base)
        raise session.tally.spent(session.now())
    if session.events is not None:
        _hear(session, session.events, outcome, since)
    try:
        found, base = _reconcile(session, outcome, approval, base)
    except Unavailable:
        unticks.settle(session, outcome, approval, base=base)
        raise
    budget.opt_outs_were_read(session)
    found.refusals += unticks.settle(session, outcome, approval, base=base)
    plans.keep(session, outcome, found.refusals, "opt_outs")
    tell(session, outcome)
    return found


def refresh(session: Session, outcome: StepOutcome) -> OutBook:
    """Pull them again in a step that takes long; `outcome` gets what that adds."""
    again = StepOutcome(outcome.name)
    found = pull(session, again)
    outcome.counts += again.counts
    outcome.refused = outcome.refused or again.refused
    outcome.plan_id = again.plan_id or outcome.plan_id
    codes = [outcome.exit_code, again.exit_code, ExitCode.GUARD if again.refused else ExitCode.DONE]
    outcome.exit_code = worst([ExitCode(code) for code in codes])
    if not found.trusted:
        raise FlexmailUnavailable("Flexmail's contacts are suddenly missing: nothing more is written until a person has looked")
    return session.known().outs


def listen_from(state: State, moment: datetime) -> None:
    """What persons say after this is heard as their word, though no run has listened yet."""
    if state.facts.get(BEGAN) is None:
        state.facts.put(BEGAN, moment.replace(microsecond=0).isoformat())  # as stamps are
    watermarks.begin(state, UNSUBSCRIPTIONS, moment)


def _hear(session: Session, events: Events, outcome: StepOutcome, since: datetime | None) -> None:
    """Read the events; in one transaction: what was learnt, and how far was read."""
    session.state.facts.put("database_id", events.database_id())
    started, first = session.now(), watermarks.is_first(session, UNSUBSCRIPTIONS)
    heard = watermarks.read(session, UNSUBSCRIPTIONS, events.unsubscriptions, since)
    began = _began(session)
    plan = outs.decide(
        OutsSight(
            links=session.links(),
            outs=session.state.outs.all(),
            now=session.now(),
            there=session.there(),
            events=heard,
            own_writes=learn.own_writes(session) if heard else (),
            began=began,
            history=since is not None,
            consents=session.state.outs.consents(),
        )
    )
    with session.state.transaction():
        learn.record(session, plan, plan.learnt)
        session.state.facts.put(BEGAN, began.isoformat())
        if first:  # what was before is told by the states, which are read now
            session.state.facts.put(RECONCILED, None)
        watermarks.move(session, UNSUBSCRIPTIONS, started)
    _count(outcome, plan)


def _began(session: Session) -> datetime:
    """When we began to listen, by Flexmail's clock; one that was ahead then must not make history of what happens now."""
    kept, there = session.state.facts.get(BEGAN), session.there()
    if kept is None:
        return there.replace(microsecond=0)  # as stamps are: a no of this very second is no history
    began = datetime.fromisoformat(kept)
    return began if began <= there else there - watermarks.LOST


def _reconcile(session: Session, outcome: StepOutcome, approval: Refusal | None, base: int) -> tuple[OptOuts, int]:
    """Flexmail's present state, where it is due; and by how many the guard measures."""
    links = session.links()
    if not reconcile.is_due(session, links):
        held = frozenset(session.state.facts.get(HELD) or ())
        outcome.counts["held"] += len(held & {link.contact_id for link in links.open_links()})
        return OptOuts(held=held), base
    seen, plan = reconcile.reconcile(session, links, approval)
    _count(outcome, plan)
    outcome.counts["held"] += len(seen.held)
    refusals = [seen.refusal] if seen.refusal is not None else []
    held = frozenset(link.contact_id for link in seen.held)
    return OptOuts(seen.listing, held, not refusals, refusals), base or reconcile.matched(session, seen)


def _count(outcome: StepOutcome, plan: OutsPlan) -> None:
    outcome.counts.update(plan.learnt, echoes=plan.echoes)


def tell(session: Session, outcome: StepOutcome) -> None:
    """Let just those to-dos stand that follow from where things stand now."""
    outcome.todos += session.state.todos.replace(TODOS, list(_todos(session)), session.now())


def _todos(session: Session) -> Iterator[ToDo]:
    """Who came back while unticked; whose address was changed in Flexmail."""
    ended = {out.address for out in session.state.outs.all() if out.ended_at is not None}
    links = session.links()
    noticed = [link for link in links.by_contact.values() if _is_noticed(link)]
    came_back = _returned(session, links)
    if not noticed and not came_back:
        return
    relations = {relation.id: relation for relation in session.relations()}
    for link in noticed:
        relation = relations.get(link.relation_id)
        if relation is None and not session.settings.opt_in:
            continue
        if link.status is LinkStatus.RETURNED and not _is_mailed(relation):
            kind = _returned_kind(relation, was_out=not ended.isdisjoint(link.addresses | {link.address}))
            yield _todo(session, kind, link.relation_id, link.contact_id, since=link.since.isoformat())
        elif relation is None:
            continue
        elif link.status is LinkStatus.OPEN and link.address != _key(relation):
            yield _todo(session, "address_changed_there", relation.id, link.contact_id)
    if came_back:
        yield from _unlinked(session, relations.values(), came_back)


def _is_noticed(link: Link) -> bool:
    """Of 100,000 links few: those that came back, and those whose address is no longer the one that was sent."""
    if link.status is LinkStatus.OPEN:
        return link.address != link.values.get("email", link.address)
    return link.status is LinkStatus.RETURNED


def _is_mailed(relation: Relation | None) -> bool:
    return relation is not None and relation.newsletter and relation.active is True


def _returned_kind(relation: Relation | None, *, was_out: bool) -> str:
    """Why a yes did not tick the newsletter."""
    if relation is None:
        return "opt_in_unmatched"
    if relation.active is not True:
        return "opt_in_inactive"
    return "came_back" if was_out else "opt_in_unknown_untick"


def _unlinked(session: Session, relations: Iterable[Relation], came_back: Mapping[AddressKey, datetime]) -> Iterator[ToDo]:
    for relation in relations:
        since = came_back.get(_key(relation) or "")
        if since is not None and not relation.newsletter:
            yield _todo(session, "came_back", relation.id, None, since=since.isoformat())


def _returned(session: Session, links: LinkBook) -> dict[AddressKey, datetime]:
    """Who was out before we knew him, and came back: there is no link to tell his relation by."""
    all_outs = session.state.outs.all()
    standing = {out.address for out in all_outs if out.ended_at is None}
    return {
        out.address: out.ended_at
        for out in all_outs
        if out.ended_at is not None and out.ended_by != "consent" and out.address not in standing | links.by_any_address.keys()
    }


def _key(relation: Relation) -> AddressKey | None:
    return address_key(relation.email)


def _todo(session: Session, kind: str, relation_id: str, contact_id: ContactId | None, **data: str) -> ToDo:
    key = f"{kind}:{relation_id if contact_id is None else contact_id}"
    return ToDo(key, kind, session.now(), relation_id, contact_id, data)

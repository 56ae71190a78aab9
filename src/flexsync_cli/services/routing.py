"""Chooses the route of a push: what the account, this run and the month's calls allow."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from flexsync_cli.domain.model import Contact, ContactId
from flexsync_cli.domain.plan import Change, Leave, StepOutcome, Verdict
from flexsync_cli.domain.price import price
from flexsync_cli.domain.push import PushPlan
from flexsync_cli.domain.route import Means, Route, affordable, choose
from flexsync_cli.services import budget, import_probe, imports
from flexsync_cli.services.reconcile import CONTACTS_THERE
from flexsync_cli.services.refusals import ACCOUNT_REFUSED
from flexsync_cli.services.session import Session


def is_worth_a_listing(session: Session, plan: PushPlan) -> bool:
    """Whether so much is to be written that it pays to list Flexmail's contacts for it: only what was seen is imported."""
    if not plan.changes or plan.partial or session.settings.observe:
        return False
    return bool(choose(plan.changes, _means(session, None, taken=imports.are_taken(session))).imported)


def route_of(session: Session, plan: PushPlan, listing: Mapping[ContactId, Contact] | None) -> Route:
    """The route of what this plan changes; `listing` are Flexmail's contacts, where this run has read them."""
    means = _means(session, listing, taken=listing is not None and imports.are_taken(session))
    if plan.unlisted:
        leaves = price(change for change in plan.changes if isinstance(change, Leave))
        means = replace(means, left=leaves if means.left is None else min(leaves, means.left))
    return choose(plan.changes, means)


def _means(session: Session, listing: Mapping[ContactId, Contact] | None, *, taken: bool) -> Means:
    keeps, facts = import_probe.known(session), session.state.facts
    return Means(
        # One by one the first refusal for the account ends the creates; an import would pass over all of them.
        creates=taken and facts.get(ACCOUNT_REFUSED) is None,
        updates=taken and keeps is not False,
        probed=keeps is True,
        contacts=max(session.linked(), facts.get(CONTACTS_THERE) or 0) if listing is None else len(listing),
        listing=listing,
        left=None if session.settings.observe else session.tally.left(session.now()),
    )


def read_list(session: Session, plan: PushPlan, read: Callable[[], object]) -> bool:
    """Read one of the account's lists, unless that takes calls that the leaves need: then all else waits."""
    if plan.partial:
        read()
    elif not plan.unlisted:
        plan.unlisted = not budget.affords(session, read)
    return not plan.unlisted


def leave_under_way(session: Session, plan: PushPlan) -> None:
    """Whom an import concerns of which nobody knows yet what became of it is not written to meanwhile; a leave is."""
    waiting = imports.under_way(session)
    if waiting:
        _wait(plan, {id(each) for each in plan.changes if waiting.concern(each) and not isinstance(each, Leave)})


def cut(session: Session, plan: PushPlan, route: Route) -> None:
    """Go by this route: take out of the plan what the month's calls don't reach for."""
    if session.settings.keep_leavers:  # to let somebody go costs no call
        route = replace(route, waiting=tuple(change for change in route.waiting if not isinstance(change, Leave)))
    plan.route = route
    _wait(plan, set(map(id, route.waiting)))


def take_up(session: Session, plan: PushPlan) -> Sequence[Change]:
    """What was cut goes back into the plan as far as there are calls after all: an import seldom takes as many as it may."""
    if plan.route is None or plan.unlisted:
        return ()
    taken, waiting = affordable(plan.route.waiting, session.tally.left(session.now()))
    plan.route = replace(plan.route, waiting=waiting)
    plan.changes += taken
    return taken


def say_what_waits(session: Session, outcome: StepOutcome, plan: PushPlan) -> None:
    """Once nothing more is taken up."""
    if plan.route is not None and plan.route.waiting:
        budget.wait(session, outcome)


def _wait(plan: PushPlan, waiting: set[int]) -> None:
    for change in plan.changes:
        if id(change) in waiting and not isinstance(change, Leave):
            plan.verdicts[change.relation_id] = Verdict.WAITING
    plan.changes = [change for change in plan.changes if id(change) not in waiting]

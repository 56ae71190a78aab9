"""Refusals as blacklisted that are too many to be believed on the strength of a text: they wait for a person's word."""

from collections.abc import Mapping

from flexsync_cli.domain.model import AddressKey, RelationId
from flexsync_cli.domain.plan import Refusal, RefusalKind, StepOutcome
from flexsync_cli.domain.push import DOUBTED, PushPlan, doubted, parked_address
from flexsync_cli.services import interrupted, plans
from flexsync_cli.services.learn import refused_out
from flexsync_cli.services.session import REFUSED_AT, Session


def keep(session: Session, outcome: StepOutcome, plan: PushPlan) -> None:
    """Keep what this push came to doubt as a plan."""
    items = tuple(doubted(plan.selection, session.known()))
    if not items or plan.partial:
        return
    refusal = Refusal("push", RefusalKind.BLOCKED, len(items), session.linked(), items)
    plans.keep(session, outcome, [refusal], "push", frozenset(RefusalKind))


def believe(session: Session, approval: Refusal) -> None:
    """Record as out whom a person believes to be blacklisted. Their unticks follow, as those of every out."""
    if approval.kind is RefusalKind.BLOCKED:
        approved = {item.relation_id for item in approval.items}
        parked = [each for each in session.state.parked.all() if each.problem == DOUBTED and each.relation_id in approved]
        record(session, {each.relation_id: parked_address(each.fingerprint) for each in parked}, {})


def record(session: Session, refused: Mapping[RelationId, AddressKey], counted: Mapping[str, int]) -> None:
    """These relations are out: refused as blacklisted at these addresses; `counted` is what that adds to the push."""
    facts, found = session.state.facts, [refused_out(session, address) for address in sorted(set(refused.values()))]
    with session.state.transaction():
        session.state.outs.save(found)
        session.state.parked.remove(refused)
        interrupted.note(session, "push", counted)
        facts.put(REFUSED_AT, {**(facts.get(REFUSED_AT) or {}), **refused})

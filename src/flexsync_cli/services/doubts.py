"""Refusals as blacklisted that are too many to be believed on the strength of a text: they wait for a person's word."""

from flexsync_cli.domain.model import RelationId
from flexsync_cli.domain.plan import Refusal, RefusalKind, StepOutcome
from flexsync_cli.domain.push import DOUBTED, PushPlan, doubted
from flexsync_cli.services import plans
from flexsync_cli.services.learn import refused_out
from flexsync_cli.services.session import Session


def keep(session: Session, outcome: StepOutcome, plan: PushPlan) -> None:
    """Keep what this push came to doubt as a plan."""
    items = tuple(doubted(plan.selection, session.known()))
    if not items or plan.partial:
        return
    refusal = Refusal("push", RefusalKind.BLOCKED, len(items), session.known().links.open_count, items)
    plans.keep(session, outcome, [refusal], "push", frozenset(RefusalKind))


def believe(session: Session, approval: Refusal) -> None:
    """Record as out whom a person believes to be blacklisted. Their unticks follow, as those of every out."""
    if approval.kind is not RefusalKind.BLOCKED:
        return
    approved: set[RelationId] = {item.relation_id for item in approval.items}
    parked = [each for each in session.state.parked.all() if each.problem == DOUBTED and each.relation_id in approved]
    addresses = sorted({each.fingerprint.rpartition(" ")[2] for each in parked})
    with session.state.transaction():
        session.state.outs.save([refused_out(session, address) for address in addresses])
        session.state.parked.remove([each.relation_id for each in parked])

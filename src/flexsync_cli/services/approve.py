"""Approval of a refused plan: of just that one, by a person who has seen it."""

from dataclasses import replace

from flexsync_cli.domain.plan import KeptPlan, RefusalKind
from flexsync_cli.errors import ExitCode, Misconfigured
from flexsync_cli.ports import Lock
from flexsync_cli.services import reconcile
from flexsync_cli.services.run import Report, Request, run
from flexsync_cli.services.session import Session

STEPS = {
    "opt_outs": frozenset[str](),
    "profiles": frozenset({"profiles"}),
    "contacts": frozenset({"contacts"}),
    "push": frozenset({"push"}),
    "interests": frozenset({"push"}),
}
# After any other exit code the step may not have come to the approved changes, and the plan stands.
ENDING = frozenset({ExitCode.DONE, ExitCode.ITEMS, ExitCode.GUARD})
# What became of a plan that waits no longer.
ENDED = {"approved": "approved already", "withdrawn": "withdrawn: its cause is gone, or a newer plan took its place"}


def approve(session: Session, lock: Lock, plan_id: str, people: int | None) -> Report:
    """Pull the opt-outs, plan anew, and run those of today's guarded changes that the plan showed."""
    if session.settings.observe:
        raise Misconfigured('sync.mode is "observe", in which nothing is written; set it to "sync" to approve plans')
    plan = _checked(session, plan_id, people)
    session.approving = plan_id
    if plan.refusal.kind is RefusalKind.OFFER:
        session.state.facts.put(reconcile.RECONCILED, None)  # an offer can only be seen by listing the contacts
    step = plan.refusal.step
    report = run(session, lock, Request(STEPS[step], interests=step == "interests" or None, approved=plan))
    if report.exit_code in ENDING and any(outcome.name == step and outcome.error is None for outcome in report.outcomes):
        standing = session.state.plans.get(plan_id) or plan
        session.state.plans.save(replace(standing, ended=session.now(), ended_how="approved"))
        report.plans = session.state.plans.open()
    return report


def _checked(session: Session, plan_id: str, people: int | None) -> KeptPlan:
    plan = session.state.plans.get(plan_id) if plan_id.isascii() else None  # ids are; other bytes no state can look for
    ids = [each.id for each in session.state.plans.open()]
    waiting = f"those that wait: {', '.join(ids)}" if ids else "none waits for approval now"
    if plan is None:
        raise Misconfigured(f'no plan has the id "{plan_id}"; {waiting}')
    if plan.ended is not None:
        raise Misconfigured(f"plan {plan_id} was {ENDED.get(plan.ended_how, 'ended already')}; {waiting}")
    expected = plan.refusal.people
    if plan.refusal.typed and people != expected:
        command = plan.command(session.settings.config)
        raise Misconfigured(f"plan {plan_id} changes {expected} people, so that number has to be typed: {command}")
    if people is not None and people != expected:
        raise Misconfigured(f"plan {plan_id} is about {expected} people, not {people}")
    return plan

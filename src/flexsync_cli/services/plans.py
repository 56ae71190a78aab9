"""Refused plans and offers: kept under an id until they are approved or their cause is gone."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from flexsync_cli.domain.plan import OFFERS, KeptPlan, Refusal, StepOutcome
from flexsync_cli.services.session import Session


def keep(session: Session, outcome: StepOutcome, refusals: Sequence[Refusal], step: str) -> None:
    """Record what this step refused, withdraw what it no longer refuses; a dry run keeps nothing."""
    outcome.refused = any(refusal.kind not in OFFERS for refusal in refusals)
    if session.dry_run:
        return
    standing = {plan.refusal.kind: plan for plan in session.state.plans.open() if plan.refusal.step == step}
    ids = [_keep_one(session, refusal, standing.get(refusal.kind)) for refusal in refusals]
    kinds = {refusal.kind for refusal in refusals}
    for kind, plan in standing.items():
        if kind not in kinds:
            session.state.plans.save(replace(plan, ended=session.now(), ended_how="withdrawn"))
    outcome.plan_id = next(iter(ids), None)


def _keep_one(session: Session, refusal: Refusal, standing: KeptPlan | None) -> str:
    """A plan stays what it was when it was shown; it is replaced only when nothing of it is left."""
    if standing is not None:
        if not standing.refusal.items or set(standing.refusal.items) & set(refusal.items):
            return standing.id
        session.state.plans.save(replace(standing, ended=session.now(), ended_how="withdrawn"))
    plan = KeptPlan(secrets.token_hex(3), refusal, session.now())
    session.state.plans.save(plan)
    return plan.id

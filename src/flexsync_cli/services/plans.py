"""Refused plans and offers: kept under an id until they are approved or their cause is gone."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from flexsync_cli.domain.plan import OFFERS, KeptPlan, Refusal, RefusalKind, StepOutcome
from flexsync_cli.services.session import Session


def keep(
    session: Session,
    outcome: StepOutcome,
    refusals: Sequence[Refusal],
    step: str,
    unseen: frozenset[RefusalKind] = frozenset(),
) -> None:
    """Record what this step refused, withdraw what it no longer refuses; a dry run keeps nothing.

    `unseen` are the kinds that this run could not judge: their plans stand.
    """
    outcome.refusals += refusals
    outcome.refused |= any(refusal.kind not in OFFERS for refusal in refusals)
    if session.dry_run:
        return
    # What is being approved stands until it is done: a crash in the middle must not take a person's word back.
    standing = [plan for plan in session.state.plans.open() if plan.refusal.step == step and plan.id != session.approving]
    ids = [_keep_one(session, refusal, standing) for refusal in refusals]
    seen = unseen | {refusal.kind for refusal in refusals}
    for plan in standing:
        if plan.refusal.kind not in seen:
            _withdraw(session, plan)
    outcome.plan_id = outcome.plan_id or next(iter(ids), None)


def _keep_one(session: Session, refusal: Refusal, standing: Sequence[KeptPlan]) -> str:
    """A plan stays what it was when it was shown; it is replaced only when nothing of it is left."""
    alike = [plan for plan in standing if plan.refusal.kind is refusal.kind]
    covering = [plan for plan in alike if _covers(plan.refusal, refusal)]
    for plan in alike:
        if plan not in covering:
            _withdraw(session, plan)
    if covering:
        return covering[0].id
    plan = KeptPlan(secrets.token_hex(3), refusal, session.now())
    session.state.plans.save(plan)
    return plan.id


def _covers(shown: Refusal, now: Refusal) -> bool:
    if now.items:
        return not set(shown.items).isdisjoint(now.items)
    return now.people <= shown.people


def _withdraw(session: Session, plan: KeptPlan) -> None:
    session.state.plans.save(replace(plan, ended=session.now(), ended_how="withdrawn"))

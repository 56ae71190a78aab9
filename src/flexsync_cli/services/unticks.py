"""Writes what is due in Admin: the newsletter flag of everybody who is out, at every relation with that address."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain

from flexsync_cli.domain.address import address_key
from flexsync_cli.domain.guard import limit
from flexsync_cli.domain.model import AddressKey, Out, OutKind, OutSource, RelationId
from flexsync_cli.domain.outs import due_unticks, is_own_word
from flexsync_cli.domain.plan import Guarded, Refusal, RefusalKind, StepOutcome
from flexsync_cli.errors import AdminUnavailable, ExitCode, worst
from flexsync_cli.ports import FlagResult
from flexsync_cli.services.session import Session

ADOPTED = "adopted_at"  # the fact: when both sides were first compared
LAST_PUSH = "last_push"  # the fact: what the next push is measured by


def settle(
    session: Session,
    outcome: StepOutcome,
    approval: Refusal | None = None,
    *,
    base: int | None = None,
    learnt_since: datetime | None = None,
) -> list[Refusal]:
    """Untick all that is due, or what was learnt since then; what the guard holds back is returned.

    `base` is what the guard measures by, the open links if not given. A person's own event is never held back.
    """
    due = [
        out
        for out in due_unticks(session.state.outs.all(), hard_bounces=session.settings.untick_hard_bounces)
        if learnt_since is None or out.recorded_at >= learnt_since
    ]
    if not due:
        return []
    ticked = _ticked(session, due)
    base = session.linked() if base is None else base
    refusals = _inspect(session, due, ticked, base, _as_unticks(approval, ticked))
    held = {item.relation_id for refusal in refusals for item in refusal.items}
    for out in due:
        relation_ids = ticked.get(out.address, [])
        if (is_own_word(out) or held.isdisjoint(relation_ids)) and not _untick(session, outcome, out, relation_ids):
            break
    return refusals


def _ticked(session: Session, due: Sequence[Out]) -> dict[AddressKey, list[RelationId]]:
    """The relations to untick, by the address that is out: those that have it, and of a person whose it was."""
    wanted = {out.address for out in due}
    persons = {out.contact_id: out.address for out in due if out.kind is OutKind.PERSON and out.contact_id is not None}
    linked = {link.relation_id: persons[link.contact_id] for link in session.state.links.all() if link.contact_id in persons}
    result: dict[AddressKey, list[RelationId]] = {}
    for relation in session.relations():
        if relation.newsletter:
            key = address_key(relation.email)
            address = key if key in wanted else linked.get(relation.id)
            if address is not None:
                result.setdefault(address, []).append(relation.id)
    return result


def _as_unticks(approval: Refusal | None, ticked: Mapping[AddressKey, list[RelationId]]) -> Refusal | None:
    """Whoever was approved to be gone may be unticked, but for addresses of which not every relation was: they go together."""
    if approval is None:
        return None
    approved = {item.relation_id for item in approval.items}
    whole = chain.from_iterable(relation_ids for relation_ids in ticked.values() if approved.issuperset(relation_ids))
    return replace(approval, items=tuple(Guarded("untick", relation_id) for relation_id in whole))


def _inspect(
    session: Session, due: Sequence[Out], ticked: Mapping[AddressKey, list[RelationId]], base: int, approval: Refusal | None
) -> list[Refusal]:
    adopted = session.state.facts.get(ADOPTED)
    offered, limited = [], []
    for out in due:
        items = [Guarded("untick", relation_id) for relation_id in ticked.get(out.address, ())]
        if out.source is OutSource.STATE and out.kind is OutKind.BLOCKED and _is_of_adoption(out, adopted):
            offered += items
        elif not is_own_word(out):
            limited += items
    approved = set(approval.items) if approval else set()
    offered = [item for item in offered if item not in approved]
    offer = [Refusal("opt_outs", RefusalKind.OFFER, len(offered), base, tuple(offered))] if offered else []
    return offer + limit("opt_outs", limited, base, session.settings.limits, approval)


def _is_of_adoption(out: Out, adopted: str | None) -> bool:
    return adopted is None or out.recorded_at <= datetime.fromisoformat(adopted)


def _untick(session: Session, outcome: StepOutcome, out: Out, relation_ids: Sequence[RelationId]) -> bool:
    """All relations of one out, in one transaction; False where Admin can't be used."""
    if not session.applies:
        outcome.counts["unticked"] += len(relation_ids)
        outcome.would += [("opt_outs", relation_id) for relation_id in relation_ids]
        session.unticked(relation_ids)
        return True
    if not relation_ids:
        session.state.outs.save([replace(out, unticked_at=session.now())])
        return True
    entry = session.begin("untick", relations=list(relation_ids), address=out.address)
    try:
        results = session.admin.untick(relation_ids)
    except AdminUnavailable as error:
        session.end(entry, done=False)
        outcome.counts["failed"] += 1
        outcome.error = str(error)
        outcome.exit_code = worst([ExitCode(outcome.exit_code), error.exit_code])
        return False
    _record(session, outcome, out, entry, results)
    return True


def _record(session: Session, outcome: StepOutcome, out: Out, entry: int, results: Mapping[RelationId, FlagResult]) -> None:
    refused = [relation_id for relation_id, result in results.items() if result is FlagResult.REFUSED]
    written = sum(result is FlagResult.WRITTEN for result in results.values())
    with session.state.transaction():
        session.end(entry, done=not refused)
        if not refused:
            session.state.outs.save([replace(out, unticked_at=session.now())])
            _expect_fewer(session, written)
    if refused:
        outcome.counts["failed"] += len(refused)
        outcome.exit_code = worst([ExitCode(outcome.exit_code), ExitCode.ITEMS])
        session.reporter.warn(f"Admin keeps the newsletter ticked at {', '.join(refused)}; it is tried again each run")
    else:
        outcome.counts["unticked"] += written
        session.unticked(results)


def _expect_fewer(session: Session, unticked: int) -> None:
    """So many the next push will miss, and it is no accident."""
    last = session.state.facts.get(LAST_PUSH)
    if last is not None:
        session.state.facts.put(LAST_PUSH, {**last, "eligible": max(last["eligible"] - unticked, 0)})

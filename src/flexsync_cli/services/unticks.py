"""Writes what is due in Admin: the newsletter flag of everybody who is out, at every relation with that address."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from flexsync_cli.domain.address import address_key
from flexsync_cli.domain.guard import limit
from flexsync_cli.domain.model import AddressKey, Out, OutKind, OutSource, RelationId
from flexsync_cli.domain.outs import due_unticks
from flexsync_cli.domain.plan import Guarded, Refusal, RefusalKind, StepOutcome
from flexsync_cli.errors import AdminUnavailable
from flexsync_cli.ports import FlagResult
from flexsync_cli.services.session import Session


def settle(session: Session, outcome: StepOutcome, approval: Refusal | None = None) -> list[Refusal]:
    """Untick all that is due; what the guard holds back is returned. A person's own event is never held back."""
    due = due_unticks(session.state.outs.all())
    if not due:
        return []
    ticked = _ticked(session, due)
    refusals = _inspect(session, due, ticked, approval)
    held = {item.relation_id for refusal in refusals for item in refusal.items}
    for out in due:
        if out.source is OutSource.EVENT or held.isdisjoint(ticked.get(out.address, ())):
            _untick(session, outcome, out, ticked.get(out.address, []))
    return refusals


def _ticked(session: Session, due: Sequence[Out]) -> dict[AddressKey, list[RelationId]]:
    """The relations to untick, by the address that is out: those that have it now, and the one it was sent for."""
    wanted = {out.address for out in due}
    contacts = {out.contact_id: out.address for out in due if out.contact_id is not None}
    linked = {link.relation_id: contacts[link.contact_id] for link in session.state.links.all() if link.contact_id in contacts}
    result: dict[AddressKey, list[RelationId]] = {}
    for relation in session.relations():
        if relation.newsletter:
            key = address_key(relation.email)
            address = key if key in wanted else linked.get(relation.id)
            if address is not None:
                result.setdefault(address, []).append(relation.id)
    return result


def _inspect(
    session: Session, due: Sequence[Out], ticked: Mapping[AddressKey, list[RelationId]], approval: Refusal | None
) -> list[Refusal]:
    adopted = session.state.facts.get("adopted_at")
    offered, limited = [], []
    for out in due:
        items = [Guarded("untick", relation_id) for relation_id in ticked.get(out.address, ())]
        if out.source is OutSource.STATE and out.kind is OutKind.BLOCKED and _is_of_adoption(out, adopted):
            offered += items
        elif out.source is not OutSource.EVENT:
            limited += items
    base = sum(1 for link in session.state.links.all()) or len(session.relations())
    approved = set(approval.items) if approval else set()
    offered = [item for item in offered if item not in approved]
    offer = [Refusal("opt_outs", RefusalKind.OFFER, len(offered), base, tuple(offered))] if offered else []
    return offer + limit("opt_outs", limited, base, session.settings.limits, approval)


def _is_of_adoption(out: Out, adopted: str | None) -> bool:
    return adopted is None or out.recorded_at <= datetime.fromisoformat(adopted)


def _untick(session: Session, outcome: StepOutcome, out: Out, relation_ids: Sequence[RelationId]) -> None:
    if not session.applies:
        outcome.counts["unticked"] += len(relation_ids)
        return
    entry = session.begin("untick", relations=list(relation_ids), address=out.address)
    try:
        results = session.admin.untick(relation_ids) if relation_ids else {}
    except AdminUnavailable as error:
        session.end(entry, done=False)
        outcome.counts["failed"] += 1
        outcome.error, outcome.exit_code = str(error), error.exit_code
        return
    refused = [relation_id for relation_id, result in results.items() if result is FlagResult.REFUSED]
    with session.state.transaction():
        session.end(entry, done=not refused)
        if not refused:
            session.state.outs.save([replace(out, unticked_at=session.now())])
    if refused:
        outcome.counts["failed"] += len(refused)
        session.reporter.warn(f"Admin keeps the newsletter ticked at {', '.join(refused)}; it is tried again each run")
    else:
        outcome.counts["unticked"] += sum(result is FlagResult.WRITTEN for result in results.values())
        session.unticked(results)
        session.reporter.event("opt_outs.unticked", relations=" ".join(results))

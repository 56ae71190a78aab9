"""`push --only`: one relation, or those of one address."""

from flexsync_cli.domain.address import address_key
from flexsync_cli.domain.model import RelationId
from flexsync_cli.domain.push import PushPlan
from flexsync_cli.errors import Misconfigured
from flexsync_cli.services.session import Session


def chosen(session: Session, only: str) -> frozenset[RelationId] | None:
    """The relations that `--only` names: by id, else by address."""
    if not only:
        return None
    if any(relation.id == only for relation in session.relations()):
        return frozenset({only})
    key = address_key(only)
    found = frozenset(r.id for r in session.relations() if key is not None and address_key(r.email) == key)
    if not found:
        raise Misconfigured("--only: no relation in Admin has this id or address; nothing was pushed")
    return found


def narrow(plan: PushPlan, only: frozenset[RelationId]) -> None:
    """Leave everybody else out of the plan."""
    plan.changes = [change for change in plan.changes if change.relation_id in only]
    plan.notes = [note for note in plan.notes if note.relation_id in only]
    plan.departures.absent = [leave for leave in plan.departures.absent if leave.relation_id in only]
    plan.offered = []
    plan.doubted = []
    plan.partial = True
    for relation_id in [each for each in plan.verdicts if each not in only]:
        del plan.verdicts[relation_id]

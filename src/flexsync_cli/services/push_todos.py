"""What a push leaves for a person to settle: derived from where things stand, so that it settles itself."""

from collections.abc import Iterator

from flexsync_cli.domain.model import ToDo
from flexsync_cli.domain.plan import Move, Note, Verdict
from flexsync_cli.domain.push import PushPlan
from flexsync_cli.services.session import Session

FROM_NOTES = {"out": "out_ticked", "deleted_there": "deleted_there", "address_of_another": "address_of_another"}
FROM_PARKED = {"inactive_there": "inactive_there", "blacklisted": "lift_blacklist"}
MOVED = "moved_after_untick"
ACCOUNT = "account_refused"
KINDS = (*FROM_NOTES.values(), *FROM_PARKED.values(), MOVED, ACCOUNT)


def replace(session: Session, plan: PushPlan) -> list[ToDo]:
    """Let just these stand; the new ones."""
    todos = [*_from_notes(session, plan), *_from_parked(session, plan), *_moved(session, plan), *_account(session)]
    return session.state.todos.replace(KINDS, todos, session.now())


def _from_notes(session: Session, plan: PushPlan) -> Iterator[ToDo]:
    for note in plan.notes:
        if note.kind in FROM_NOTES:
            yield _todo(session, FROM_NOTES[note.kind], note)


def _todo(session: Session, kind: str, note: Note) -> ToDo:
    return ToDo(f"{kind}:{note.relation_id}", kind, session.now(), note.relation_id, data=dict(note.data))


def _from_parked(session: Session, plan: PushPlan) -> Iterator[ToDo]:
    for parked in session.state.parked.all():
        if parked.problem in FROM_PARKED and plan.verdicts.get(parked.relation_id) is Verdict.PARKED:
            kind = FROM_PARKED[parked.problem]
            yield ToDo(f"{kind}:{parked.relation_id}", kind, session.now(), parked.relation_id)


def expect_moves(session: Session, plan: PushPlan) -> None:
    """Remember whose link goes to another relation although it was unticked: once it has gone, nothing shows it any more."""
    moved: dict[str, str] = dict(session.state.facts.get(MOVED) or {})
    moved |= {
        change.former: change.relation_id for change in plan.changes if isinstance(change, Move) and change.former_unticked
    }
    session.state.facts.put(MOVED, {former: holder for former, holder in moved.items() if _stands(plan, former, holder)})


def _moved(session: Session, plan: PushPlan) -> Iterator[ToDo]:
    """Unticked at one relation, still mailed through another: it stands while both do."""
    expect_moves(session, plan)
    for former, holder in session.state.facts.get(MOVED).items():
        yield ToDo(f"{MOVED}:{former}", MOVED, session.now(), former, data={"holder": holder})


def _stands(plan: PushPlan, former: str, holder: str) -> bool:
    relation = plan.selection.relations.get(former)
    return relation is not None and not relation.newsletter and plan.selection.key_of(holder) is not None


def _account(session: Session) -> Iterator[ToDo]:
    refused = session.state.facts.get(ACCOUNT)
    if refused is not None:
        yield ToDo(ACCOUNT, ACCOUNT, session.now(), data={"status": str(refused["status"])})

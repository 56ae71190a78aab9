"""What a run forgets at its end: what nobody asks for any more. Links, outs and consents are kept for ever."""

from datetime import timedelta

from flexsync_cli.services import watermarks
from flexsync_cli.services.session import Session

ENDED_KEPT = timedelta(days=7)  # plans and mails, after they ended
LEDGER_KEPT = timedelta(days=430)  # 14 months: this month can be compared with that of last year
RUNS_KEPT = timedelta(days=731)


def tidy(session: Session) -> None:
    """Prune each part of the state by its own age."""
    now, state = session.now(), session.state
    state.ledger.prune(now - LEDGER_KEPT)
    with state.transaction():
        state.runs.prune(now - RUNS_KEPT)
        state.plans.prune(now - ENDED_KEPT)
        state.outbox.prune(now - ENDED_KEPT)
        # Older writes can't come back as events: no list is read from before them, even after a clock that was wrong.
        marks = [mark for name in watermarks.NAMES if (mark := watermarks.kept(session, name)) is not None]
        state.journal.prune(min([now - watermarks.LOST, *(mark - 2 * watermarks.OVERLAP for mark in marks)]))

"""What the month's budget of calls has room for: the more urgent first, and the opt-outs whatever it is.

Opt-outs, leaves, bounces, subscriptions, creates, updates, clicks, interests. With a budget, the clicks are therefore read
after the push, and what comes before the push leaves it the calls for its leaves.
"""

from collections.abc import Callable
from datetime import datetime

from flexsync_cli.domain.leaves import still_leaves
from flexsync_cli.domain.plan import Leave, LeaveReason, StepOutcome
from flexsync_cli.errors import AdminUnavailable, BudgetSpent, ExitCode, worst
from flexsync_cli.services.account import DAY
from flexsync_cli.services.session import Session

OVER_BUDGET = "opt_outs_over_budget_at"  # the fact: when they were read last although the month's calls were spent


def is_kept(session: Session) -> bool:
    """Whether the month's calls are limited."""
    return session.settings.calls_per_month > 0


def kept_for_leaves(session: Session) -> int:
    """The calls that the leaves to come need: whoever the office unticked must not wait for anything but an opt-out.

    None for so many that the guard will hold them back.
    """
    left = session.tally.left(session.now())
    if left is None or session.settings.keep_leavers or session.settings.observe:
        return 0
    try:
        relations = {relation.id: relation for relation in session.relations()}
    except AdminUnavailable:  # whichever step needs it says so
        return 0
    if left > len(relations):
        return 0
    rules, links = session.settings.rules, session.links().open_links()
    leaves = (Leave(link.relation_id, link.contact_id, link.address, LeaveReason.UNTICKED) for link in links)
    leaving = sum(still_leaves(relations.get(leave.relation_id), leave, rules) for leave in leaves)
    return 0 if session.settings.limits.passed(leaving, session.linked()) else leaving


def affords(session: Session, read: Callable[[], object]) -> bool:
    """Whether what a write needs could be read without the calls that the leaves need."""
    try:
        with session.tally.keeping_back(kept_for_leaves(session)):
            read()
    except BudgetSpent:
        return False
    return True


def opt_outs_wait(session: Session) -> bool:
    """Whether they were read over the budget less than a day ago: nobody can be pushed meanwhile."""
    last = session.state.facts.get(OVER_BUDGET)
    if last is None or not session.tally.is_spent(session.now()):
        return False
    read = datetime.fromisoformat(last)
    return read <= session.now() < read + DAY


def opt_outs_were_read(session: Session) -> None:
    """Remember it where that went over the budget."""
    if session.tally.is_spent(session.now()):
        session.state.facts.put(OVER_BUDGET, session.now().isoformat())


def wait(session: Session, outcome: StepOutcome) -> None:
    """A part of this step waits for the budget, and is told so."""
    waiting = session.tally.spent(session.now())
    outcome.error = outcome.error or str(waiting)
    outcome.exit_code = worst([ExitCode(outcome.exit_code), waiting.exit_code])


def pretend(session: Session, outcome: StepOutcome, calls: int) -> None:
    """The writes of a dry run are in no ledger, and what comes after them can't spend their calls again."""
    left = session.tally.left(session.now())
    session.tally.planned += calls
    if left is not None and calls > left:
        wait(session, outcome)

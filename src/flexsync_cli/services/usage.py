"""How many calls the month has taken, and will."""

from dataclasses import replace
from datetime import datetime

from flexsync_cli.domain.forecast import DAY, DAYS_SEEN, MONTH, Habits, Used, forecast, interval_cost, longer_interval
from flexsync_cli.domain.months import month_of
from flexsync_cli.domain.summary import Calls
from flexsync_cli.ports import Ledger, State
from flexsync_cli.services.interests_members import pages_of_members
from flexsync_cli.services.reconcile import CONTACTS_THERE
from flexsync_cli.services.unticks import LAST_PUSH


def usage(state: State, now: datetime, budget: int, habits: Habits, *, planned: int = 0) -> Calls:
    """By the ledger of all runs; `budget` is the configured one, 0 where none is known; `planned` calls are still to come."""
    mailed = (state.facts.get(LAST_PUSH) or {}).get("eligible", 0)
    habits = replace(
        habits,
        contacts=max(mailed, state.facts.get(CONTACTS_THERE) or 0),
        interest_pages=pages_of_members(state) if habits.interests else 0,
    )
    so_far = _used(state.ledger, now)
    used = replace(so_far, month=so_far.month + planned)
    expected = forecast(used, habits, now)
    longer = longer_interval(used, habits, now, budget) if 0 < budget < expected else None
    return Calls(so_far.month, expected, budget, habits.interval, interval_cost(habits), longer)


def _used(ledger: Ledger, now: datetime) -> Used:
    begins = [now - number * DAY for number in range(1, DAYS_SEEN + 1)]
    # The day in which it was installed is none to go by.
    days = [ledger.count(begin, begin + DAY) for begin in begins if ledger.count(begin - MONTH, begin)]
    begin, end = month_of(now)
    return Used(ledger.count(begin, end), days)

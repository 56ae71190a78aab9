"""How many calls the month has taken, and will."""

from datetime import datetime

from flexsync_cli.domain.forecast import WINDOW, forecast
from flexsync_cli.domain.months import month_of
from flexsync_cli.domain.summary import Calls
from flexsync_cli.ports import Ledger


def usage(ledger: Ledger, now: datetime, budget: int) -> Calls:
    """By the ledger of all runs; `budget` is the configured one, 0 where none is known."""
    begin, end = month_of(now)
    month = ledger.count(begin, end)
    return Calls(month, forecast(month, ledger.count(now - WINDOW, now), now), budget)

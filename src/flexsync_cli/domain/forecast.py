"""How many calls a month will have taken when it ends. Pure."""

from datetime import datetime, timedelta

from flexsync_cli.domain.months import month_of

WINDOW = timedelta(days=7)


def forecast(month: int, lately: int, now: datetime) -> int:
    """The month's calls so far, and for what is left of it as many a day as in the WINDOW before now (`lately`)."""
    _, end = month_of(now)
    return month + round(lately * ((end - now) / WINDOW))

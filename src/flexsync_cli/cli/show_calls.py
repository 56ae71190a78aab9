"""The month's calls on the console: what was spent, what the interval costs by itself, what to do where it is too much."""

from collections.abc import Iterator

from flexsync_cli.domain.schedule import spoken
from flexsync_cli.domain.summary import Calls


def calls_lines(calls: Calls) -> Iterator[str]:
    """Plain sentences."""
    budget = f" of {calls.budget:,}" if calls.budget else ""
    too_many = ": too many" if calls.short else ""
    yield f"calls: {calls.month:,}{budget} this month, about {calls.forecast:,} by its end{too_many}"
    if calls.interval is not None:
        yield f"a run every {spoken(calls.interval)} costs {calls.standing:,} calls a month, though nothing happens"
    if calls.longer is not None:
        yield f"within the budget: a run every {spoken(calls.longer)} (sync.interval, then schedule show)"
    elif calls.short:
        yield "no longer interval would do: ask Flexmail for more calls a month"

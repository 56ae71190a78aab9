"""Flexmail's calls: all are in the ledger, and no more are made than a minute and a month allow."""

from collections.abc import Iterator

from tests.machine.model import Model
from tests.machine.running import Done
from tests.machine.stage import Stage

# What the opt-outs are read by, whatever was spent: events, states, bounces to tell them apart; without SOAP the listing.
OPT_OUTS = frozenset({"GetUnsubscriptions", "GetEmailAddresses", "GetBounces", "GET /contacts"})


def ledger_is_true(done: Done) -> Iterator[str]:
    """The ledger has every call that Flexmail had, and at most the one before which the process died."""
    before, after = done.ledgers
    noted, came = after - before, len(done.calls)
    if done.run.trouble.kind == "kill":
        if not came <= noted <= came + 1:
            yield f"the ledger has {noted} calls of a killed run, Flexmail {came}"
        return
    if noted != came:
        yield f"the ledger has {noted} calls of this run, Flexmail {came}"
    if done.document is not None and done.run.command != "consent":
        told = done.document["calls"]["rest"] + done.document["calls"]["soap"]
        if told != came:
            yield f"it tells {told} calls, Flexmail had {came}"


def budget_is_kept(stage: Stage, model: Model, done: Done) -> Iterator[str]:
    """No call but for the opt-outs once the month's calls are spent: those that this state lived to see, by the months of this
    machine's clock."""
    allowed, spent = stage.calls_per_month, model.spent.copy()
    for month, call in zip(done.months, done.calls, strict=False):  # a call that was cut short may not have come
        if allowed and spent[month] >= allowed and call.operation not in OPT_OUTS:
            yield f"{call.operation} was call {spent[month] + 1} of {month}, which has {allowed}"
        spent[month] += 1


def rate_is_kept(stage: Stage, done: Done) -> Iterator[str]:
    """Flexmail never said that there were too many in a minute, however this machine's clock was set."""
    if stage.setup.limited and any(call.status == 429 for call in done.calls):
        yield "it was told that there were too many calls"

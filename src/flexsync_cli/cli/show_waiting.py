"""What a later run will do, in lines, each with the reason why it waits."""

from collections.abc import Iterator

from flexsync_cli.domain.forecast import WAITS
from flexsync_cli.services import why_waiting as because
from flexsync_cli.services.status import Status

# Why something waits; that it waits for the budget is told by its step.
WHY = {
    because.IMPORT: "they went to Flexmail by an import that is not known to be done yet; the next run asks",
    because.IMPORT_FAILED: "no import got through, or another one is under way in Flexmail; the next run tries again",
    because.ACCOUNT: "Flexmail takes no new contacts now; one is tried each day",
    because.DOUBT: "Flexmail refused so many as blacklisted that a person must look first",
    because.LIMIT: "one run gives and takes no more (interests.calls_per_run); the next goes on",
    because.GUARD: "held back by the guard",
    because.BROKEN_OFF: "the run was broken off before it came to them; the next goes on",
}


def waiting_lines(found: Status) -> Iterator[str]:
    """None where nothing waits."""
    queue = [f"{count} {name if count > 1 else name.removesuffix('s')}" for name, count in found.waiting.items() if count]
    if queue:
        yield f"waiting for a later run: {', '.join(queue)}"
    if found.waiting["leaves"]:
        yield "leaves: still mailed until then; they come first"
    for name, reasons in found.why.items():
        yield from (f"{name}: {WHY[reason]}" for reason in reasons if reason in WHY)
    for step in found.for_budget:
        yield f"{step}: {WAITS}"

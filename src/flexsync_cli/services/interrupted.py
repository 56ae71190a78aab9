"""What runs did that never came to their end: they left no counts, but the journal and the outs tell."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from flexsync_cli.domain.model import OutSource
from flexsync_cli.ports import JournalEntry, Run
from flexsync_cli.services.session import Session

# The step and the count of each write.
COUNTED: Mapping[str, tuple[str, str]] = {
    "create": ("push", "created"),
    "patch": ("push", "updated"),
    "put": ("push", "updated"),
    "unsubscribe": ("push", "left"),
    "interest_give": ("interests", "subscribed"),
    "interest_take": ("interests", "unsubscribed"),
    "interest_create": ("interests", "created"),
    "untick": ("opt_outs", "unticked"),
    "communication": ("clicks", "communications"),
    "relation": ("contacts", "added"),
    "tick": ("contacts", "ticked"),
    "rewrite": ("profiles", "updated"),
}
LEARNT: Mapping[OutSource, str] = {OutSource.EVENT: "events", OutSource.STATE: "states", OutSource.GONE: "gone"}


def counts(
    session: Session, runs: Sequence[Run], written: Sequence[JournalEntry], since: datetime
) -> list[dict[str, Counter[str]]]:
    """By step, of each run: what a killed one did since then, and what was found out of a write after its run had ended.

    `runs` come newest first, `written` is what is untold.
    """
    found = []
    for run, following in zip(runs[1:], runs, strict=False):
        steps: dict[str, Counter[str]] = {}
        for step, count, number in [*_writes(run, written), *_outs(session, run, following, since)]:
            steps.setdefault(step, Counter())[count] += number
        if steps:
            found.append(steps)
    return found


def _writes(run: Run, written: Sequence[JournalEntry]) -> Iterator[tuple[str, str, int]]:
    for entry in written:
        if entry.run_id == run.id and entry.done and entry.kind in COUNTED and not _is_counted(run, entry):
            yield (*COUNTED[entry.kind], len(entry.payload.get("relations") or [1]))


def _is_counted(run: Run, entry: JournalEntry) -> bool:
    return run.document is not None and run.ended is not None and (entry.closed_at is None or entry.closed_at <= run.ended)


def _outs(session: Session, run: Run, following: Run, since: datetime) -> Iterator[tuple[str, str, int]]:
    if run.document is not None or run.started <= since:
        return
    for out in session.state.outs.all():
        if run.started <= out.recorded_at < following.started and out.source in LEARNT:
            yield "opt_outs", LEARNT[out.source], 1

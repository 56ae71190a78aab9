"""What runs did that never came to their end: they left no counts, but the journal tells, and what they noted."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import takewhile

from flexsync_cli.domain.news import Read
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
NOTED = "counts_of_runs"  # the fact: by run and step, until a run has told them


def note(session: Session, step: str, counted: Mapping[str, int]) -> None:
    """Keep a step's counts that nothing else tells, in the transaction that makes them so: this run may not come to its end."""
    if any(counted.values()):
        noted = session.state.facts.get(NOTED) or {}
        mine = noted.setdefault(session.run_id, {}).setdefault(step, {})
        mine.update({name: mine.get(name, 0) + number for name, number in counted.items()})
        session.state.facts.put(NOTED, noted)


def forget(session: Session) -> None:
    """All of these are told."""
    if session.state.facts.get(NOTED):
        session.state.facts.put(NOTED, None)


def counts(session: Session, runs: Sequence[Run], written: Sequence[JournalEntry], told: Read) -> list[dict[str, Counter[str]]]:
    """By step, of each run: what a killed one did, and what was found out of a write after its run had ended.

    `runs` come newest first, `told` is up to where they were told, `written` what is not.
    """
    found = []
    noted = session.state.facts.get(NOTED) or {}
    killed = {run.id for run in takewhile(lambda run: run.id != told.run, runs) if run.document is None}
    for run in runs[1:]:
        steps: dict[str, Counter[str]] = {}
        unheard = _noted(noted.get(run.id, {})) if run.id in killed else ()
        for step, count, number in [*_writes(run, written, told.pending), *unheard]:
            steps.setdefault(step, Counter())[count] += number
        if steps:
            found.append(steps)
    return found


def _noted(steps: Mapping[str, Mapping[str, int]]) -> Iterator[tuple[str, str, int]]:
    for step, counted in steps.items():
        yield from ((step, name, number) for name, number in counted.items())


def _writes(run: Run, written: Sequence[JournalEntry], pending: Collection[int]) -> Iterator[tuple[str, str, int]]:
    for entry in written:
        found_out = entry.id in pending or not _is_counted(run, entry)
        if entry.run_id == run.id and found_out and entry.done and entry.kind in COUNTED:
            yield (*COUNTED[entry.kind], len(entry.payload.get("relations") or [1]))
            yield "push", "moved", int("former" in entry.payload)


def _is_counted(run: Run, entry: JournalEntry) -> bool:
    return run.document is not None and run.ended is not None and (entry.closed_at is None or entry.closed_at <= run.ended)

"""What the last run found that somebody should look at in Admin: kept, so that it can be told between runs."""

from collections.abc import Iterable

from flexsync_cli.domain.digest import COVERED
from flexsync_cli.domain.plan import Note
from flexsync_cli.ports import State

FINDINGS = "findings"
LEAVES = "leaves_waiting"
# Told from elsewhere: by to-dos and plans, by what is parked, and by the report of duplicates.
ELSEWHERE = COVERED | {"parked", "shadowed"}


def keep(state: State, notes: Iterable[Note]) -> None:
    """Those of a push that came to its end, in place of what was found before."""
    found = [[note.relation_id, note.kind, dict(note.data)] for note in notes if note.kind not in ELSEWHERE]
    if found != state.facts.get(FINDINGS):
        state.facts.put(FINDINGS, found)


def findings(state: State) -> list[Note]:
    """Those of the last run that pushed."""
    kept = state.facts.get(FINDINGS) or ()
    return [Note(relation_id, kind, tuple(data.items())) for relation_id, kind, data in kept]


def keep_leaves(state: State, waiting: int) -> None:
    """How many are still mailed although the office said no, for they were not come to: until the next push has begun."""
    if leaves_waiting(state) != waiting:
        state.facts.put(LEAVES, waiting)


def leaves_waiting(state: State) -> int:
    """As the last push left them."""
    return int(state.facts.get(LEAVES) or 0)

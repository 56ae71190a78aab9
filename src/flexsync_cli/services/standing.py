"""What the last run found that somebody should look at in Admin: kept, so that it can be told between runs."""

from collections.abc import Iterable

from flexsync_cli.domain.digest import COVERED
from flexsync_cli.domain.plan import Note
from flexsync_cli.ports import State

FINDINGS = "findings"
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

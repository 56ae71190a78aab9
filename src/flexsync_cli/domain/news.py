"""What has happened since the last summary mail, over all runs since, small enough to keep in state. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from flexsync_cli.domain.model import RelationId
from flexsync_cli.domain.plan import Note

# Notes that every push tells anew for as long as they hold. All others are told by one run, and wait here for the mail.
STANDING = frozenset(
    {
        *("out", "deleted_there", "address_of_another", "shadowed", "several_addresses", "no_address", "bad_address"),
        *("active_unknown", "missing_there", "parked", "waiting", "guard", "field_suspended", "interest_missing"),
        "interest_dropped",
    }
)
MAX_PEOPLE = 50  # named of one part; the numbers tell the rest
MAX_NOTES = 100


@dataclass(frozen=True, slots=True)
class Failing:
    """A step that could not be done. `error` is the console's line, `code` the exit code; `told` once a mail said so."""

    step: str
    since: datetime
    error: str
    code: int
    told: bool = False


@dataclass(frozen=True, slots=True)
class Recovered:
    """A step that works again; `since` is when it began to fail."""

    step: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Read:
    """How far runs and journal were read, by ids, for a clock may be set back; `pending` were not closed at that time."""

    run: str = ""
    entry: int = 0
    pending: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class News:
    """What is to be told. `since` is the last mail, or the first run.

    `counts` are summed over `runs`, by "step.count"; `people` are relations by the part of the mail that names them.
    """

    since: datetime
    read: Read = Read()
    runs: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    people: Mapping[str, tuple[RelationId, ...]] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    failing: tuple[Failing, ...] = ()
    recovered: tuple[Recovered, ...] = ()

    def counted(self, runs: int, steps: Iterable[tuple[str, Mapping[str, int]]]) -> "News":
        """With the counts of so many more runs."""
        counts = Counter(self.counts)
        for name, numbers in steps:
            counts.update({f"{name}.{key}": number for key, number in numbers.items() if number})
        return replace(self, runs=self.runs + runs, counts=dict(counts))

    def naming(self, people: Iterable[tuple[str, RelationId]]) -> "News":
        """With these relations by part, each once, no more than anybody reads."""
        named = {part: dict.fromkeys(ids) for part, ids in self.people.items()}
        for part, relation_id in people:
            named.setdefault(part, {})[relation_id] = None
        return replace(self, people={part: tuple(ids)[:MAX_PEOPLE] for part, ids in named.items()})

    def noting(self, notes: Iterable[Note]) -> "News":
        """With what only one run tells."""
        once = [note for note in notes if note.kind not in STANDING]
        return replace(self, notes=tuple(dict.fromkeys([*self.notes, *once]))[:MAX_NOTES])

    def judged(self, ran: Iterable[str], failed: Iterable[Failing]) -> "News":
        """With what fails now, since when, and what works again; `ran` are the steps of this run, failed ones included."""
        before = {each.step: each for each in self.failing}
        now = {each.step: _still(before.get(each.step), each) for each in failed}
        works = [before[step] for step in ran if step in before and step not in now]
        kept = [each for each in self.failing if each.step not in now and each not in works]
        recovered = [Recovered(each.step, each.since) for each in works if each.told]
        return replace(self, failing=(*kept, *now.values()), recovered=(*self.recovered, *recovered))

    def mailed(self, now: datetime) -> "News":
        """Nothing left to tell but what goes on failing."""
        return News(now, self.read, failing=tuple(replace(each, told=True) for each in self.failing))


def _still(before: Failing | None, now: Failing) -> Failing:
    """The same trouble is told once; another cause is news."""
    if before is None:
        return now
    return replace(now, since=before.since, told=before.told and before.code == now.code)

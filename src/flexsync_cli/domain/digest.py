"""Turns what is known after a run into a summary: grouped, new ones on top, nothing told twice as new. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from flexsync_cli.domain.model import RelationId, ToDo, id_order
from flexsync_cli.domain.news import News
from flexsync_cli.domain.plan import OFFERS, KeptPlan, Note, RefusalKind
from flexsync_cli.domain.summary import (
    PART_COUNTS,
    PARTS,
    TO_MEND,
    VERDICTS,
    Approval,
    Calls,
    Group,
    Row,
    Section,
    Summary,
    group,
    newest_first,
)

T = TypeVar("T")

FINDING = "finding:"
# These notes are told as to-dos, or as a plan to approve.
COVERED = frozenset({"out", "deleted_there", "address_of_another", "guard", "parked_blacklisted", "parked_inactive_there"})
BEGINS_NOW = "begins_now"  # no finding: nobody has to look at it
# The part of the mail a finding belongs to, where it is not "parked": what to look at in Admin.
FINDING_PARTS = {
    "shadowed": "duplicates",
    "profile_conflict": "added",
    "profile_unmapped": "added",
    "opt_in_bad_address": "added",
    "opt_in_without_fields": "added",
}
MOST_TODOS = 25  # of one kind: a mail much larger than 100 kB is cut by some readers
MOST_FINDINGS = 25
MOST_KNOWN = 10  # of what was told before, and calls for nothing
MOST_EXAMPLES = 5
MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Findings:
    """What is known after a run. `told` are the ids of what mails told before; `notes` and `standing` are this run's, empty
    where its push failed; `leaves_waiting` is how many the last push left; `names` by relation; `config` is the path that a
    command must name, or ""."""

    at: datetime
    news: News
    told: frozenset[str] = frozenset()
    todos: Sequence[ToDo] = ()
    plans: Sequence[KeptPlan] = ()
    notes: Sequence[Note] = ()
    standing: Mapping[str, int] = field(default_factory=dict)
    leaves_waiting: int = 0
    names: Mapping[RelationId, str] = field(default_factory=dict)
    calls: Calls | None = None
    include: Sequence[str] = PARTS
    items_failed: int = 0
    observe: bool = False
    first: bool = False
    config: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """The summary; `ids` of all that stands, for the next one; whether something was `done`, or is a new `problem`."""

    summary: Summary
    ids: frozenset[str]
    done: bool
    problem: bool


def digest(found: Findings) -> Digest:
    """All of it."""
    news = found.news
    todos = _todos(found)
    findings = _findings(found)
    approvals = tuple(_approval(plan, found) for plan in found.plans)
    begins = tuple(_begins(found))
    summary = Summary(
        at=found.at,
        since=news.since,
        runs=news.runs,
        failing=news.failing,
        recovered=news.recovered,
        approvals=approvals,
        todos=todos,
        standing=tuple((verdict, found.standing[verdict]) for verdict in VERDICTS if found.standing.get(verdict)),
        leaves_waiting=found.leaves_waiting,
        sections=tuple(_sections(found)),
        findings=findings,
        calls=found.calls if "calls" in found.include else None,
        items_failed=found.items_failed,
        observe=found.observe,
        first=found.first,
        begins=begins,
    )
    fresh = any(each.new for each in (*todos, *findings)) or any(each.new for each in approvals)
    counted = any(news.counts.get(count) for counts in PART_COUNTS.values() for count in counts)
    done = fresh or found.first or bool(begins) or counted
    return Digest(summary, frozenset(_ids(found)), done, _is_problem(summary, news))


def _is_problem(summary: Summary, news: News) -> bool:
    return summary.new_to_do > 0 or any(news.counts.get(count) for count in PART_COUNTS["parked"])


def todo_id(todo: ToDo) -> str:
    """One to-do; settled and come back it is another."""
    return f"todo:{todo.key}:{todo.since.isoformat()}"


def plan_id(plan: KeptPlan) -> str:
    """One kept plan."""
    return f"plan:{plan.id}"


def finding_id(note: Note) -> str:
    """One finding of one relation."""
    data = dict(note.data)
    return f"{FINDING}{finding_kind(note)}:{note.relation_id}:{data.get('interest') or data.get('field', '')}"


def finding_kind(note: Note) -> str:
    """The key of its text: of what was refused, by the problem."""
    return f"parked_{dict(note.data).get('problem', '')}" if note.kind == "parked" else note.kind


def _ids(found: Findings) -> Iterator[str]:
    yield from map(todo_id, found.todos)
    yield from map(plan_id, found.plans)
    yield from map(finding_id, found.notes)


def _todos(found: Findings) -> tuple[Group, ...]:
    groups = [
        group(kind, [_todo_row(todo, found) for todo in todos], MOST_TODOS)
        for kind, todos in _by_kind(found.todos, lambda todo: todo.kind).items()
    ]
    return newest_first(groups)


def _todo_row(todo: ToDo, found: Findings) -> Row:
    name = found.names.get(todo.relation_id, "")
    return Row(todo.relation_id, name, todo.data, new=todo_id(todo) not in found.told)


def _findings(found: Findings) -> tuple[Group, ...]:
    """What this run's push noted, and what single runs told since the last mail, which is always new."""
    standing = set(found.notes)
    notes = [*found.notes, *(note for note in found.news.notes if note not in standing)]
    shown = [note for note in notes if _part(finding_kind(note)) in found.include]
    groups = []
    for kind, alike in _by_kind(shown, finding_kind).items():
        if kind not in COVERED | {BEGINS_NOW}:
            rows = [_note_row(note, found) for note in sorted(alike, key=lambda each: id_order(each.relation_id))]
            groups.append(group(kind, rows, _most(kind, rows)))
    return newest_first(sorted(groups, key=lambda each: each.kind not in TO_MEND))


def _begins(found: Findings) -> Iterator[str]:
    """Each step once; what is said of the first run says it too."""
    if not found.first:
        yield from dict.fromkeys(dict(note.data).get("step", "") for note in found.news.notes if note.kind == BEGINS_NOW)


def _most(kind: str, rows: Sequence[Row]) -> int:
    if kind in TO_MEND:
        return MOST_FINDINGS
    return max(MOST_KNOWN, min(MOST_FINDINGS, sum(row.new for row in rows)))


def _part(kind: str) -> str:
    return FINDING_PARTS.get(kind, "parked")


def _note_row(note: Note, found: Findings) -> Row:
    name = found.names.get(note.relation_id, "")
    return Row(note.relation_id, name, dict(note.data), new=finding_id(note) not in found.told)


def _approval(plan: KeptPlan, found: Findings) -> Approval:
    refusal = plan.refusal
    people = list(dict.fromkeys(item.relation_id for item in refusal.items if item.relation_id))
    return Approval(
        id=plan.id,
        step=refusal.step,
        kind=refusal.kind,
        people=refusal.people,
        of=refusal.of,
        created=plan.created,
        changes=tuple(sorted(Counter(item.change for item in refusal.items).items())),
        examples=_rows(people[:MOST_EXAMPLES], found),
        offer=refusal.kind in OFFERS,
        typed=refusal.kind is RefusalKind.NUMBERS,
        new=plan_id(plan) not in found.told,
        config=found.config,
    )


def _sections(found: Findings) -> Iterator[Section]:
    for part in PARTS:
        numbers = [(count, found.news.counts.get(count, 0)) for count in PART_COUNTS.get(part, ())]
        counted = tuple((count, number) for count, number in numbers if number)
        if counted and part in found.include:
            yield Section(part, counted, _rows(found.news.people.get(part, ())[:MOST_NAMED], found))


def _rows(relation_ids: Iterable[RelationId], found: Findings) -> tuple[Row, ...]:
    return tuple(Row(relation_id, found.names.get(relation_id, "")) for relation_id in relation_ids)


def _by_kind(items: Iterable[T], kind_of: Callable[[T], str]) -> dict[str, list[T]]:
    groups: dict[str, list[T]] = {}
    for item in items:
        groups.setdefault(kind_of(item), []).append(item)
    return groups

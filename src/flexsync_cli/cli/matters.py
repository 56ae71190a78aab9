"""What needs a person's hand or look after a run, as data: by reason, so that whoever is held or refused can be found."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flexsync_cli.bootstrap import english
from flexsync_cli.cli.tables import examples
from flexsync_cli.domain.digest import COVERED, finding_kind
from flexsync_cli.domain.model import RelationId, id_order
from flexsync_cli.domain.summary import TO_MEND
from flexsync_cli.services.run import Report

# Findings of relations that get no newsletter meanwhile.
NOT_MAILED = TO_MEND | {"no_address", "missing_there", "parked_blacklist_doubted"}


@dataclass(frozen=True, slots=True)
class Matter:
    """One reason: `kind` is the path of its text; `people` whom it concerns, empty where it is the account or the run."""

    kind: str
    title: str
    people: tuple[RelationId, ...]


def matters(report: Report) -> list[Matter]:
    """All reasons: to-dos first, then what keeps somebody from being mailed, then what is only to be looked at."""
    grouped: dict[tuple[str, str], set[RelationId]] = {}
    of_nobody: dict[str, set[str]] = {}
    for kind, relation_id, data in [*_todos(report), *_notes(report)]:
        if relation_id:
            grouped.setdefault((kind, _title(kind, _mend(kind, data))), set()).add(relation_id)
        else:
            of_nobody.setdefault(kind, set()).add(_detail(kind, data))
    found = [Matter(kind, title, tuple(sorted(people, key=id_order))) for (kind, title), people in grouped.items()]
    found += [Matter(kind, _title(kind, examples(sorted(about - {""}))), ()) for kind, about in of_nobody.items()]
    return sorted(found, key=lambda matter: _urgency(matter.kind))


def _todos(report: Report) -> Iterator[tuple[str, RelationId, Mapping[str, str]]]:
    if not _is_partial(report):
        for todo in report.todos:
            yield f"todo.{todo.kind}", todo.relation_id, todo.data


def _notes(report: Report) -> Iterator[tuple[str, RelationId, Mapping[str, str]]]:
    """What is told as a to-do or a plan is not told twice; a push of one relation tells only of it, and all."""
    for note in (note for outcome in report.outcomes for note in outcome.notes):
        kind = finding_kind(note)
        if kind not in COVERED | {"begins_now"} or _is_partial(report):
            yield f"finding.{kind}", note.relation_id, dict(note.data)


def _is_partial(report: Report) -> bool:
    return report.push is not None and report.push.partial


def _title(kind: str, about: str) -> str:
    """The reason in plain words; with what is to be mended, so that the like are together."""
    section, name = kind.split(".", 1)
    words = english()
    title = words.say(f"{words.known(section, name)}.title", kind=name)
    return f"{title} ({about})" if about else title


def _mend(kind: str, data: Mapping[str, str]) -> str:
    return _detail(kind, data) if "field" in data else ""


def _detail(kind: str, data: Mapping[str, str]) -> str:
    section, name = kind.split(".", 1)
    return english().detail(section, name, data)


def _urgency(kind: str) -> int:
    if kind.startswith("todo."):
        return 0
    return 1 if kind.removeprefix("finding.") in NOT_MAILED else 2

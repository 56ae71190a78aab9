"""Keeps in state what no mail has told yet, and what the mails have told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from flexsync_cli.domain.digest import FINDING
from flexsync_cli.domain.model import RelationId
from flexsync_cli.domain.news import Failing, News, Read, Recovered
from flexsync_cli.domain.plan import Note, StepOutcome
from flexsync_cli.errors import ExitCode
from flexsync_cli.ports import JournalEntry, Run
from flexsync_cli.services import interrupted
from flexsync_cli.services.learn import BEGINNING
from flexsync_cli.services.session import Session

NEWS = "summary_news"
TOLD = "summary_told"
MAX_TOLD = 20_000
RUNS_READ = 50
# Which part of the mail names the relation of a write.
PART_OF = {
    "create": "created",
    "patch": "updated",
    "put": "updated",
    "unsubscribe": "left",
    "untick": "opt_outs",
    "communication": "clicks",
    "tick": "added",
    "rewrite": "added",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What mails have told: `ids` of to-dos, plans and findings that stood at the last one, `adopted` the first run."""

    at: datetime | None = None
    ids: frozenset[str] = frozenset()
    adopted: str | None = None


def gather(session: Session, outcomes: Sequence[StepOutcome]) -> News:
    """What is to be told after this run: what waited, other commands' runs since, and this run's."""
    news, recent, journal = _load(session), session.state.runs.last(RUNS_READ), session.state.journal.since(BEGINNING)
    runs = list(takewhile(lambda run: run.id != news.read.run, recent))
    written = [entry for entry in journal if _is_untold(entry, news.read)]
    others = [steps for steps in _other_runs(session, runs) if steps]
    others += [list(steps.items()) for steps in interrupted.counts(session, recent, written, news.read)]
    news = replace(news, read=_read(session, journal))
    news = news.counted(len(others) + 1, [_worded(session, *step) for steps in others for step in steps])
    news = news.counted(0, [_worded(session, outcome.name, outcome.counts) for outcome in outcomes])
    news = news.naming(_named(written)).naming(_made(session, written))
    news = news.naming(named for outcome in outcomes for named in outcome.would)
    news = news.noting(note for outcome in outcomes for note in outcome.notes)
    return news.judged([outcome.name for outcome in outcomes], _failed(session, outcomes))


def _worded(session: Session, step: str, counts: Mapping[str, int]) -> tuple[str, Mapping[str, int]]:
    """A step's counts as the mail tells them: where leavers are kept nobody was unsubscribed."""
    if step != "push" or not session.settings.keep_leavers:
        return step, counts
    return step, {"kept" if name == "left" else name: number for name, number in counts.items()}


def _is_untold(entry: JournalEntry, told: Read) -> bool:
    """Not told, and to be: what an import's trial took away and got back is as it was."""
    return (entry.id > told.entry or entry.id in told.pending) and not entry.payload.get("trial")


def _read(session: Session, journal: Sequence[JournalEntry]) -> Read:
    pending = frozenset(entry.id for entry in journal if entry.closed_at is None)
    return Read(session.run_id, max((entry.id for entry in journal), default=0), pending)


def _other_runs(session: Session, runs: Sequence[Run]) -> Iterator[list[tuple[str, Mapping[str, int]]]]:
    """The counts of those that ended without a summary: single steps, approvals, and what was asked to stop."""
    for run in runs:
        if run.id != session.run_id and run.document:
            yield [(step["name"], step["counts"]) for step in run.document["steps"]]


def _named(entries: Sequence[JournalEntry]) -> Iterator[tuple[str, RelationId]]:
    for entry in entries:
        if entry.done and entry.kind in PART_OF:
            for relation_id in entry.payload.get("relations") or [entry.payload.get("relation")]:
                if relation_id:
                    yield PART_OF[entry.kind], str(relation_id)


def _made(session: Session, entries: Sequence[JournalEntry]) -> Iterator[tuple[str, RelationId]]:
    """Relations made for contacts: the journal could not know their ids before, their links do."""
    made = {entry.payload["contact"] for entry in entries if entry.done and entry.kind == "relation"}
    for link in session.state.links.all() if made else ():
        if link.contact_id in made:
            yield "added", link.relation_id


def _failed(session: Session, outcomes: Sequence[StepOutcome]) -> list[Failing]:
    """A step that only waits for an approval has not failed: its plan is told instead."""
    return [
        Failing(outcome.name, session.now(), outcome.error, int(outcome.exit_code))
        for outcome in outcomes
        if outcome.error is not None and outcome.exit_code != ExitCode.GUARD
    ]


def _load(session: Session) -> News:
    kept = session.state.facts.get(NEWS)
    if kept is None:
        begun = _begun(session)
        return News(begun)
    return News(
        since=_moment(kept["since"]),
        read=Read(**{**kept["read"], "pending": frozenset(kept["read"]["pending"])}),
        runs=kept["runs"],
        counts=kept["counts"],
        people={part: tuple(ids) for part, ids in kept["people"].items()},
        notes=tuple(_note(item) for item in kept["notes"]),
        failing=tuple(Failing(**{**item, "since": _moment(item["since"])}) for item in kept["failing"]),
        recovered=tuple(Recovered(item["step"], _moment(item["since"])) for item in kept["recovered"]),
    )


def _begun(session: Session) -> datetime:
    """When the first run that a mail tells of began: this one, or right before the oldest, for none was told yet."""
    begun = session.now()
    for run in session.state.runs.last(RUNS_READ):
        begun = run.started if run.id == session.run_id else run.started - timedelta(microseconds=1)
    return begun


def keep(session: Session, news: News) -> None:
    """What is still to be told."""
    kept: dict[str, Any] = asdict(news)
    for item in [kept, *kept["failing"], *kept["recovered"]]:
        item["since"] = item["since"].isoformat()
    kept["read"]["pending"] = sorted(news.read.pending)
    session.state.facts.put(NEWS, kept)
    interrupted.forget(session)


def told(session: Session) -> Told:
    """What was told."""
    kept = session.state.facts.get(TOLD)
    return Told() if kept is None else Told(_moment(kept["at"]), frozenset(kept["ids"]), kept["adopted"])


def keep_told(session: Session, ids: frozenset[str], adopted: str | None) -> None:
    """This was told now."""
    # Of too many, the findings go: a to-do or a plan must not be told as new twice.
    ordered = sorted(ids, key=lambda identity: (identity.startswith(FINDING), identity))
    kept = {"at": session.now().isoformat(), "ids": ordered[:MAX_TOLD], "adopted": adopted}
    session.state.facts.put(TOLD, kept)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _note(item: Mapping[str, Any]) -> Note:
    return Note(item["relation_id"], item["kind"], tuple((key, value) for key, value in item["data"]))

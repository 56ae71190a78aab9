"""Where things stand, from the state alone: what ran, what it cost, what waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flexsync_cli.domain.document import STEP_KEYS
from flexsync_cli.domain.forecast import WAITS, Habits
from flexsync_cli.domain.model import LinkStatus, Parked, ToDo
from flexsync_cli.domain.plan import KeptPlan, Note
from flexsync_cli.domain.summary import Calls
from flexsync_cli.errors import ExitCode
from flexsync_cli.ports import Run, State
from flexsync_cli.services import standing
from flexsync_cli.services.usage import usage
from flexsync_cli.services.why_waiting import why_contacts, why_interests, why_leaves

VERSION = 1
SHOWN = 10
LOOKED_AT = 10_000  # more than a year of hourly runs
SCHEDULED = "run"
# After these a run came to its end: what single items it could not do is told by mail.
GOOD = frozenset({ExitCode.DONE, ExitCode.ITEMS})
MEANING = {
    ExitCode.DONE: "done",
    ExitCode.ITEMS: "single items failed",
    ExitCode.CONFIGURATION: "configuration",
    ExitCode.GUARD: "held back by the guard",
    ExitCode.UNAVAILABLE: "Admin, Flexmail or a login failed",
    ExitCode.RUNNING: "another was running",
    ExitCode.STATE: "the state is damaged",
    ExitCode.BUDGET: "the month's calls are spent",
    ExitCode.BUG: "a bug",
    ExitCode.INTERRUPTED: "interrupted",
}


@dataclass(frozen=True, slots=True)
class Status:
    """All of it. `last_good` is when the last whole `run` that came to its end began; `due` when the next one is; `links` are
    open ones; `waiting` counts what a later run does, by name, and `why` has the codes of its reasons; `for_budget` are the
    steps that wait for the month's calls; `findings` are what the last run found to look at in Admin; `config` is the path that
    a command to type must name, or ""."""

    at: datetime
    runs: Sequence[Run]
    last_good: datetime | None
    due: datetime | None
    calls: Calls
    links: int
    waiting: Mapping[str, int]
    why: Mapping[str, Sequence[str]]
    for_budget: Sequence[str]
    todos: Sequence[ToDo]
    parked: Sequence[Parked]
    plans: Sequence[KeptPlan]
    findings: Sequence[Note]
    config: str = ""

    def is_good(self, max_age: timedelta) -> bool:
        """Whether the last good run is no older."""
        return self.last_good is not None and self.at - self.last_good <= max_age


def status(state: State, now: datetime, budget: int, habits: Habits, config: str = "") -> Status:
    """Read it. No call, and no connection to Admin."""
    runs = state.runs.last(LOOKED_AT)
    scheduled = [run for run in runs if run.command == SCHEDULED]
    good = (run.started for run in scheduled if run.exit_code in GOOD)
    waiting, for_budget = _waiting(state, runs), _for_budget(runs)
    return Status(
        at=now,
        runs=runs[:SHOWN],
        last_good=next(good, None),
        due=scheduled[0].started + habits.interval if scheduled else None,
        calls=usage(state, now, budget, habits),
        links=sum(link.status is LinkStatus.OPEN for link in state.links.all()),
        waiting=waiting,
        why=_why(state, runs, waiting, for_budget),
        for_budget=for_budget,
        todos=state.todos.open(),
        parked=state.parked.all(),
        plans=state.plans.open(),
        findings=standing.findings(state),
        config=config,
    )


def _waiting(state: State, runs: Sequence[Run]) -> dict[str, int]:
    """By the last run that did the step: contacts to create or change, leaves of people who are still mailed, interests to
    give or take; and mails that could not be sent."""
    pushed, interests = (_last_step(runs, name).get("counts", {}) for name in ("push", "interests"))
    return {
        "contacts": pushed.get("waiting", 0),
        "leaves": standing.leaves_waiting(state),
        "interests": interests.get("waiting", 0),
        "mails": len(state.outbox.waiting()),
    }


def _why(state: State, runs: Sequence[Run], waiting: Mapping[str, int], for_budget: Sequence[str]) -> dict[str, Sequence[str]]:
    found: dict[str, Sequence[str]] = {}
    if waiting["contacts"]:
        found["contacts"] = why_contacts(state, _last_step(runs, "push"), for_budget="push" in for_budget)
    if waiting["leaves"]:
        found["leaves"] = why_leaves(for_budget="push" in for_budget)
    if waiting["interests"]:
        found["interests"] = why_interests(_last_step(runs, "interests"), for_budget="interests" in for_budget)
    return found


def _for_budget(runs: Sequence[Run]) -> list[str]:
    """Those that waited when they were last to be done."""
    last: dict[str, str] = {}
    for run in runs:
        for step in run.document["steps"] if run.document else ():
            last.setdefault(step["name"], step["error"] or "")
    return [step for step in STEP_KEYS if last.get(step, "").startswith(WAITS)]


def _last_step(runs: Sequence[Run], name: str) -> Mapping[str, Any]:
    """As the document of the last run that did it tells, newest first; empty where none did. One that could not begin tells
    nothing of what it left."""
    steps = (each for run in runs if run.document for each in run.document["steps"] if each["name"] == name)
    return next((step for step in steps if any(step["counts"].values()) or not step["error"]), {})


def meaning(run: Run) -> str:
    """How a run ended, in words."""
    if run.exit_code is None:
        return "under way, or broken off"
    return MEANING[ExitCode(run.exit_code)]


def document(found: Status) -> dict[str, Any]:
    """What `--json` prints; times in UTC, ISO 8601; counts and lists are always there, unknown times null.

    {"version": 1, "at", "runs": [{"id", "command", "started", "ended", "exit_code", "meaning"}], newest first, "last_good",
    "due", "overdue", "calls": {"month", "forecast", "budget", "interval_minutes", "standing", "longer_minutes"}, "links",
    "waiting": {"contacts", "leaves", "interests", "mails"},
    "waiting_because": {"contacts": [codes], "leaves": [codes], "interests": [codes]}, "waiting_for_budget": [steps],
    "todos": [{"kind", "relation_id", "contact_id", "since"}], "parked": [{"relation_id", "problem", "field", "since"}],
    "plans": [{"id", "step", "kind", "people", "of", "since", "approve"}], "findings": [{"kind", "relation_id"}]}
    """
    return {
        "version": VERSION,
        "at": found.at.isoformat(),
        "runs": [_run(run) for run in found.runs],
        "last_good": _iso(found.last_good),
        "due": _iso(found.due),
        "overdue": found.due is not None and found.due < found.at,
        "calls": _calls(found.calls),
        "links": found.links,
        "waiting": dict(found.waiting),
        "waiting_because": {name: list(found.why.get(name, ())) for name in ("contacts", "leaves", "interests")},
        "waiting_for_budget": list(found.for_budget),
        "todos": [_todo(todo) for todo in found.todos],
        "parked": [_parked(parked) for parked in found.parked],
        "plans": [_plan(plan, found.config) for plan in found.plans],
        "findings": [{"kind": note.kind, "relation_id": note.relation_id} for note in found.findings],
    }


def _calls(calls: Calls) -> dict[str, int | None]:
    """`standing` is what a month of quiet runs costs at this interval; `longer_minutes` an interval that the budget bears."""
    month = {"month": calls.month, "forecast": calls.forecast, "budget": calls.budget}
    return {
        **month,
        "interval_minutes": _minutes(calls.interval),
        "standing": calls.standing,
        "longer_minutes": _minutes(calls.longer),
    }


def _minutes(length: timedelta | None) -> int | None:
    return None if length is None else round(length / timedelta(minutes=1))


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _run(run: Run) -> dict[str, object]:
    times = {"started": _iso(run.started), "ended": _iso(run.ended)}
    return {"id": run.id, "command": run.command, **times, "exit_code": run.exit_code, "meaning": meaning(run)}


def _todo(todo: ToDo) -> dict[str, object]:
    return {"kind": todo.kind, "relation_id": todo.relation_id, "contact_id": todo.contact_id, "since": _iso(todo.since)}


def _parked(parked: Parked) -> dict[str, object]:
    what = {"relation_id": parked.relation_id, "problem": parked.problem, "field": parked.field}
    return {**what, "since": _iso(parked.since)}


def _plan(plan: KeptPlan, config: str) -> dict[str, object]:
    refusal = plan.refusal
    what = {"id": plan.id, "step": refusal.step, "kind": refusal.kind, "people": refusal.people, "of": refusal.of}
    return {**what, "since": _iso(plan.created), "approve": plan.command(config)}

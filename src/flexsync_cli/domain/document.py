"""What a run tells a machine: the document that `--json` prints and the state keeps."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType

from flexsync_cli.domain.plan import StepOutcome

VERSION = 1

# Every count of every step, in the order in which they are told; the steps in the order of a run.
STEP_KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "opt_outs": ("events", "states", "unticked", "gone", "held", "ended", "echoes", "failed"),
        "bounces": ("hard", "soft", "unknown", "unticked", "notified", "failed"),
        "clicks": ("clicks", "communications", "scanners", "unmatched", "failed"),
        "profiles": ("updated", "conflicts", "failed"),
        "contacts": ("added", "ticked", "todos", "failed"),
        "push": (
            *("selected", "created", "updated", "adopted", "unchanged", "shadowed", "out", "parked", "newly_parked"),
            *("held", "waiting", "failed", "left", "moved"),
        ),
        "interests": ("subscribed", "unsubscribed", "created", "unchanged", "waiting", "failed"),
        "summary": ("mails", "outbox"),
    }
)


@dataclass(frozen=True, slots=True)
class CallCounts:
    """Calls of this run by door, of this month, the month's budget (0 = none known), and the price of what is planned."""

    rest: int = 0
    soap: int = 0
    month: int = 0
    budget: int = 0
    price: int | None = None


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What a run is, beside its steps. `todos` counts the open ones."""

    command: str
    run_id: str
    dry_run: bool
    exit_code: int
    calls: CallCounts
    todos: int


def document(facts: RunFacts, steps: Sequence[StepOutcome]) -> dict[str, object]:
    """The document, ready for `json.dumps`; every step has all of its counts, 0 included."""
    return {
        "version": VERSION,
        "command": facts.command,
        "run_id": facts.run_id,
        "dry_run": facts.dry_run,
        "exit_code": int(facts.exit_code),
        "steps": [_step(outcome) for outcome in steps],
        "calls": asdict(facts.calls),
        "todos": facts.todos,
    }


def _step(outcome: StepOutcome) -> dict[str, object]:
    return {
        "name": outcome.name,
        "counts": {key: outcome.counts[key] for key in STEP_KEYS[outcome.name]},
        "calls": outcome.calls,
        "error": outcome.error,
        "plan_id": outcome.plan_id,
    }

"""What one summary mail says, in no language yet, and whether it is due now. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Literal

from flexsync_cli.domain.model import RelationId
from flexsync_cli.domain.months import BRUSSELS, day_of
from flexsync_cli.domain.news import Failing, Recovered
from flexsync_cli.domain.typed import approve_command
from flexsync_cli.errors import ExitCode

When = Literal["daily", "changes", "always", "problems"]
MORNING = time(7)
SIGN_OF_LIFE = timedelta(days=7)
# Runs that are further apart can't wait for the morning: each may come before it.
RARE = timedelta(hours=18)

# The counts that a part of the mail shows, in order. Each says that something was done, or went wrong.
PART_COUNTS: Mapping[str, tuple[str, ...]] = {
    "created": ("push.created", "push.adopted", "interests.created"),
    "updated": ("push.updated", "push.moved", "interests.subscribed", "interests.unsubscribed"),
    "left": ("push.left", "push.kept"),
    "opt_outs": ("opt_outs.events", "opt_outs.states", "opt_outs.gone", "opt_outs.unticked", "opt_outs.ended"),
    "clicks": ("clicks.clicks", "clicks.communications", "clicks.scanners", "clicks.unmatched"),
    "bounces": ("bounces.hard", "bounces.soft", "bounces.unknown", "bounces.unticked"),
    "added": ("contacts.added", "contacts.ticked", "profiles.updated", "profiles.conflicts"),
    "parked": (
        *("push.newly_parked", "push.failed", "opt_outs.failed", "bounces.failed", "clicks.failed", "profiles.failed"),
        *("contacts.failed", "interests.failed"),
    ),
}
PARTS = ("created", "updated", "left", "opt_outs", "clicks", "bounces", "added", "duplicates", "parked", "calls")
# Each selected relation is in exactly one of these.
VERDICTS = ("created", "updated", "adopted", "unchanged", "shadowed", "out", "parked", "held", "waiting", "failed")
# Groups that somebody has to mend in Admin before the relation is mailed.
TO_MEND = frozenset({"parked_invalid", "bad_address", "active_unknown"})


class Mood(StrEnum):
    """The verdict, for the subject: the gravest that holds."""

    FAILED = "failed"
    REFUSED = "refused"
    SPENT = "spent"  # nothing is wrong but that work waits for the month's calls
    TODO = "todo"
    WELL = "well"


@dataclass(frozen=True, slots=True)
class Row:
    """One relation in a list. `data` is what the text of its group needs of it."""

    relation_id: RelationId
    name: str = ""
    data: Mapping[str, str] = field(default_factory=dict)
    new: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Relations of which the same is to be said: `kind` has the text, `rows` are as many of `total` as a mail shows."""

    kind: str
    rows: tuple[Row, ...]
    total: int
    new: int = 0


@dataclass(frozen=True, slots=True)
class Approval:
    """A plan that waits for approval. `changes` counts what it would do; `typed` where the number must be typed."""

    id: str
    step: str
    kind: str
    people: int
    of: int
    created: datetime
    changes: tuple[tuple[str, int], ...]
    examples: tuple[Row, ...]
    offer: bool = False
    typed: bool = False
    new: bool = False
    config: str = ""

    @property
    def command(self) -> str:
        """What to type."""
        return approve_command(self.id, self.people, typed=self.typed, config=self.config)


@dataclass(frozen=True, slots=True)
class Section:
    """One part of what was done: its counts, and some of the relations."""

    part: str
    counts: tuple[tuple[str, int], ...]
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls of this month, what they will be at its end, and the budget (0 = none known); what a month of quiet runs costs
    at this interval, and where the budget is short a longer one with which it will do."""

    month: int
    forecast: int
    budget: int = 0
    interval: timedelta | None = None
    standing: int = 0
    longer: timedelta | None = None

    @property
    def short(self) -> bool:
        """Whether more calls are to be expected than are allowed."""
        return 0 < self.budget < self.forecast


@dataclass(frozen=True, slots=True)
class Summary:
    """All of it. `leaves_waiting` counts who is still mailed although the office said no; `items_failed` the last run's;
    `first` on the mail about the first run; `begins` are the steps that follow from now on what happens in Flexmail."""

    at: datetime
    since: datetime
    runs: int
    failing: tuple[Failing, ...] = ()
    recovered: tuple[Recovered, ...] = ()
    approvals: tuple[Approval, ...] = ()
    todos: tuple[Group, ...] = ()
    standing: tuple[tuple[str, int], ...] = ()
    leaves_waiting: int = 0
    sections: tuple[Section, ...] = ()
    findings: tuple[Group, ...] = ()
    calls: Calls | None = None
    items_failed: int = 0
    observe: bool = False
    first: bool = False
    begins: tuple[str, ...] = ()

    @property
    def selected(self) -> int:
        """Relations that are to be mailed: each is in one row of the table."""
        return sum(number for _, number in self.standing)

    @property
    def refused(self) -> tuple[Approval, ...]:
        """Plans that stopped a step."""
        return tuple(approval for approval in self.approvals if not approval.offer)

    @property
    def to_do(self) -> int:
        """How much waits for a person: to-dos, plans offered, and relations to mend."""
        mending = sum(group.total for group in self.findings if group.kind in TO_MEND)
        return sum(group.total for group in self.todos) + mending + sum(approval.offer for approval in self.approvals)

    @property
    def new_to_do(self) -> int:
        """How much of it no mail has told yet."""
        groups = [*self.todos, *(group for group in self.findings if group.kind in TO_MEND)]
        return sum(group.new for group in groups) + sum(each.offer and each.new for each in self.approvals)

    @property
    def mood(self) -> Mood:
        """The verdict."""
        if any(each.code != ExitCode.BUDGET for each in self.failing):
            return Mood.FAILED
        if self.refused:
            return Mood.REFUSED
        if self.items_failed:
            return Mood.FAILED
        if self.failing:
            return Mood.SPENT
        return Mood.TODO if self.to_do else Mood.WELL

    @property
    def urgent(self) -> bool:
        """Told at once: a new failure, a new refusal, a recovery."""
        return (
            bool(self.recovered)
            or any(not each.told for each in self.failing)
            or any(approval.new for approval in self.refused)
        )


def group(kind: str, rows: Collection[Row], most: int) -> Group:
    """New ones on top; of those that were told before a few, for the rest was told."""
    new = [row for row in rows if row.new]
    shown = [*new, *(row for row in rows if not row.new)][:most]
    return Group(kind, tuple(shown), len(rows), len(new))


def newest_first(groups: Sequence[Group]) -> tuple[Group, ...]:
    """Those with something new on top, otherwise in their order."""
    return tuple(sorted(groups, key=lambda each: each.new == 0))


@dataclass(frozen=True, slots=True)
class Timing:
    """What decides about a mail: whether something was `done`, or is a `problem`, since the `last` mail (None: the first)."""

    done: bool
    problem: bool
    began: datetime
    last: datetime | None


def is_due(when: When, summary: Summary, timing: Timing) -> bool:
    """Quiet but never mute: at once what is urgent, otherwise as `summary.when` says, and once a week in any case."""
    if summary.urgent or when == "always" or (when == "changes" and timing.done):
        return True
    if not _is_time(summary, timing.last):
        return False
    stands = summary.failing or summary.refused
    wanted = (when == "daily" and timing.done) or (when == "problems" and timing.problem)
    return bool(stands) or wanted or summary.at - (timing.last or timing.began) >= SIGN_OF_LIFE


def _is_time(summary: Summary, last: datetime | None) -> bool:
    """Whether it is past seven in Brussels, or runs are rare, and no mail has gone since then."""
    morning = datetime.combine(day_of(summary.at), MORNING, BRUSSELS)
    gaps = summary.runs - (last is None)
    rare = gaps > 0 and summary.at - summary.since >= gaps * RARE
    return (summary.at >= morning or rare) and (last is None or last < morning)

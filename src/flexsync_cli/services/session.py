"""One run: the ports it works through, what it was told to do, and what it has read so far."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from flexsync_cli.domain.bounces import BounceReading
from flexsync_cli.domain.events import Campaign
from flexsync_cli.domain.forecast import Habits
from flexsync_cli.domain.guard import Limits
from flexsync_cli.domain.known import Known, LinkBook, OutBook
from flexsync_cli.domain.legacy_service import ServiceState
from flexsync_cli.domain.model import Relation, RelationId, Value
from flexsync_cli.domain.plan import StepOutcome
from flexsync_cli.domain.selection import Rules
from flexsync_cli.errors import BudgetSpent, ExitCode, Misconfigured, Refused, Unavailable, worst
from flexsync_cli.ports import Admin, Clock, Events, Flexmail, JournalEntry, Reporter, State, StopSignal
from flexsync_cli.services.tally import Tally

REFUSED_AT = "refused_at"  # the fact: relations that Flexmail refused as blacklisted, and at which address
CLOCK_OFFSET = "flexmail_clock_offset"  # the fact: how many seconds Flexmail's clock is ahead of ours
AT_ADMIN = frozenset({"untick", "tick", "rewrite", "relation", "communication"})  # writes that cost no call


@dataclass(frozen=True, slots=True)
class Settings:
    """The configuration as the services need it; `fields` are Flexmail's names, `interests_field` one of them or "";
    `absent` are values that Admin has no column for;
    `scanners` is "mark", "skip" or "keep"; `text_language` is that of what office people read;
    `config` is the configuration's path where a command must name it, else ""."""

    rules: Rules = field(default_factory=Rules)
    limits: Limits = field(default_factory=Limits)
    language_codes: Mapping[str, str] = field(default_factory=dict)
    language: str = "nl"
    fields: tuple[str, ...] = ()
    source: str = ""
    blank: bool = False
    keep_leavers: bool = False
    opt_in: bool = False
    observe: bool = False
    interests: bool = False
    interests_create: bool = False
    interests_field: str = ""
    interests_per_run: int = 300
    reconcile: timedelta = timedelta(days=1)
    untick_hard_bounces: bool = False
    bounces_notify: str = ""
    clicks_window: timedelta = timedelta(days=14)
    scanners: str = "mark"
    absent: frozenset[str] = frozenset()
    opt_in_values: Mapping[str, Value] = field(default_factory=dict)
    text_language: str = "nl"
    calls_per_minute: int = 60
    calls_per_month: int = 0
    legacy_ignore: bool = False
    habits: Habits = field(default_factory=Habits)
    config: str = ""


@dataclass(slots=True)
class Session:
    """A run under way. `applies` is False where nothing may be written to Admin or Flexmail: a dry run, or observing.

    `bounces` are those of this run, once they were read; `old_service` looks at the service that flexsync replaces, None where
    it can't be seen from here; `ask` puts a question to a person, None where there is none (or, as its answer, no answer);
    `approving` is the id of the plan that this run carries out; `uncertain` are references of communications that a run which
    was interrupted may have written.
    """

    admin: Admin
    flexmail: Flexmail
    events: Events | None
    state: State
    clock: Clock
    reporter: Reporter
    stop: StopSignal
    tally: Tally
    settings: Settings
    run_id: str
    command: str
    applies: bool = True
    dry_run: bool = False
    bounces: BounceReading | None = None
    old_service: Callable[[], ServiceState] | None = None
    ask: Callable[[str], bool | None] | None = None
    approving: str = ""
    uncertain: set[str] = field(default_factory=set)
    _relations: list[Relation] | None = None
    _links: LinkBook | None = None
    _campaigns: Sequence[Campaign] | None = None

    def now(self) -> datetime:
        """The present moment, UTC."""
        return self.clock.now()

    def there(self) -> datetime:
        """The present moment by Flexmail's clock, as far as it is known."""
        return self.now() + timedelta(seconds=self.state.facts.get(CLOCK_OFFSET) or 0)

    def age(self, moment: str | None) -> timedelta:
        """How long ago that was, of a moment as facts keep them; longer than anything where there is none.

        So it is where that is still to come: a clock that was ahead noted it.
        """
        passed = timedelta.max if moment is None else self.now() - datetime.fromisoformat(moment)
        return passed if passed >= timedelta() else timedelta.max

    def relations(self) -> Sequence[Relation]:
        """All rows of Admin, read once a run."""
        if self._relations is None:
            self._relations = list(self.admin.relations())
        return self._relations

    def campaigns(self) -> Sequence[Campaign]:
        """All of Flexmail's campaigns, read once a run; none without SOAP."""
        if self._campaigns is None:
            self._campaigns = () if self.events is None else self.events.campaigns()
        return self._campaigns

    def unticked(self, relation_ids: Collection[RelationId]) -> None:
        """Remember that these were unticked since they were read."""
        if self._relations is not None:
            self._relations = [
                replace(relation, newsletter=False) if relation.id in relation_ids else relation for relation in self._relations
            ]

    def renew(self, relation_id: RelationId) -> Relation | None:
        """Read one row again, because it was written or created; None where it is gone."""
        row = self.admin.relation(relation_id)
        if self._relations is not None:
            known = {relation.id: relation for relation in self._relations}
            known.pop(relation_id, None) if row is None else known.update({relation_id: row})
            self._relations = list(known.values())
        return row

    def reread(self) -> Sequence[Relation]:
        """All rows of Admin as they are now."""
        self._relations = None
        return self.relations()

    def links(self) -> LinkBook:
        """All links, indexed once for as long as none is saved. Nobody may change it."""
        links = self.state.links.all()
        if self._links is None or self._links.source is not links:
            self._links = LinkBook(links)
        return self._links

    def linked(self) -> int:
        """How many contacts are linked now: the base of the guard."""
        return self.links().open_count

    def known(self) -> Known:
        """State, indexed for the decisions."""
        links, facts = self.links(), self.state.facts
        return Known(
            links=links,
            outs=OutBook(self.state.outs.all(), links.closed, self.state.outs.consents(), facts.get(REFUSED_AT) or {}),
            parked={parked.relation_id: parked for parked in self.state.parked.all()},
            sightings={sighting.relation_id: sighting for sighting in self.state.sightings.all()},
        )

    def begin(self, kind: str, **payload: object) -> int:
        """Note a write to the other side before it is tried."""
        return self.begin_all([(kind, payload)])[0].id

    def begin_all(self, writes: Iterable[tuple[str, Mapping[str, object]]]) -> list[JournalEntry]:
        """Note writes that are made together."""
        self.stop.check()
        there = {"there": self.there().isoformat()}
        entries = [JournalEntry(kind, {**payload, **there}, self.now(), self.run_id) for kind, payload in writes]
        if any(entry.kind not in AT_ADMIN for entry in entries):
            self.tally.check(self.now())
        return self.state.journal.open(entries)

    def end(self, *entries: int, done: bool) -> None:
        """What became of them. Call it in the transaction that records the outcome."""
        self.state.journal.close(entries, self.now(), done=done)


@contextmanager
def step(session: Session, name: str) -> Iterator[StepOutcome]:
    """Run one step: its failure stays its own, its calls and time are counted."""
    outcome = StepOutcome(name)
    started, calls = session.now(), session.tally.total
    session.tally.exempt = name == "opt_outs"
    try:
        yield outcome
    except (Unavailable, BudgetSpent, Misconfigured) as error:
        outcome.error = str(error)
        outcome.exit_code = error.exit_code
    except Refused as refusal:  # of a reading: what is refused of one item has been dealt with where it was written
        outcome.error = f"Flexmail refused a call with HTTP {refusal.status}; the next run tries again"
        outcome.exit_code = ExitCode.UNAVAILABLE
    finally:
        session.tally.exempt = False
        outcome.calls = session.tally.total - calls
        outcome.seconds = (session.now() - started).total_seconds()
    outcome.exit_code = worst([ExitCode(outcome.exit_code), _exit_code(outcome)])


def _exit_code(outcome: StepOutcome) -> ExitCode:
    if outcome.refused:
        return ExitCode.GUARD
    if outcome.counts["failed"] or outcome.counts["newly_parked"]:
        return ExitCode.ITEMS
    return ExitCode.DONE

"""The push: gather both sides, decide, guard, apply, record."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flexsync_cli.domain.address import address_key
from flexsync_cli.domain.guard import History, guarded, inspect_push
from flexsync_cli.domain.known import OutBook
from flexsync_cli.domain.model import Contact, ContactId, RelationId
from flexsync_cli.domain.plan import OFFERS, Adopt, KeptPlan, Leave, Move, Refusal, StepOutcome, Verdict
from flexsync_cli.domain.push import PushPlan, Sight, decide
from flexsync_cli.errors import ExitCode
from flexsync_cli.services import plans, push_todos
from flexsync_cli.services.account import DAY, Account
from flexsync_cli.services.applier import Applier, ListsChangedError, Tidings
from flexsync_cli.services.contact_writer import ContactWriter
from flexsync_cli.services.session import Session

LAST_PUSH = "last_push"


@dataclass(frozen=True, slots=True)
class PushOptions:
    """What the caller asked for. `listing` and `held` come from the opt-outs; `refresh` pulls those again; `only` is an
    address or the id of a relation, "" for all."""

    refresh: Callable[[], OutBook]
    listing: Mapping[ContactId, Contact] | None = None
    held: frozenset[ContactId] = frozenset()
    only: str = ""
    retry_parked: bool = False
    approved: KeptPlan | None = None


def push(session: Session, outcome: StepOutcome, options: PushOptions) -> PushPlan:
    """Run the step; `outcome` gets its counts, also when it fails half-way."""
    tidings = Tidings()
    plan = _plan(session, options)
    approval = options.approved.refusal if options.approved else None
    refusals = inspect_push(plan, _history(session, plan), session.settings.limits, approval)
    plans.keep(session, outcome, refusals, "push")
    _admit(plan, refusals, approval)
    try:
        if session.applies:
            plan = _apply(session, plan, options, tidings)
        else:
            tidings.left = sum(isinstance(change, Leave) for change in plan.changes)
            tidings.moved = sum(isinstance(change, Move) for change in plan.changes)
        _remember(session, plan, outcome)
    finally:
        _count(plan, tidings, outcome)
    return plan


def _plan(session: Session, options: PushOptions) -> PushPlan:
    account = Account(session)
    only = _chosen(session, options.only)
    sight = Sight(
        relations=session.relations(),
        known=session.known(),
        now=session.now(),
        listing=options.listing,
        held=options.held,
        retry=only or frozenset(),
        retry_parked=options.retry_parked,
        creates_wait=_creates_wait(session),
    )
    plan = decide(sight, session.settings.rules, account.shape())
    if account.is_stale() and any(not isinstance(change, Leave | Adopt) for change in plan.changes):
        plan = decide(sight, session.settings.rules, account.shape(max_age=DAY))
    if only is not None:
        _narrow(plan, only)
    return plan


def _chosen(session: Session, only: str) -> frozenset[RelationId] | None:
    """The relations that `--only` names: by id, else by address."""
    if not only:
        return None
    if any(relation.id == only for relation in session.relations()):
        return frozenset({only})
    key = address_key(only)
    return frozenset(r.id for r in session.relations() if key is not None and address_key(r.email) == key)


def _narrow(plan: PushPlan, only: frozenset[RelationId]) -> None:
    """Leave everybody else out of the plan."""
    plan.changes = [change for change in plan.changes if change.relation_id in only]
    plan.notes = [note for note in plan.notes if note.relation_id in only]
    plan.departures.absent = [leave for leave in plan.departures.absent if leave.relation_id in only]
    plan.offered = [leave for leave in plan.offered if leave.relation_id in only]
    plan.partial = True
    for relation_id in [each for each in plan.verdicts if each not in only]:
        del plan.verdicts[relation_id]


def _creates_wait(session: Session) -> bool:
    """Whether creates were refused for the account less than a day ago."""
    refused = session.state.facts.get("account_refused")
    return refused is not None and session.now() - datetime.fromisoformat(refused["probed_at"]) < DAY


def _history(session: Session, plan: PushPlan) -> History:
    last = session.state.facts.get(LAST_PUSH) or {}
    links = sum(1 for _ in session.known().links.open_links())
    eligible = plan.selection.eligible
    return History(links, eligible if plan.partial else last.get("eligible", eligible), last.get("settled", False))


def _admit(plan: PushPlan, refusals: list[Refusal], approval: Refusal | None) -> None:
    """Take out what the guard refused, put in what was approved."""
    approved = frozenset(approval.items) if approval else frozenset()
    if any(refusal.kind not in OFFERS for refusal in refusals):
        for change in plan.changes:
            if guarded(change) not in approved and not isinstance(change, Leave):
                plan.selection.settle(change.relation_id, Verdict.HELD, "guard")
        plan.changes = [change for change in plan.changes if guarded(change) in approved]
    plan.changes[:0] = [leave for leave in [*plan.departures.missing, *plan.offered] if guarded(leave) in approved]


def _apply(session: Session, plan: PushPlan, options: PushOptions, tidings: Tidings) -> PushPlan:
    """Work through it; when the account's lists turn out to have changed, plan what is left once more."""
    session.reporter.step("push", len(plan.changes))
    writer = ContactWriter(session, Account(session).shape())
    try:
        Applier(session, plan, writer, session.known().outs, options.refresh).run(tidings)
    except ListsChangedError:
        done = {relation_id: plan.verdicts[relation_id] for relation_id in tidings.done}
        plan = _plan(session, options)
        writer = ContactWriter(session, Account(session).shape(), lists_checked=True)
        Applier(session, plan, writer, session.known().outs, options.refresh).run(tidings)
        plan.verdicts.update(done)
    return plan


def _remember(session: Session, plan: PushPlan, outcome: StepOutcome) -> None:
    """What the next run needs to know of this one, and what only a person can settle."""
    if plan.partial:
        return
    settled = not outcome.refused and not {Verdict.WAITING, Verdict.FAILED} & set(plan.verdicts.values())
    last = session.state.facts.get(LAST_PUSH) or {}
    with session.state.transaction():
        session.state.sightings.replace(plan.departures.sightings)
        if not outcome.refused:
            session.state.links.save(plan.departures.relinks)
            now = {"eligible": plan.selection.eligible, "settled": settled or last.get("settled", False)}
            session.state.facts.put(LAST_PUSH, now)
        outcome.todos += push_todos.replace(session, plan)


def _count(plan: PushPlan, tidings: Tidings, outcome: StepOutcome) -> None:
    verdicts = Counter(verdict.value for verdict in plan.verdicts.values())
    outcome.counts.update(verdicts)
    outcome.counts["selected"] = sum(verdicts.values())
    outcome.counts["left"] = tidings.left
    outcome.counts["moved"] = tidings.moved
    outcome.counts["newly_parked"] = tidings.newly_parked
    outcome.notes += plan.notes
    if tidings.leaves_failed:
        outcome.exit_code = ExitCode.ITEMS

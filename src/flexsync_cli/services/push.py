"""The push: gather both sides, decide, guard, apply, record."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from flexsync_cli.domain.guard import History, guarded, inspect_push
from flexsync_cli.domain.known import OutBook
from flexsync_cli.domain.model import Contact, ContactId
from flexsync_cli.domain.plan import (
    STOPPING,
    Adopt,
    Create,
    KeptPlan,
    Leave,
    Move,
    Note,
    Refusal,
    RefusalKind,
    StepOutcome,
    Verdict,
)
from flexsync_cli.domain.preview import part_of
from flexsync_cli.domain.push import DOUBTED, PushPlan, Sight, decide
from flexsync_cli.errors import ExitCode
from flexsync_cli.services import budget, doubts, import_probe, plans, push_todos, routing, standing
from flexsync_cli.services.account import DAY, Account
from flexsync_cli.services.applier import Applier
from flexsync_cli.services.contact_writer import ContactWriter
from flexsync_cli.services.only import chosen, narrow
from flexsync_cli.services.refusals import ACCOUNT_REFUSED, ListsChangedError, Tidings
from flexsync_cli.services.session import Session
from flexsync_cli.services.unticks import LAST_PUSH


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


@dataclass(slots=True)
class _Work:
    """What is being worked through, and what became of it so far."""

    plan: PushPlan
    tidings: Tidings = field(default_factory=Tidings)


def push(session: Session, outcome: StepOutcome, options: PushOptions) -> PushPlan:
    """Run the step; `outcome` gets its counts, also when it fails half-way."""
    if options.approved is not None:
        doubts.believe(session, options.approved.refusal)
    if session.applies:
        options = _after_trial(session, options)
    work = _Work(_prepare(session, outcome, options))
    _tell_suspended(session, work.plan)
    try:
        if session.applies:
            _apply(session, outcome, work, options)
            _note_parked(session, work.plan)
        else:
            _look_only(session, outcome, work.plan)
        routing.say_what_waits(session, outcome, work.plan)
        _remember(session, outcome, work.plan)
    finally:
        _count(session, outcome, work)
    return work.plan


def _after_trial(session: Session, options: PushOptions) -> PushOptions:
    """End the trial of an import that an earlier run began: it chooses the route, and what is put back is seen as it is."""
    if not import_probe.is_open(session):
        return options
    put_back: list[Contact] = []
    budget.affords(session, lambda: put_back.extend(import_probe.finish(session, late=True)))
    if options.listing is None or not put_back:
        return options
    return replace(options, listing={**options.listing, **{contact.id: contact for contact in put_back}})


def _prepare(session: Session, outcome: StepOutcome, options: PushOptions) -> PushPlan:
    """Plan, ask the guard, take out what it refuses, and choose the route of the rest."""
    plan, refusals = _look(session, options)
    if options.listing is None and routing.is_worth_a_listing(session, plan):
        options = replace(options, listing=session.flexmail.contacts())
        plan, refusals = _look(session, options)
    if plan.partial:
        outcome.refused = plan.stopped
    else:
        unseen = frozenset(() if plan.listed else {RefusalKind.OFFER})
        plans.keep(session, outcome, refusals, "push", unseen)
    if any(isinstance(change, Create) for change in plan.changes) and not session.settings.observe:
        # Told before anything is written where it is not there; and paid for before the cut.
        routing.read_list(session, plan, Account(session).source_id)
    routing.cut(session, plan, routing.route_of(session, plan, options.listing))
    return plan


def _look(session: Session, options: PushOptions) -> tuple[PushPlan, list[Refusal]]:
    """What would be done, without what the guard refuses; and that."""
    plan = _plan(session, options)
    approval = options.approved.refusal if options.approved else None
    refusals = inspect_push(plan, _history(session, plan), session.settings.limits, approval)
    plan.stopped = any(refusal.kind in STOPPING for refusal in refusals)
    _admit(plan, approval)
    return plan, refusals


def _plan(session: Session, options: PushOptions) -> PushPlan:
    account = Account(session)
    only = chosen(session, options.only)
    sight = Sight(
        relations=session.relations(),
        known=session.known(),
        now=session.now(),
        listing=options.listing,
        held=options.held,
        retry=only or frozenset(),
        retry_parked=options.retry_parked,
        creates_wait=not options.retry_parked and creates_wait(session),
    )
    plan = decide(sight, session.settings.rules, account.shape())
    plan.partial = only is not None
    stale = account.is_stale() and _needs_lists(plan, account)
    if stale and routing.read_list(session, plan, lambda: account.shape(max_age=DAY)):
        plan = decide(sight, session.settings.rules, account.shape())
    if only is not None:
        narrow(plan, only)
    routing.leave_under_way(session, plan)
    plan.notes += [Note("", "field_suspended", (("field", name),)) for name in account.suspended()]
    return plan


def _needs_lists(plan: PushPlan, account: Account) -> bool:
    """Whether there is something to write, or something that waits for the account to change."""
    writes = any(not isinstance(change, Leave | Adopt) for change in plan.changes)
    return writes or bool(account.suspended()) or Verdict.PARKED in plan.verdicts.values()


def creates_wait(session: Session) -> bool:
    """Whether creates were refused for the account less than a day ago, or so many others that a person must look."""
    if any(parked.problem == DOUBTED for parked in session.state.parked.all()):
        return True
    refused = session.state.facts.get(ACCOUNT_REFUSED)
    return session.age(refused and refused["probed_at"]) < DAY


def _history(session: Session, plan: PushPlan) -> History:
    last = session.state.facts.get(LAST_PUSH) or {}
    eligible = plan.selection.eligible
    return History(session.linked(), eligible if plan.partial else last.get("eligible", eligible), last.get("settled", False))


def _admit(plan: PushPlan, approval: Refusal | None) -> None:
    """Take out what the guard refused, put in what was approved."""
    approved = frozenset(approval.items) if approval else frozenset()
    if plan.stopped:
        for change in plan.changes:
            if guarded(change) not in approved and not isinstance(change, Leave):
                plan.selection.settle(change.relation_id, Verdict.HELD, "guard")
        plan.changes = [change for change in plan.changes if guarded(change) in approved]
    there = {guarded(change) for change in plan.changes}
    late = [*plan.departures.missing, *plan.offered]
    plan.changes[:0] = [leave for leave in late if guarded(leave) in approved - there]


def _apply(session: Session, outcome: StepOutcome, work: _Work, options: PushOptions) -> None:
    """Work through it; when the account's lists turn out to have changed, plan what is left once more."""
    session.reporter.step("push", len(work.plan.changes))
    push_todos.expect_moves(session, work.plan)
    writer = ContactWriter(session, Account(session).shape())
    try:
        Applier(session, work.plan, writer, work.tidings, options.refresh).run()
    except ListsChangedError:
        done = {relation_id: work.plan.verdicts[relation_id] for relation_id in work.tidings.done}
        work.plan = _prepare(session, outcome, options)
        _tell_suspended(session, work.plan)
        writer = ContactWriter(session, Account(session).shape(), lists_checked=True)
        Applier(session, work.plan, writer, work.tidings, options.refresh).run()
        work.plan.verdicts.update(done)
    doubts.keep(session, outcome, work.plan)


def _look_only(session: Session, outcome: StepOutcome, plan: PushPlan) -> None:
    session.state.links.save(plan.relinks)
    writer = ContactWriter(session, Account(session).shape())
    if session.dry_run:
        writer.pretend(plan.changes)
    else:
        writer.take_note(plan.changes)
        outcome.would += [(part, change.relation_id) for change in plan.changes if (part := part_of(change))]


def _note_parked(session: Session, plan: PushPlan) -> None:
    """Who was refused just now is told like those who were refused before."""
    known = {note.relation_id for note in plan.notes if note.kind == "parked"}
    for parked in session.state.parked.all():
        if plan.verdicts.get(parked.relation_id) is Verdict.PARKED and parked.relation_id not in known:
            data = (("problem", parked.problem), ("field", parked.field))
            plan.notes.append(Note(parked.relation_id, "parked", data))


def _tell_suspended(session: Session, plan: PushPlan) -> None:
    for note in plan.notes:
        if note.kind == "field_suspended":
            name = dict(note.data)["field"]
            session.reporter.warn(
                f'Flexmail has no custom field "{name}": it is left out until there is one of exactly this name'
            )


def _remember(session: Session, outcome: StepOutcome, plan: PushPlan) -> None:
    """What the next run needs to know of this one, and what only a person can settle."""
    if plan.partial:
        return
    with session.state.transaction():
        session.state.sightings.replace(plan.departures.sightings)
        session.state.parked.remove(
            [parked.relation_id for parked in session.state.parked.all() if parked.relation_id not in plan.verdicts]
        )
        if not plan.stopped:
            last = session.state.facts.get(LAST_PUSH) or {}
            now = {"eligible": plan.selection.eligible, "settled": last.get("settled", False) or _is_settled(session, plan)}
            session.state.facts.put(LAST_PUSH, now)
        outcome.todos += push_todos.replace(session, plan)


def _is_settled(session: Session, plan: PushPlan) -> bool:
    """Whether nothing is left to create."""
    left = {Verdict.WAITING, Verdict.FAILED} if session.applies else {Verdict.CREATED, Verdict.WAITING}
    return left.isdisjoint(plan.verdicts.values())


def _count(session: Session, outcome: StepOutcome, work: _Work) -> None:
    plan, tidings = work.plan, work.tidings
    if session.applies:
        for change in plan.changes:
            if not isinstance(change, Leave) and change.relation_id not in tidings.done:
                plan.verdicts[change.relation_id] = Verdict.WAITING  # the step ended before it came to this one
    else:
        tidings.left = sum(isinstance(change, Leave) for change in plan.changes)
        tidings.moved = sum(isinstance(change, Move) for change in plan.changes)
    verdicts = Counter(verdict.value for verdict in plan.verdicts.values())
    outcome.counts.update(verdicts)
    outcome.counts.update(
        selected=sum(verdicts.values()), left=tidings.left, moved=tidings.moved, newly_parked=tidings.newly_parked
    )
    waiting = _leaves_waiting(session, work)
    outcome.counts["leaves_waiting"] += waiting
    if not session.dry_run and not plan.partial:
        standing.keep_leaves(session.state, waiting)
    outcome.notes += plan.notes
    if tidings.leaves_failed:
        outcome.exit_code = ExitCode.ITEMS


def _leaves_waiting(session: Session, work: _Work) -> int:
    """Who is still mailed although the office said no: the calls did not reach, or the step ended before."""
    plan, tried = work.plan, work.tidings.leaves
    untried = sum(isinstance(each, Leave) and each.contact_id not in tried for each in plan.changes) if session.applies else 0
    return untried + (len(plan.route.leaves_waiting) if plan.route else 0)

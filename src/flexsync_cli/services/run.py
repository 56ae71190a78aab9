"""The sequence of a run: lock, recover, opt-outs, the way back, push, interests. One page; each step has its own module."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime

from flexsync_cli.domain.document import STEP_KEYS, CallCounts, RunFacts, document
from flexsync_cli.domain.model import ToDo
from flexsync_cli.domain.months import month_of
from flexsync_cli.domain.plan import KeptPlan, StepOutcome
from flexsync_cli.domain.preview import Adoption, adoption
from flexsync_cli.domain.price import minutes
from flexsync_cli.domain.push import PushPlan
from flexsync_cli.domain.summary import Calls
from flexsync_cli.errors import ExitCode, FlexsyncError, worst
from flexsync_cli.ports import Lock, Run
from flexsync_cli.services import bounces, budget, clicks, contacts, housekeeping, interests, optouts, profiles, push, unticks
from flexsync_cli.services.legacy import require_out_of_the_way
from flexsync_cli.services.optouts import OptOuts
from flexsync_cli.services.post import Post
from flexsync_cli.services.recover import recover
from flexsync_cli.services.session import Session, step
from flexsync_cli.services.usage import usage

ALL_STEPS = frozenset({"bounces", "clicks", "profiles", "contacts", "push", "summary"})
UNTRUSTED = "not done: so many are missing in Flexmail that a person must look at it first"
BLOCKED = "not done: the opt-outs could not be read and recorded, and nobody is mailed on a guess"


@dataclass(frozen=True, slots=True)
class Request:
    """What a command asks for. `steps` are those besides the opt-outs; `interests` None leaves it to the configuration;
    `everyone` brings in contacts that were there before; `alone` leaves the opt-outs out, where nothing hangs on them."""

    steps: frozenset[str]
    interests: bool | None = None
    interests_limited: bool = False
    only: str = ""
    retry_parked: bool = False
    since: datetime | None = None
    everyone: bool = False
    alone: bool = False
    approved: KeptPlan | None = None


@dataclass(slots=True)
class Report:
    """What a run did, for whoever asked for it.

    Where it only shows what would be done: its `price`, how many `minutes` that takes at least, and what the month's `calls`
    come to. `todos` and `plans` are all that stand open after it, `texts` the letters that no server is there to send; `config`
    is the path that a command to type must name, or "".
    """

    outcomes: list[StepOutcome] = field(default_factory=list)
    push: PushPlan | None = None
    adoption: Adoption | None = None
    price: int | None = None
    minutes: int = 0
    exit_code: ExitCode = ExitCode.DONE
    document: dict[str, object] = field(default_factory=dict)
    calls: Calls | None = None
    todos: list[ToDo] = field(default_factory=list)
    plans: list[KeptPlan] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    config: str = ""


def run(session: Session, lock: Lock, request: Request, post: Post | None = None) -> Report:
    """Do it under the lock, and record that it was done; `post` where there are mails to write."""
    report = Report(config=session.settings.config)
    with ExitStack() as held:
        held.enter_context(lock.hold(session.command))
        held.enter_context(session.admin.lock())
        if "push" in request.steps:
            require_out_of_the_way(session)
        started = session.now()
        if not session.dry_run:
            session.state.runs.save(Run(session.run_id, session.command, started))
        try:
            _steps(session, request, report, post)
            if not session.dry_run:
                housekeeping.tidy(session)
        except BaseException as error:
            report.exit_code = code_of(error)
            raise
        finally:
            _close(session, report, started)
    return report


def code_of(error: BaseException) -> ExitCode:
    """What a run that ends by an error is remembered by."""
    if isinstance(error, KeyboardInterrupt):
        return ExitCode.INTERRUPTED
    return error.exit_code if isinstance(error, FlexsyncError) else ExitCode.BUG


def _steps(session: Session, request: Request, report: Report, post: Post | None) -> None:
    recover(session)
    opt_outs = None if request.alone else _opt_outs(session, request, report)
    clicks_yield = budget.is_kept(session)
    with session.tally.keeping_back(budget.kept_for_leaves(session) if "push" in request.steps else 0):
        _bounces(session, request, report, post)
        if not clicks_yield:
            _clicks(session, request, report)
        if session.settings.opt_in:
            _opt_in(session, request, report, opt_outs)
    if "push" in request.steps:
        _push(session, request, report, opt_outs)
    if clicks_yield:
        _clicks(session, request, report)
    if "push" in request.steps:
        _interests(session, request, report)
    if post is not None:
        report.texts = post.texts
        _mail(session, request, report, post)


def _mail(session: Session, request: Request, report: Report, post: Post) -> None:
    """The summary, last of all; a command without one still sends what waits."""
    if "summary" not in request.steps:
        waiting = StepOutcome("summary")
        post.send(session, waiting)
        report.exit_code = worst([report.exit_code, ExitCode(waiting.exit_code)])
        return
    with step(session, "summary") as outcome:
        done = list(report.outcomes)
        report.outcomes.append(outcome)
        post.summarise(session, outcome, done)


def _opt_outs(session: Session, request: Request, report: Report) -> OptOuts | None:
    """None where they could not be read or recorded, or where it is too early to go over the budget for them again."""
    with step(session, "opt_outs") as outcome:
        report.outcomes.append(outcome)
        asked = not request.steps or request.approved is not None
        return optouts.pull(session, outcome, request.since, _approved(request, "opt_outs"), may_wait=not asked)


def _bounces(session: Session, request: Request, report: Report, post: Post | None) -> None:
    """Within a run, an office without SOAP does without them; asked for, they say so."""
    if "bounces" in request.steps and (session.events is not None or request.alone):
        with step(session, "bounces") as outcome:
            report.outcomes.append(outcome)
            bounces.pull(session, outcome, request.since, post.tells_bounces(session) if post else None)


def _clicks(session: Session, request: Request, report: Report) -> None:
    """Likewise, an office that has not set them up."""
    if "clicks" in request.steps and (clicks.are_on(session) or request.alone):
        with step(session, "clicks") as outcome:
            report.outcomes.append(outcome)
            clicks.pull(session, outcome, request.since)


def _approved(request: Request, name: str) -> KeptPlan | None:
    approved = request.approved
    return approved if approved is not None and approved.refusal.step == name else None


def _opt_in(session: Session, request: Request, report: Report, opt_outs: OptOuts | None) -> None:
    """What persons changed, and who subscribed."""
    if "profiles" in request.steps:
        with step(session, "profiles") as outcome:
            report.outcomes.append(outcome)
            if _trusted(outcome, opt_outs, report) is not None:
                profiles.merge(session, outcome, request.since, _approved(request, "profiles"))
    if "contacts" in request.steps:
        with step(session, "contacts") as outcome:
            report.outcomes.append(outcome)
            if (found := _trusted(outcome, opt_outs, report)) is not None:
                approved = _approved(request, "contacts")
                contacts.bring_in(session, outcome, found.listing, request.since, everyone=request.everyone, approved=approved)


def _trusted(outcome: StepOutcome, opt_outs: OptOuts | None, report: Report) -> OptOuts | None:
    """The opt-outs, where it is known who is out; else None, and the step says that it was not done."""
    if opt_outs is not None and opt_outs.trusted:
        return opt_outs
    if report.outcomes[0].exit_code == ExitCode.BUDGET:  # the opt-outs wait, and all that hangs on them
        outcome.error, outcome.exit_code = report.outcomes[0].error, ExitCode.BUDGET
        return None
    outcome.error = BLOCKED if opt_outs is None else UNTRUSTED
    outcome.exit_code = ExitCode.UNAVAILABLE if opt_outs is None else ExitCode.GUARD
    return None


def _push(session: Session, request: Request, report: Report, opt_outs: OptOuts | None) -> None:
    with step(session, "push") as outcome:
        report.outcomes.append(outcome)
        found = _trusted(outcome, opt_outs, report)
        if found is None:
            return
        options = push.PushOptions(
            refresh=lambda: optouts.refresh(session, report.outcomes[0]),
            listing=found.listing,
            held=found.held,
            only=request.only,
            retry_parked=request.retry_parked,
            approved=_approved(request, "push"),
        )
        first, began = session.linked() == 0, session.now()
        report.push = push.push(session, outcome, options)
        if first and found.listing is not None:
            report.adoption = adoption(report.push, found.listing)
        approval = request.approved.refusal if request.approved else None
        unticks.settle(session, report.outcomes[0], approval, learnt_since=began)
    if session.dry_run and report.push is not None:
        budget.pretend(session, outcome, report.push.price)


def _interests(session: Session, request: Request, report: Report) -> None:
    """For whom the push dealt with; where that waits for the budget they do too."""
    wanted = session.settings.interests if request.interests is None else request.interests
    pushed = next(outcome for outcome in report.outcomes if outcome.name == "push")
    plan = report.push
    if not wanted or request.only or pushed.refused or (plan is None and pushed.exit_code != ExitCode.BUDGET):
        return
    with step(session, "interests") as outcome:
        report.outcomes.append(outcome)
        if plan is None:
            raise session.tally.spent(session.now())
        most = session.settings.interests_per_run if request.interests_limited else None
        approved = _approved(request, "interests")
        interests.sync(session, outcome, plan, lambda: optouts.refresh(session, report.outcomes[0]), most, approved)
        if session.dry_run:
            budget.pretend(session, outcome, sum(outcome.counts[key] for key in ("subscribed", "unsubscribed", "created")))


def _price(session: Session) -> int | None:
    """What the run would cost: the same reading, and the writes that were planned."""
    if not session.dry_run:
        return None
    return session.tally.total + session.tally.planned


def _close(session: Session, report: Report, started: datetime) -> None:
    report.outcomes.sort(key=lambda outcome: list(STEP_KEYS).index(outcome.name))
    report.price = _price(session)
    if session.dry_run:
        settings = session.settings
        report.calls = usage(
            session.state, session.now(), settings.calls_per_month, settings.habits, planned=session.tally.planned
        )
    report.minutes = minutes(report.price or 0, session.settings.calls_per_minute)
    report.todos = session.state.todos.open()
    report.plans = session.state.plans.open()
    codes = [ExitCode(outcome.exit_code) for outcome in report.outcomes]
    report.exit_code = worst([report.exit_code, *codes])
    report.document = document(
        RunFacts(
            command=session.command,
            run_id=session.run_id,
            dry_run=session.dry_run,
            exit_code=report.exit_code,
            calls=_calls(session, report),
            todos=len(report.todos),
        ),
        report.outcomes,
    )
    if not session.dry_run:
        session.state.runs.save(
            Run(session.run_id, session.command, started, session.now(), int(report.exit_code), report.document)
        )


def _calls(session: Session, report: Report) -> CallCounts:
    begin, end = month_of(session.now())
    return CallCounts(
        rest=session.tally.by_door["rest"],
        soap=session.tally.by_door["soap"],
        month=session.state.ledger.count(begin, end),
        budget=session.settings.calls_per_month,
        price=report.price,
    )

"""The interests step: only differences, one call each; membership is read per interest, at adoption and reconcile."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from flexsync_cli.domain.guard import limit
from flexsync_cli.domain.interests import GiveInterest, InterestsPlan, TakeInterest, decide, keyed, learnt, sent_name
from flexsync_cli.domain.known import OutBook
from flexsync_cli.domain.model import Interest, Link, LinkStatus, Relation, id_order
from flexsync_cli.domain.plan import OFFERS, Guarded, KeptPlan, Note, StepOutcome
from flexsync_cli.domain.push import PushPlan
from flexsync_cli.errors import NotFound, Refused
from flexsync_cli.services import budget, plans
from flexsync_cli.services import interests_members as members
from flexsync_cli.services.account import DAY, Account
from flexsync_cli.services.freshness import Freshness
from flexsync_cli.services.interests_members import Members, Pairs
from flexsync_cli.services.reconcile import RECONCILED
from flexsync_cli.services.session import Session

PATIENCE = 10  # so many interests refused, and none taken


def sync(
    session: Session,
    outcome: StepOutcome,
    push: PushPlan,
    refresh: Callable[[], OutBook],
    most: int | None = None,
    approved: KeptPlan | None = None,
) -> None:
    """Run the step for the holders of this push; at most `most` calls that change something, None for all. `refresh` pulls
    the opt-outs again."""
    account = Account(session)
    pairs = list(_pairs(session, push))
    if not pairs or not any(relation.interests or link.interests for relation, link in pairs):
        return
    read_all = members.reading_is_due(session)
    plan, known, read = _compare(session, account, pairs, read_all=read_all)
    if plan.missing and session.settings.interests_create:
        known |= _create(session, account, outcome, plan.missing)
        links = plan.links
        plan = decide(learnt(pairs, links), known, read)
        plan.links[:0] = links
        plan.missing.clear()  # none is left that waits for anything but the budget
    outcome.notes += [*plan.notes, *(Note("", "interest_missing", (("interest", name),)) for name in plan.missing.values())]
    outcome.counts["unchanged"] = plan.unchanged
    _guard(session, outcome, plan, len(pairs), approved)
    with session.state.transaction():
        session.state.links.save(plan.links)
        if read is not None and read_all:
            members.record(session, read)
    _apply(session, outcome, plan, known, refresh, most)


def _pairs(session: Session, push: PushPlan) -> Iterator[tuple[Relation, Link]]:
    for link in session.known().links.open_links():
        if push.selection.key_of(link.relation_id) is not None:
            yield push.selection.relations[link.relation_id], link


def _compare(
    session: Session, account: Account, pairs: Pairs, *, read_all: bool
) -> tuple[InterestsPlan, dict[str, Interest], Members | None]:
    """What differs, the account's interests by their key, and who has those that were read."""
    known, read = keyed(account.interests()), None
    if read_all:
        read = members.read_used(session, account, pairs, known)
        known = keyed(account.interests())  # one may be gone
    plan = decide(pairs, known, read)
    if plan.changes or plan.missing:
        known = keyed(account.interests(max_age=DAY))
        plan = decide(pairs, known, read)
    if plan.changes and read is None and (read := members.read_new(session, account, pairs, known, plan)) is not None:
        known = keyed(account.interests())
        plan = decide(pairs, known, read)
    return plan, known, read


def _create(session: Session, account: Account, outcome: StepOutcome, missing: Mapping[str, str]) -> dict[str, Interest]:
    """Make the interests that only Admin has, as many as the month's calls have room for; in a dry run their ids go nowhere."""
    made = {}
    for key, name in list(missing.items())[: _left(session, outcome)]:
        made[key] = _made(session, account, name) if session.applies else Interest("", name)
        outcome.counts["created"] += 1
    if len(made) < len(missing):
        budget.wait(session, outcome)
    return made


def _made(session: Session, account: Account, name: str) -> Interest:
    entry = session.begin("interest_create", name=name)
    interest = session.flexmail.add_interest(sent_name(name))
    with session.state.transaction():
        account.add_interest(interest)
        session.end(entry, done=True)
    return interest


def _left(session: Session, outcome: StepOutcome) -> int | None:
    """The calls that the month has left, None for no limit; what a dry run would have made is in no ledger. None is held back
    where nothing is written while observing."""
    left = None if session.settings.observe else session.tally.left(session.now())
    return left if left is None or session.applies else max(0, left - outcome.counts["created"])


def _guard(session: Session, outcome: StepOutcome, plan: InterestsPlan, links: int, approved: KeptPlan | None) -> None:
    """Interests taken away from too many people: nothing of this step is written."""
    takes = [
        Guarded("takeinterest", each.relation_id, each.contact_id) for each in plan.changes if isinstance(each, TakeInterest)
    ]
    refusals = limit("interests", takes, links, session.settings.limits, approved.refusal if approved else None)
    plans.keep(session, outcome, refusals, "interests")
    if any(refusal.kind not in OFFERS for refusal in refusals):
        outcome.counts["waiting"] += len(plan.changes)
        plan.changes = []


def _apply(
    session: Session,
    outcome: StepOutcome,
    plan: InterestsPlan,
    known: Mapping[str, Interest],
    refresh: Callable[[], OutBook],
    most: int | None,
) -> None:
    ordered = sorted(plan.changes, key=lambda change: id_order(change.relation_id))
    changes = _affordable(session, outcome, ordered[:most])
    outcome.counts["waiting"] += len(plan.changes)
    session.reporter.step("interests", len(changes))
    links, freshness = session.known().links.by_contact, Freshness(session, refresh)
    for change in changes:
        if freshness.renew() is not None:
            links = session.known().links.by_contact
        name = "subscribed" if isinstance(change, GiveInterest) else "unsubscribed"
        try:
            if links[change.contact_id].status is not LinkStatus.OPEN:
                name = "waiting"  # out since the step began
            elif session.applies:
                links[change.contact_id] = _write(session, change, known[change.interest], links[change.contact_id])
        except Refused as refusal:
            if isinstance(refusal, NotFound):
                links[change.contact_id] = _look_for(session, links[change.contact_id])
            session.reporter.warn(f"relation {change.relation_id}: an interest was refused with HTTP {refusal.status}")
            name = "failed"
        outcome.counts["waiting"] -= 1
        outcome.counts[name] += 1
        session.reporter.event(f"interests.{name}", relation=change.relation_id)
        session.reporter.advance()
        if _takes_none(outcome):
            session.reporter.warn("Flexmail takes no interest of anybody: the rest waits for the next run")
            return


def _look_for(session: Session, link: Link) -> Link:
    """The link as it is now; where its contact was merged into another, the next push sees to the relation."""
    if session.flexmail.contact(link.contact_id) is not None:
        return link
    if session.flexmail.find(link.address) is None:
        session.state.facts.put(RECONCILED, None)  # the next run lists the contacts, and holds whoever is missing
        return link
    released = replace(link, status=LinkStatus.RELEASED, since=session.now())
    session.state.links.save([released])
    return released


def _takes_none(outcome: StepOutcome) -> bool:
    """Whether that is the account's doing: so many were refused, and nothing was taken."""
    return outcome.counts["failed"] == PATIENCE and not outcome.counts["subscribed"] + outcome.counts["unsubscribed"]


def _affordable(
    session: Session, outcome: StepOutcome, changes: Sequence[GiveInterest | TakeInterest]
) -> Sequence[GiveInterest | TakeInterest]:
    """As many as the month's calls have room for."""
    left = _left(session, outcome)
    if left is None or left >= len(changes):
        return changes
    budget.wait(session, outcome)
    return changes[:left]


def _write(session: Session, change: GiveInterest | TakeInterest, interest: Interest, link: Link) -> Link:
    give = isinstance(change, GiveInterest)
    kind = "interest_give" if give else "interest_take"
    entry = session.begin(kind, contact=change.contact_id, interest=interest.id, key=change.interest)
    try:
        (session.flexmail.add_interest_to if give else session.flexmail.take_interest_from)(change.contact_id, interest.id)
    except Refused:
        session.end(entry, done=False)
        raise
    link = after(link, change.interest, give=give)
    with session.state.transaction():
        session.state.links.save([link])
        session.end(entry, done=True)
    return link


def after(link: Link, key: str, *, give: bool) -> Link:
    """The link once an interest was given, or taken away."""
    return replace(link, interests=link.interests | {key} if give else link.interests - {key})

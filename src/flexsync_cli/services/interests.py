"""The interests step: only differences, one call each; membership is read per interest, at adoption and reconcile."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from flexsync_cli.domain.guard import limit
from flexsync_cli.domain.interests import GiveInterest, InterestsPlan, TakeInterest, decide, keyed, sent_name
from flexsync_cli.domain.known import OutBook
from flexsync_cli.domain.model import ContactId, Interest, Link, LinkStatus, Relation, id_order
from flexsync_cli.domain.plan import OFFERS, Guarded, KeptPlan, Note, StepOutcome
from flexsync_cli.domain.push import PushPlan
from flexsync_cli.errors import Refused
from flexsync_cli.services import budget, plans
from flexsync_cli.services.account import DAY, Account
from flexsync_cli.services.freshness import Freshness
from flexsync_cli.services.session import Session

READ = "interests_read_at"


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
    known = keyed(account.interests())
    members = _members(session, known) if _reading_is_due(session) else None
    plan = decide(pairs, known, members)
    if plan.missing and session.settings.interests_create and session.applies:
        known = _create(session, outcome, plan)
        plan = decide(pairs, known, members)
    elif plan.changes or plan.missing:
        known = keyed(account.interests(max_age=DAY))
        plan = decide(pairs, known, members)
    outcome.notes += [*plan.notes, *(Note("", "interest_missing", (("interest", name),)) for name in plan.missing.values())]
    outcome.counts["unchanged"] = plan.unchanged
    _guard(session, outcome, plan, len(pairs), approved)
    with session.state.transaction():
        session.state.links.save(plan.links)
        if members is not None:
            session.state.facts.put(READ, session.now().isoformat())
    _apply(session, outcome, plan, known, refresh, most)


def _pairs(session: Session, push: PushPlan) -> Iterator[tuple[Relation, Link]]:
    for link in session.known().links.open_links():
        if push.selection.key_of(link.relation_id) is not None:
            yield push.selection.relations[link.relation_id], link


def _reading_is_due(session: Session) -> bool:
    last = session.state.facts.get(READ)
    return last is None or session.now() - datetime.fromisoformat(last) >= session.settings.reconcile


def _members(session: Session, known: Mapping[str, Interest]) -> dict[str, frozenset[ContactId]]:
    """Of all interests, or of none: a part would be read again by the next run."""
    left = session.tally.left(session.now())
    if left is not None and left < len(known):
        raise session.tally.spent(session.now())
    members = {}
    for key, interest in known.items():
        session.stop.check()
        members[key] = frozenset(session.flexmail.contacts(interest=interest.id))
    return members


def _create(session: Session, outcome: StepOutcome, plan: InterestsPlan) -> dict[str, Interest]:
    """Make the interests that only Admin has."""
    for name in plan.missing.values():
        entry = session.begin("interest_create", name=name)
        session.flexmail.add_interest(sent_name(name))
        session.end(entry, done=True)
        outcome.counts["created"] += 1
    account = Account(session)
    account.forget_interests()
    return keyed(account.interests())


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
            session.reporter.warn(f"relation {change.relation_id}: an interest was refused with HTTP {refusal.status}")
            name = "failed"
        outcome.counts["waiting"] -= 1
        outcome.counts[name] += 1
        session.reporter.event(f"interests.{name}", relation=change.relation_id)
        session.reporter.advance()


def _affordable(
    session: Session, outcome: StepOutcome, changes: Sequence[GiveInterest | TakeInterest]
) -> Sequence[GiveInterest | TakeInterest]:
    """As many as the month's calls have room for; none is held back where nothing is written while observing."""
    left = None if session.settings.observe else session.tally.left(session.now())
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

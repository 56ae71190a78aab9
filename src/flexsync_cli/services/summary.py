"""The summary step: collects what happened, decides whether it is told now, writes the letter and sends what waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flexsync_cli.domain.digest import FINDING, Digest, Findings, digest
from flexsync_cli.domain.model import RelationId
from flexsync_cli.domain.news import STANDING, News
from flexsync_cli.domain.plan import StepOutcome
from flexsync_cli.domain.summary import PARTS, Timing, When, is_due
from flexsync_cli.domain.text import one_line
from flexsync_cli.errors import ExitCode
from flexsync_cli.ports import Letters, Mailer
from flexsync_cli.services import letters as outbox
from flexsync_cli.services import news as kept
from flexsync_cli.services import standing
from flexsync_cli.services.news import Told
from flexsync_cli.services.session import Session
from flexsync_cli.services.unticks import ADOPTED
from flexsync_cli.services.usage import usage

MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The configuration of mails: `to` is empty for the account's owner, `sender` "" where no mail can be sent."""

    to: tuple[str, ...] = ()
    language: str = "nl"
    when: When = "daily"
    include: tuple[str, ...] = PARTS
    sender: str = ""


def summarise(
    session: Session,
    outcome: StepOutcome,
    outcomes: Sequence[StepOutcome],
    mail: MailSettings,
    letters: Letters,
    mailer: Mailer | None,
) -> str | None:
    """Run the step after all others, whose `outcomes` it tells. Without a mailer: the text to print, never sent.

    A letter that can't be addressed stays untold, and the next run tries again.
    """
    session.reporter.step("summary")
    news, told = kept.gather(session, outcomes), kept.told(session)
    found = _findings(session, outcomes, mail, news, told)
    made = digest(found)
    timing = Timing(made.done, made.problem, news.since, told.at)
    # What is printed disturbs nobody.
    due = mailer is None or is_due(mail.when, made.summary, timing)
    if session.dry_run:
        mails = due and mailer is not None
        outcome.counts["mails"] += int(mails)
        session.tally.planned += int(mails and not mail.to and outbox.owner_is_due(session))
        return None
    to = _recipients(session, outcome, mail) if due and mailer is not None else ()
    letter = letters.summary(made.summary, mail.language) if to or mailer is None else None
    with session.state.transaction():
        if letter is not None and to:
            outbox.queue(session, letters, letter, outbox.SUMMARY, mail.sender, to)
        kept.keep(session, news if letter is None else news.mailed(session.now()))
        if made.summary.standing:
            standing.keep(session.state, found.notes)
        if letter is not None:
            kept.keep_told(session, _now_told(made, told), session.state.facts.get(ADOPTED))
    outbox.send_outbox(session, outcome, mailer)
    return letter.text if letter is not None and mailer is None else None


def _recipients(session: Session, outcome: StepOutcome, mail: MailSettings) -> tuple[str, ...]:
    """Who gets it; nobody where that is the account's owner, and Flexmail does not say who that is."""
    if mail.to:
        return mail.to
    owner = outbox.owner_address(session)
    if owner is not None:
        return (owner,)
    session.reporter.warn(
        "the summary mail waits: Flexmail did not say who owns the account; the next run asks again, or set summary.to"
    )
    outcome.counts["outbox"] += 1
    outcome.exit_code = ExitCode.ITEMS
    return ()


def _now_told(made: Digest, told: Told) -> frozenset[str]:
    """What stands; where the push failed nothing is known of its findings, so those told before stay told."""
    if made.summary.standing:
        return made.ids
    return made.ids | {identity for identity in told.ids if identity.startswith(FINDING)}


def _findings(session: Session, outcomes: Sequence[StepOutcome], mail: MailSettings, news: News, told: Told) -> Findings:
    adopted = session.state.facts.get(ADOPTED)
    found = Findings(
        at=session.now(),
        news=news,
        told=told.ids,
        todos=session.state.todos.open(),
        plans=session.state.plans.open(),
        notes=tuple(dict.fromkeys(note for each in outcomes for note in each.notes if note.kind in STANDING)),
        standing=next((each.counts for each in outcomes if each.name == "push"), {}),
        leaves_waiting=standing.leaves_waiting(session.state),
        calls=usage(session.state, session.now(), session.settings.calls_per_month, session.settings.habits),
        include=mail.include,
        items_failed=sum(each.counts["failed"] for each in outcomes),
        observe=session.settings.observe,
        first=adopted is not None and adopted != told.adopted,
        config=session.settings.config,
    )
    return replace(found, names=_names(session, outcomes, _mentioned(found)))


def _mentioned(found: Findings) -> set[RelationId]:
    people = {relation_id for ids in found.news.people.values() for relation_id in ids}
    people |= {todo.relation_id for todo in found.todos} | {note.relation_id for note in found.notes}
    people |= {note.relation_id for note in found.news.notes}
    return people | {item.relation_id for plan in found.plans for item in plan.refusal.items}


def _names(session: Session, outcomes: Sequence[StepOutcome], mentioned: set[RelationId]) -> Mapping[RelationId, str]:
    """Names by relation: Admin's, or those last sent where something failed, so that nothing that is down is asked again."""
    if any(each.exit_code == ExitCode.UNAVAILABLE for each in outcomes):
        links = (link for link in session.state.links.all() if link.relation_id in mentioned)
        return {link.relation_id: _name(link.values.get("first_name"), link.values.get("name")) for link in links}
    relations = (relation for relation in session.relations() if relation.id in mentioned)
    return {relation.id: _name(relation.first_name, relation.name) for relation in relations}


def _name(*parts: object) -> str:
    return one_line(" ".join(str(part) for part in parts if part), MAX_NAME)

"""The outbox: letters are queued with the state that says they were told, and sent by this run or a later one."""

from collections.abc import Sequence
from datetime import timedelta

from flexsync_cli.domain.address import address_key
from flexsync_cli.domain.bounce_mail import BouncedPerson, bounce_news
from flexsync_cli.domain.plan import StepOutcome
from flexsync_cli.errors import BudgetSpent, ExitCode, Refused, Unavailable
from flexsync_cli.ports import Envelope, Letter, Letters, Mailer, OutboxMail
from flexsync_cli.services.session import Session

OWNER = "owner"
OWNER_AGE = timedelta(days=1)
KEPT = timedelta(days=7)
SUMMARY = "summary"
BOUNCES = "bounces"


def bounce_letter(
    session: Session, letters: Letters, people: Sequence[BouncedPerson], *, to: str, sender: str, language: str
) -> str | None:
    """Queue the mail about new bounces. Call it in the transaction that records them as told.

    Where no mail can be sent (`sender` is "") nothing is queued, and its text is returned to be printed.
    """
    letter = letters.bounces(bounce_news(people), language)
    if not sender:
        return letter.text
    queue(session, letters, letter, BOUNCES, sender, (to,))
    return None


def queue(session: Session, letters: Letters, letter: Letter, kind: str, sender: str, to: Sequence[str]) -> None:
    """Put a letter in the outbox."""
    identity = f"{kind}.{session.run_id}@{sender.rpartition('@')[2]}"
    message = letters.message(letter, Envelope(sender, tuple(to), session.now(), identity))
    session.state.outbox.add(OutboxMail(kind, message, session.now()))


def send_outbox(session: Session, outcome: StepOutcome, mailer: Mailer | None) -> None:
    """Send what waits, oldest first; what can't be sent goes on waiting, and is counted."""
    if mailer is not None:
        _send_all(session, outcome, mailer)
    outcome.counts["outbox"] += len(session.state.outbox.waiting())
    if mailer is not None and outcome.counts["outbox"]:
        outcome.exit_code = ExitCode.ITEMS
    session.state.outbox.prune(session.now() - KEPT)


def _send_all(session: Session, outcome: StepOutcome, mailer: Mailer) -> None:
    for mail in session.state.outbox.waiting():
        session.stop.check()
        if not _send(session, outcome, mailer, mail):
            return


def _send(session: Session, outcome: StepOutcome, mailer: Mailer, mail: OutboxMail) -> bool:
    """Whether the server can be used for the next one too."""
    try:
        mailer.send(mail.message)
    except Refused as refusal:
        session.reporter.warn(f"mail {mail.id} ({mail.kind}): the mail server refused it ({refusal.status}); it waits")
        return True
    except Unavailable as error:
        session.reporter.warn(f"mail {mail.id} ({mail.kind}) waits: {error}")
        return False
    session.state.outbox.mark_sent(mail.id, session.now())
    session.reporter.event("mail.sent", mail=mail.id, kind=mail.kind)
    outcome.counts["mails"] += 1
    return True


def owner_address(session: Session) -> str | None:
    """The address of the account's owner, asked at most daily; None where it isn't known and can't be asked now."""
    kept = session.state.facts.get(OWNER)
    if kept is not None and not owner_is_due(session):
        return str(kept["email"])
    # Whoever is to be told that work waits for the month's calls must be known first.
    session.tally.exempt = kept is None
    try:
        owner = session.flexmail.owner()
    except (Unavailable, BudgetSpent, Refused):
        owner = None
    finally:
        session.tally.exempt = False
    email = None if owner is None else address_key(owner.email)
    if email is None:
        return None if kept is None else str(kept["email"])
    session.state.facts.put(OWNER, {"email": email, "read_at": session.now().isoformat()})
    return email


def owner_is_due(session: Session) -> bool:
    """Whether it takes a call to know the owner."""
    kept = session.state.facts.get(OWNER)
    return session.age(kept and kept["read_at"]) >= OWNER_AGE

"""What a run says by mail: the bounces to who mends them, the summary, and what an earlier run could not send."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from flexsync_cli.domain.bounce_mail import BouncedPerson
from flexsync_cli.domain.plan import StepOutcome
from flexsync_cli.ports import Letters, Mailer
from flexsync_cli.services.letters import bounce_letter, send_outbox
from flexsync_cli.services.session import Session
from flexsync_cli.services.summary import MailSettings, summarise


@dataclass(slots=True)
class Post:
    """Who writes and who sends; `mailer` is None where no server is configured: then `texts` are to be printed."""

    letters: Letters
    mailer: Mailer | None
    mail: MailSettings
    notify: str = ""
    texts: list[str] = field(default_factory=list)

    def tells_bounces(self, session: Session) -> Callable[[Sequence[BouncedPerson]], None] | None:
        """Queues the mail about new bounces; None where nobody is to be told."""
        if not self.notify:
            return None

        def tell(people: Sequence[BouncedPerson]) -> None:
            sender, language = self.mail.sender, self.mail.language
            self._print(bounce_letter(session, self.letters, people, to=self.notify, sender=sender, language=language))

        return tell

    def summarise(self, session: Session, outcome: StepOutcome, outcomes: Sequence[StepOutcome]) -> None:
        """The summary step: tell what the other steps did, and send all that waits."""
        self._print(summarise(session, outcome, outcomes, self.mail, self.letters, self.mailer))

    def send(self, session: Session, outcome: StepOutcome) -> None:
        """Send what waits, after a command that writes no summary."""
        if not session.dry_run:
            send_outbox(session, outcome, self.mailer)

    def _print(self, text: str | None) -> None:
        if text is not None:
            self.texts.append(text)

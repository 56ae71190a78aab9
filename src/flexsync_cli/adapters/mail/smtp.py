"""Hands mails to the office's server by SMTP. Messages name the server and the key to mend, never an address or a secret."""

import logging
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from typing import Literal

from flexsync_cli.errors import Refused, Unavailable
from flexsync_cli.log import event

Security = Literal["starttls", "tls", "none"]
TIMEOUT = 20.0  # seconds, of connecting and of each answer
PERMANENT = 500

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """The port `Mailer`, one connection a mail. `username` is "" where the server wants no login; `context` verifies it."""

    host: str
    port: int = 587
    security: Security = "starttls"
    username: str = ""
    password: str = field(default="", repr=False)
    timeout: float = TIMEOUT
    context: ssl.SSLContext | None = field(default=None, repr=False)

    def send(self, message: bytes) -> None:
        """Hand over one mail; who it is from and for is read from its headers."""
        parsed = message_from_bytes(message, policy=POLICY)
        sender, recipients = _addresses(parsed, "From"), _addresses(parsed, "To")
        with self._connected() as server:
            refused = self._hand_over(server, sender[0], recipients, message)
        if refused:
            codes = sorted({code for code, _ in refused.values()})
            event(logger, "mail.recipients_refused", level=logging.WARNING, count=len(refused), codes=codes)

    def log_in(self) -> None:
        """Greet the server and part, as if to send a mail: raises Unavailable where none could be sent."""
        with self._connected():
            pass

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        server = self._open()
        try:
            yield server
            # The mail is taken: what goes wrong at parting changes nothing.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
        finally:
            server.close()

    def _open(self) -> smtplib.SMTP:
        try:
            return self._greet()
        except smtplib.SMTPAuthenticationError as error:
            raise self._unavailable(f"refused the login ({error.smtp_code}): see smtp.username and smtp.password") from None
        except smtplib.SMTPNotSupportedError:
            raise self._unavailable("offers no STARTTLS or no login of a kind that we know: see smtp.security") from None
        except smtplib.SMTPResponseException as error:
            raise self._unavailable(f"turned us away ({error.smtp_code})") from None
        except ssl.SSLCertVerificationError as error:
            raise self._unavailable(f"shows a certificate that is not trusted: {error.verify_message}") from None
        except ssl.SSLError:
            raise self._unavailable("does not speak TLS as expected: see smtp.security and smtp.port") from None
        except (TimeoutError, smtplib.SMTPServerDisconnected) as error:
            raise self._unavailable(self._silence(error)) from None
        except UnicodeError:
            # Its own text would hold the password.
            raise self._unavailable("needs plain ASCII in smtp.host, smtp.username and smtp.password") from None
        except (smtplib.SMTPException, OSError):
            raise self._unavailable("can't be reached: see smtp.host, smtp.port and smtp.security") from None

    def _greet(self) -> smtplib.SMTP:
        # The system's certificates take a while to read: only where they are needed.
        context = None if self.security == "none" else self.context or ssl.create_default_context()
        if self.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            if self.security == "starttls":
                server.starttls(context=context)
            if self.username:
                server.login(self.username, self.password)
        except BaseException:
            server.close()
            raise
        return server

    def _hand_over(
        self, server: smtplib.SMTP, sender: str, recipients: list[str], message: bytes
    ) -> Mapping[str, tuple[int, bytes]]:
        """Who of several was refused; where it was everybody, or the mail itself, an error."""
        try:
            return server.sendmail(sender, recipients, message)
        except smtplib.SMTPRecipientsRefused as error:
            raise self._refusal(max(code for code, _ in error.recipients.values())) from None
        except smtplib.SMTPSenderRefused as error:
            raise self._unavailable(f"refused the sender ({error.smtp_code}): see smtp.sender, and smtp.username") from None
        except smtplib.SMTPResponseException as error:
            raise self._refusal(error.smtp_code) from None
        except (smtplib.SMTPException, OSError):
            raise self._unavailable("broke off before it took the mail") from None

    def _silence(self, error: OSError) -> str:
        """smtplib calls it a broken connection, too, when an answer does not come in time."""
        if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
            return f"gave no answer within {self.timeout:g} s: see smtp.host and smtp.port"
        return "broke off: see smtp.port and smtp.security"

    def _refusal(self, code: int) -> Refused | Unavailable:
        return Refused(code) if code >= PERMANENT else self._unavailable(f"takes no mail now ({code})")

    def _unavailable(self, what: str) -> Unavailable:
        return Unavailable(f"the mail server {self.host}:{self.port} {what}")


def _addresses(message: EmailMessage, header: str) -> list[str]:
    return [address.addr_spec for address in message[header].addresses]

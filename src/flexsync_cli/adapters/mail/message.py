"""A letter as RFC 5322 has it: plain text and HTML beside each other, headers that no text from outside can break."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from flexsync_cli.domain.months import BRUSSELS
from flexsync_cli.domain.text import one_line
from flexsync_cli.ports import Envelope, Letter

SENDER_NAME = "flexsync"


def compose(letter: Letter, envelope: Envelope) -> bytes:
    """The whole mail."""
    message = EmailMessage(SMTP)
    message["Subject"] = one_line(letter.subject)
    message["From"] = Address(SENDER_NAME, addr_spec=envelope.sender)
    message["To"] = tuple(Address(addr_spec=address) for address in envelope.to)
    message["Date"] = format_datetime(envelope.at.astimezone(BRUSSELS))
    message["Message-ID"] = f"<{envelope.id}>"
    # Nobody's out-of-office answers a machine.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    # Quoted-printable passes every server; 8 bit doesn't.
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    return message.as_bytes()

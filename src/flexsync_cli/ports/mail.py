"""The mails: who writes them and who takes them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flexsync_cli.domain.bounce_mail import BounceNews
from flexsync_cli.domain.summary import Summary


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as a person reads it, twice the same: `html`, and `text` for who reads no HTML."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom to whom a letter goes, and when it was written; `id` tells it from every other."""

    sender: str
    to: tuple[str, ...]
    at: datetime
    id: str


class Letters(Protocol):
    """Writes mails in the office's language: "nl", "fr" or "en"."""

    def summary(self, data: Summary, language: str) -> Letter:
        """The summary."""

    def bounces(self, data: BounceNews, language: str) -> Letter:
        """The new bounces."""

    def message(self, letter: Letter, envelope: Envelope) -> bytes:
        """The whole mail (RFC 5322), as a server takes it."""


class Mailer(Protocol):
    """Hands one mail to the office's server."""

    def send(self, message: bytes) -> None:
        """Raises Unavailable where the server can't be used, Refused where it does not take just this mail."""

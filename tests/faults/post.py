"""The office's mail server in a storm: it turns mails away, breaks off, and takes some whose answer gets lost."""

from asyncio import Transport
from collections import Counter
from email import message_from_bytes, policy
from pathlib import Path
from random import Random

from aiosmtpd.smtp import SMTP, Envelope, Session

from flexsync_cli.sandbox.mailbox import Mailbox

WEATHER = ("not now", "refused", "dropped", "taken, and dropped")


class Post(Mailbox):
    """`share` of the mails meets a fault; `served` are those by kind, `lost` the mails that were taken without an answer."""

    def __init__(self, folder: Path, seed: int) -> None:
        super().__init__(folder)
        self.share = 0.0
        self.served = Counter[str]()
        self.lost = Counter[str]()
        self._dice = Random(seed)  # noqa: S311 - dice that repeat, no secret

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library's name
        """Take it, or not."""
        if self._dice.random() >= self.share:
            return await super().handle_DATA(server, session, envelope)
        kind = self._dice.choice(WEATHER)
        self.served[kind] += 1
        match kind:
            case "not now":
                return "451 try again later"
            case "refused":
                return "554 not this one"
            case "taken, and dropped":
                await super().handle_DATA(server, session, envelope)
                self.lost[identity(envelope.original_content or b"")] += 1
        assert isinstance(server.transport, Transport)
        server.transport.abort()
        return "250 nobody hears it"

    def told(self) -> dict[str, int]:
        """How often each mail came in, by its Message-ID, but for the times when its sender could not know."""
        came = Counter(identity(_source(mail.path)) for mail in self.mails)
        return {each: times - self.lost[each] for each, times in came.items()}

    def bounces(self, address: str) -> set[str]:
        """The mails about bounces that name this address."""
        found = [message_from_bytes(_source(mail.path), policy=policy.default) for mail in self.mails]
        about = [message for message in found if str(message["Message-ID"]).startswith("<bounces.")]
        return {str(one["Message-ID"]) for one in about if (body := one.get_body(("plain",))) and address in body.get_content()}


def identity(message: bytes) -> str:
    """The Message-ID: a mail that comes twice with the same one is shown once."""
    return str(message_from_bytes(message, policy=policy.default)["Message-ID"])


def _source(path: Path) -> bytes:
    return path.with_suffix(".eml").read_bytes()

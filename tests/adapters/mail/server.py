"""A real mail server on loopback, which refuses what a test tells it to."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Any

import trustme
from aiosmtpd import smtp
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session


@dataclass
class Rules:
    """What it answers instead of taking the mail."""

    sender: str = ""
    data: str = ""
    recipients: dict[str, str] = field(default_factory=dict)


class Handler:
    """Keeps what was taken."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.rules = Rules()

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: smtp.SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.rules.sender or "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: smtp.SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.rules.recipients:
            return self.rules.recipients[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: smtp.SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        if self.rules.data:
            return self.rules.data
        self.taken.append(envelope)
        return "250 taken"


class MailServer(Controller):
    """Listens on a port that the system chose. `security` and `login` are what it asks for."""

    def __init__(self, security: str = "none", login: tuple[str, str] | None = None) -> None:
        self.authority = trustme.CA()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.handler_ = Handler()
        self._login = login
        context = self._server_context() if security != "none" else None
        options: dict[str, Any] = (
            {"authenticator": self._check, "auth_required": True, "auth_require_tls": False} if login else {}
        )
        if security == "starttls":
            options |= {"tls_context": context, "require_starttls": True}
        super().__init__(
            self.handler_,
            hostname="127.0.0.1",
            port=self.socket.getsockname()[1],
            ssl_context=context if security == "tls" else None,
            **options,
        )

    @property
    def context(self) -> ssl.SSLContext:
        """Trusts this server."""
        context = ssl.create_default_context()
        self.authority.configure_trust(context)
        return context

    @property
    def taken(self) -> list[Envelope]:
        """The mails it took."""
        return self.handler_.taken

    @property
    def rules(self) -> Rules:
        """What it refuses."""
        return self.handler_.rules

    def _server_context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
        return context

    def _check(
        self, server: smtp.SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == self._login, handled=False)

    def _create_server(self) -> Awaitable[asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self.socket, ssl=self.ssl_context)

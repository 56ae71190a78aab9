"""A mail server on loopback that keeps what it gets: one .eml a mail, and its HTML beside it."""

import asyncio
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
_PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Mail:
    """One that came in: its subject, and the file that shows it best."""

    subject: str
    path: Path


class Mailbox:
    """Listens at `port` while its `with` block lasts; mails go to `folder`, which must exist."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self.mails: list[Mail] = []
        self._loop = asyncio.new_event_loop()
        self._started = Event()
        self._thread = Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._started.wait(_PATIENCE):
            raise RuntimeError("the mail box did not start")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_PATIENCE)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library's name
        """Keep one mail."""
        content = envelope.original_content or b""
        path = self.folder / f"mail-{len(self.mails) + 1}.eml"
        path.write_bytes(content)
        message = message_from_bytes(content, policy=policy.default)
        html = message.get_body(("html",))
        if html is not None:
            path = path.with_suffix(".html")
            path.write_text(html.get_content(), encoding="utf-8")
        self.mails.append(Mail(str(message["Subject"]), path))
        return "250 OK"

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(self._loop.create_server(lambda: SMTP(self, hostname=HOST), HOST, 0))
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(server.wait_closed())
        self._loop.close()

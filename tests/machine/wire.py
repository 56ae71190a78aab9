"""What flexsync brings about, seen from outside: its calls with their bodies, and the moments at which it can be interrupted.

An effect is a call that asks for a change, a mail, or a commit in Admin or in state. A kill is an exception that nothing
outlives: from then on none of them succeeds, as in a process that is gone; what was not committed is rolled back.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from sqlalchemy import Connection, Engine, event

from flexsync_cli.adapters.clock import SystemClock
from flexsync_cli.adapters.flexmail.http import Door
from flexsync_cli.adapters.mail.smtp import SmtpMailer

ANSWER_SECONDS = 0.3  # how long flexsync waits for an answer here
CALL_SECONDS = 0.2  # how much time each call takes by the clock of both worlds
_BRUSSELS = ZoneInfo("Europe/Brussels")
_CONTACT = re.compile(r"/contacts/(\d+)(?:/([a-z-]+))?(?:/(.+))?$")


class Killed(BaseException):
    """The process ends here."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One call that asked for a change; `status` is 0 where no answer came."""

    method: str
    path: str
    body: Any
    status: int

    @property
    def contact(self) -> int | None:
        """The contact that it names."""
        found = _CONTACT.match(self.path)
        return int(found[1]) if found else None

    @property
    def kind(self) -> str:
        """create, patch, put, unsubscribe, give, take, records, or the path itself."""
        found = _CONTACT.match(self.path)
        if found and found[2] == "interest-subscriptions":
            return {"POST": "give", "DELETE": "take"}[self.method]
        if found:
            return found[2] or self.method.lower()
        if self.path == "/contacts":
            return "create"
        return "records" if self.path.endswith("/records") else self.path.lstrip("/")

    def __str__(self) -> str:
        about = self.contact or (self.body.get("email", "") if isinstance(self.body, dict) else "")
        return f"{self.kind} {about} {self.status}"

    @property
    def took_place(self) -> bool:
        """Whether Flexmail said so."""
        return 200 <= self.status < 300


@dataclass
class Wire:
    """The seam. `before_call` is called right before each call of a run, with its number, the first being 1; `kill_at` is the
    effect before which it dies, 0 for none."""

    pass_time: Callable[[float], None]
    before_call: Callable[[int], None] = field(default=lambda _number: None)
    kill_at: int = 0
    sent: list[Sent] = field(default_factory=list)
    calls: int = 0
    months: list[str] = field(default_factory=list)  # the office's, of each call, by this machine's clock
    effects: int = 0
    dead: bool = False
    _watching: bool = False

    @contextmanager
    def watching(self, before_call: Callable[[int], None], kill_at: int = 0) -> Iterator[None]:
        """Note what is sent meanwhile."""
        self.before_call, self.kill_at = before_call, kill_at
        self.sent, self.months, self.calls, self.effects, self.dead, self._watching = [], [], 0, 0, False, True
        try:
            yield
        finally:
            self.dead = self._watching = False

    def effect(self) -> None:
        """One more is about to take place. Once one was the last, none does."""
        self.effects += self._watching
        if self.dead or (self._watching and self.effects == self.kill_at):
            self.dead = True
            raise Killed

    def call(self) -> None:
        """A call is about to be made; what happens right before it is not ours."""
        if self._watching:
            self.calls += 1
            self.months.append(f"{datetime.now(_BRUSSELS):%Y-%m}")
            self._watching = False
            try:
                self.before_call(self.calls)
            finally:
                self._watching = True

    def send(self, request: httpx.Request, go_on: Callable[[], httpx.Response]) -> httpx.Response:
        """Pass a call on, unless it is the last moment; note it if it asks for a change."""
        if self.dead:
            raise Killed
        self.call()
        writes = request.method != "GET" and not request.url.path.endswith(".php")
        if writes:
            self.effect()
        status = 0
        try:
            response = go_on()
            status = response.status_code
            return response
        finally:
            self.pass_time(CALL_SECONDS)
            if writes and self._watching:
                body = json.loads(request.content) if request.content else None
                self.sent.append(Sent(request.method, request.url.path, body, status))


@contextmanager
def tapped(wire: Wire) -> Iterator[None]:
    """Put it between flexsync and the world."""
    send = httpx.HTTPTransport.handle_request

    def handle(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        return wire.send(request, lambda: send(self, request))

    deliver_now = SmtpMailer.send

    def deliver(self: SmtpMailer, message: bytes) -> None:
        wire.effect()
        deliver_now(self, message)

    def commit(connection: Connection) -> None:
        if connection.connection.driver_connection.in_transaction:  # type: ignore[union-attr]  # sqlite3's
            wire.effect()

    defaults = {**(Door.__init__.__kwdefaults__ or {}), "read_seconds": ANSWER_SECONDS}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx.HTTPTransport, "handle_request", handle)
        patch.setattr(Door.__init__, "__kwdefaults__", defaults)
        patch.setattr(SmtpMailer, "send", deliver)
        patch.setattr(SystemClock, "sleep", lambda _self, seconds: wire.pass_time(seconds))
        event.listen(Engine, "commit", commit)
        try:
            yield
        finally:
            event.remove(Engine, "commit", commit)

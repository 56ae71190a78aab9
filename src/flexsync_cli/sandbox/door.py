"""What every call passes on its way in and out: the log, the limit, the faults and the hooks."""

import asyncio
import json
import os
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import format_datetime
from math import ceil
from typing import Literal, TypeAlias

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flexsync_cli.sandbox.calls import Call, CallLog, RateLimit
from flexsync_cli.sandbox.faults import Fault, Faults
from flexsync_cli.sandbox.hal import refusal
from flexsync_cli.sandbox.imports import Imports
from flexsync_cli.sandbox.problems import Problem
from flexsync_cli.sandbox.rest import may_enter
from flexsync_cli.sandbox.soap_wire import SOAP_PATH, fault_envelope, operation_of
from flexsync_cli.sandbox.store import Store

CONTROL = "/_control"
TRANSPORT = "flexsync.transport"  # of the scope: the connection, to cut it
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_SLOW_PARTS = 20
# A socket that is closed with it says so by a reset. Windows has two short numbers where others have two whole ones.
_NO_LINGERING = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)

Moment: TypeAlias = Literal["before", "after"]
Hook: TypeAlias = Callable[[Moment, Call], None]


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, before it is sent or spoilt."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Door:
    """Wraps the application; calls of the control side pass untouched.

    `hooks` are called in the server's thread before and after what a call brings about, also where its answer gets lost.
    """

    def __init__(self, app: ASGIApp, routes: list[Route], store: Store, imports: Imports) -> None:
        self.log = CallLog()
        self.limit = RateLimit()
        self.faults = Faults()
        self.hooks: list[Hook] = []
        self._app = app
        self._routes = routes
        self._store = store
        self._imports = imports

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"].startswith(CONTROL):
            await self._app(scope, receive, send)
            return
        try:
            body = await Request(scope, receive).body()
        except ClientDisconnect:
            return
        with self._store.lock:
            call = self._note(scope, body)
            self._imports.settle()
            wait = self.limit.wait(call.at, self._store.quirks.calls_per_minute)
            fault = self.faults.strike(call) if wait == 0.0 else None
        if wait > 0.0:
            await self._send(call, await _captured(self._too_many(wait), scope, body), send)
            return
        answer = await self._carry_out(scope, body, call, fault)
        await self._give(call, answer, fault, scope, receive, send)

    def _note(self, scope: Scope, body: bytes) -> Call:
        soap, method = scope["path"] == SOAP_PATH, scope["method"]
        template = SOAP_PATH if soap else self._template(scope)
        call = Call(
            number=len(self.log.calls) + 1,
            at=self._store.clock.now(),
            door="soap" if soap else "rest",
            method=method,
            path=scope["path"],
            query=scope["query_string"].decode("latin-1"),
            template=template,
            operation=operation_of(body) if soap else f"{method} {template}",
            write=not soap and method in WRITES,
        )
        self.log.add(call)
        return call

    def _template(self, scope: Scope) -> str:
        matching = (route for route in self._routes if route.matches(scope)[0] is Match.FULL)
        return next((route.path_format for route in matching), scope["path"])

    async def _carry_out(self, scope: Scope, body: bytes, call: Call, fault: Fault | None) -> Answer | None:
        for hook in self.hooks:
            hook("before", call)
        answer = None
        if fault is None or fault.effect:
            app = self._app
            if call.door == "rest" and not may_enter(Request(scope), self._store.account):
                app = refusal(Problem(401, "Unauthorized", "The credentials are not valid."), {"WWW-Authenticate": "Basic"})
            answer = await _captured(app, scope, body)
        for hook in self.hooks:
            hook("after", call)
        return answer

    def _too_many(self, seconds: float) -> Response:
        headers = {"Retry-After": str(ceil(seconds))} if self._store.quirks.retry_after else None
        return refusal(Problem(429, "Too Many Requests", "The rate limit of this account has been exceeded."), headers)

    async def _give(
        self, call: Call, answer: Answer | None, fault: Fault | None, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if fault is not None and fault.kind in ("drop", "hang"):
            await _cut(scope, receive, fault.seconds if fault.kind == "hang" else 0.0)
            return
        spoilt = (answer if fault is None else _spoilt(fault, call, answer)) or Answer(500, [], b"")
        if fault is not None and fault.kind == "slow":
            send = _slowed(send, receive, fault.seconds)
        await self._send(call, spoilt, send)

    async def _send(self, call: Call, answer: Answer, send: Send) -> None:
        call.status = answer.status
        date = format_datetime(self._store.clock.now(), usegmt=True).encode()
        await send({"type": "http.response.start", "status": answer.status, "headers": [*answer.headers, (b"date", date)]})
        await send({"type": "http.response.body", "body": answer.body})


def _spoilt(fault: Fault, call: Call, answer: Answer | None) -> Answer | None:
    match fault.kind:
        case "status":
            problem = {"title": "Ordered", "status": fault.status, "detail": "This fault was ordered."}
            return _whole(fault.status, "application/problem+json", json.dumps(problem).encode())
        case "html":
            return _whole(200, "text/html", b"<html><body><h1>Maintenance</h1></body></html>")
        case "garbage":
            return _whole(200, "text/xml" if call.door == "soap" else "application/hal+json", b'<Envelope><Body>{"\xff\xfe')
        case "soap_fault":
            return _whole(500, "text/xml", fault_envelope("Server", "Internal error"))
        case "truncated" if answer is not None:
            half = answer.body[: len(answer.body) // 2]
            kept = [header for header in answer.headers if header[0].lower() != b"content-length"]
            return Answer(answer.status, [*kept, (b"content-length", str(len(half)).encode())], half)
    return answer


def _whole(status: int, media_type: str, body: bytes) -> Answer:
    headers = [(b"content-type", media_type.encode()), (b"content-length", str(len(body)).encode())]
    return Answer(status, headers, body)


def _slowed(send: Send, receive: Receive, seconds: float) -> Send:
    """Sends bodies in small parts, until the client gives up."""

    async def slowly(message: Message) -> None:
        body = message.get("body", b"")
        step = len(body) // _SLOW_PARTS + 1
        for start in range(0, len(body), step):
            await send({**message, "body": body[start : start + step], "more_body": True})
            if await _gone(receive, seconds / _SLOW_PARTS):
                return
        await send({**message, "body": b""} if body else message)

    return slowly


async def _gone(receive: Receive, seconds: float) -> bool:
    """Wait that long; at once whether the client is gone."""
    try:
        await asyncio.wait_for(receive(), seconds)
    except TimeoutError:
        return False
    return True


async def _cut(scope: Scope, receive: Receive, seconds: float) -> None:
    """Reset the connection at once, or close it when the client or the time has run out."""
    if not await _gone(receive, seconds):
        if not seconds:
            scope[TRANSPORT].get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGERING)
        scope[TRANSPORT].abort()
        await receive()  # returns once the server knows that the connection is gone


async def _captured(app: ASGIApp, scope: Scope, body: bytes) -> Answer:
    """What the application answers to a body that has been read already."""
    messages: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def keep(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, keep)
    start, *rest = messages
    return Answer(start["status"], list(start["headers"]), b"".join(message.get("body", b"") for message in rest))

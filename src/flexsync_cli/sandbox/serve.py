"""Runs a sandbox in a thread, on loopback."""

import asyncio
import socket
from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread
from types import TracebackType
from typing import Self

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from flexsync_cli.sandbox.clock import Clock, utc_now
from flexsync_cli.sandbox.control import Control
from flexsync_cli.sandbox.control_http import control_routes
from flexsync_cli.sandbox.door import TRANSPORT, Door
from flexsync_cli.sandbox.hal import refusal
from flexsync_cli.sandbox.imports import Imports
from flexsync_cli.sandbox.model import Account
from flexsync_cli.sandbox.problems import Problem
from flexsync_cli.sandbox.quirks import Quirks
from flexsync_cli.sandbox.rest import rest_routes
from flexsync_cli.sandbox.soap import soap_route
from flexsync_cli.sandbox.soap_wire import SOAP_PATH
from flexsync_cli.sandbox.store import Store

HOST = "127.0.0.1"
_PATIENCE = 10.0


class Sandbox:
    """A Flexmail at `url` and `soap_url` while its `with` block lasts.

    It starts with the languages nl, fr and en, the source "Admin", and nothing else. `now` is where its clock comes from.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        now: Callable[[], datetime] = utc_now,
        account: Account | None = None,
        quirks: Quirks | None = None,
        seed: int = 0,
    ) -> None:
        self.store = Store(Clock(now), account or Account(), quirks or Quirks(), seed)
        imports = Imports(self.store)
        routes = [*rest_routes(self.store, imports), soap_route(self.store)]
        app = Starlette(exception_handlers={HTTPException: _problem})
        door = Door(app, routes, self.store, imports)
        self.control = Control(self.store, door, imports)
        app.router.routes.extend([*routes, *control_routes(self.control)])
        self.source = self.control.add_source("Admin")
        self._door = door
        self._port = port
        self._server: _Server | None = None
        self._thread: Thread | None = None
        self.url = ""

    @property
    def soap_url(self) -> str:
        """Where SOAP is served."""
        return self.url + SOAP_PATH

    @property
    def account(self) -> Account:
        """The account: its id and tokens."""
        return self.store.account

    def start(self) -> Self:
        """Serve; returns when it does. After a stop it serves again, at the same address."""
        listener = socket.create_server((HOST, self._port))
        self._port = listener.getsockname()[1]
        self.url = f"http://{HOST}:{self._port}"
        self._server = server = _Server(self._door)
        self._thread = Thread(target=server.run, args=([listener],), name="flexmail-sandbox", daemon=True)
        self._thread.start()
        if not server.ready.wait(_PATIENCE):
            raise RuntimeError("the sandbox does not start")
        return self

    def stop(self) -> None:
        """Cut all connections and stop."""
        if self._server is not None and self._thread is not None:
            self._server.stop()
            self._thread.join(_PATIENCE)
            self._server = self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()


class _Protocol(H11Protocol):
    """HTTP that hands its connection to the application, so that a fault can cut it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        # asyncio does this by itself only where the listener was made by it; without it each answer waits 40 ms for an ACK.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        app: ASGIApp = self.app

        async def with_transport(scope: Scope, receive: Receive, send: Send) -> None:
            scope[TRANSPORT] = transport
            await app(scope, receive, send)

        self.app = with_transport


class _Server(uvicorn.Server):
    """uvicorn without polling: it says when it is ready, and stops at once."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=_Protocol,
                ws="none",
                loop="asyncio",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                date_header=False,  # the door sends it, by the account's own clock
            )
        )
        self.ready = Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None

    def stop(self) -> None:
        """From another thread: end `main_loop`."""
        if self._loop is not None and self._stopping is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)

    async def main_loop(self) -> None:
        """Wait to be stopped, where uvicorn would look ten times a second."""
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        self.ready.set()
        await self._stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Cut everything: who stops a sandbox waits for nobody."""
        for server in self.servers:
            server.close()
        for listener in sockets or ():
            listener.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)  # whoever waits for its client learns that it is gone, and ends by itself
        for task in self.server_state.tasks:
            task.cancel()
        await asyncio.gather(*self.server_state.tasks, return_exceptions=True)


async def _problem(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return refusal(Problem(status, "Not Found" if status == 404 else "Error", "There is nothing here."))

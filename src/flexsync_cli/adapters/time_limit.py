"""How long a call over HTTP may take as a whole: a connection's own limit only says how long it may be silent."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Timer
from weakref import WeakSet


class TimeLimit:
    """For one client, which makes one call at a time, each with `trace` as its extension of that name."""

    def __init__(self) -> None:
        self._sockets: WeakSet[socket.socket] = WeakSet()

    def trace(self, _event: str, info: Mapping[str, object]) -> None:
        """Remember what is connected: a stream comes of connecting, and another one of TLS."""
        ask = getattr(info.get("return_value"), "get_extra_info", None)
        if ask is not None and isinstance(opened := ask("socket"), socket.socket):
            self._sockets.add(opened)

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """What is called meanwhile and takes longer ends as if the other side had hung up."""
        timer = Timer(seconds, self._hang_up)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _hang_up(self) -> None:
        for each in list(self._sockets):
            with suppress(OSError):  # closed by now
                each.shutdown(socket.SHUT_RDWR)

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
        self._is_over = False

    def trace(self, _event: str, info: Mapping[str, object]) -> None:
        """Remember what is connected: a stream comes of connecting, and another one of TLS."""
        ask = getattr(info.get("return_value"), "get_extra_info", None)
        if ask is not None and isinstance(opened := ask("socket"), socket.socket):
            self._sockets.add(opened)
            if self._is_over:  # the time went by while it was connecting
                self._hang_up()

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """What is called meanwhile and takes longer ends as if the other side had hung up."""
        self._is_over = False
        timer = Timer(seconds, self._hang_up)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _hang_up(self) -> None:
        self._is_over = True
        for each in list(self._sockets):
            with suppress(OSError):  # closed by now
                each.shutdown(socket.SHUT_RDWR)

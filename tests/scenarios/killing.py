"""A flexsync that is killed at one moment of its choosing: a process of its own, as the scheduler's.

What has an effect is a call that asks for a change, a commit in Admin or in state, and a mail. It is killed right before the
one of that number; right after one is right before the next. Processes are forked from one that has imported everything.
"""

import multiprocessing
import os
import signal
import smtplib
import sys
from collections.abc import Sequence
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Connection, Engine, event

from flexsync_cli.__main__ import main

PATIENCE = 60.0


def run(arguments: Sequence[str], log: Path, kill_at: int = 0, signals: Sequence[int] = ()) -> tuple[int, int]:
    """Run a command; its exit code, -9 where it was killed, and how many effects it had come to.

    At effect `kill_at` it is killed, or sent `signals` in place of that. What it says goes to `log`.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, "flexsync_cli.cli.push", "flexsync_cli.cli.work", "flexsync_cli.bootstrap"])
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(list(arguments), str(log), kill_at, list(signals), theirs))
    process.start()
    theirs.close()
    process.join(PATIENCE)
    code = process.exitcode
    assert code is not None, "it did not end"
    count = 0
    while ours.poll():
        try:
            count = ours.recv()
        except EOFError:
            break
    ours.close()
    process.close()
    return code, count


def _child(arguments: list[str], log: str, kill_at: int, signals: list[int], pipe: Pipe) -> None:
    effects = _Effects(kill_at, signals, pipe)
    send = httpx.HTTPTransport.handle_request

    def counted(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        if request.method != "GET" and "soap" not in request.url.path:
            effects.next()
        return send(self, request)

    def commit(connection: Connection) -> None:
        if connection.connection.driver_connection.in_transaction:  # type: ignore[union-attr]  # sqlite3's
            effects.next()

    sendmail = smtplib.SMTP.sendmail

    def mailed(self: smtplib.SMTP, *arguments: Any) -> Any:
        effects.next()
        return sendmail(self, *arguments)

    # The seams between us and the network.
    httpx.HTTPTransport.handle_request = counted  # type: ignore[method-assign]
    smtplib.SMTP.sendmail = mailed  # type: ignore[method-assign, assignment]
    event.listen(Engine, "commit", commit)
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(descriptor, stream)
    sys.argv = ["flexsync", *arguments]
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


class _Effects:
    def __init__(self, kill_at: int, signals: list[int], pipe: Pipe) -> None:
        self.count = 0
        self.kill_at = kill_at
        self.signals = signals
        self.pipe = pipe

    def next(self) -> None:
        """One more is about to take place."""
        self.count += 1
        self.pipe.send(self.count)
        if self.count == self.kill_at:
            for number in self.signals or [signal.SIGKILL]:
                os.kill(os.getpid(), number)

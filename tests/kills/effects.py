"""A flexsync that counts what it brings about, and is killed right before or right after one of its effects.

An effect is a call to Flexmail, a commit in Admin or in the state, a mail, and a file that is put in its place. Every process
is forked from one that has imported and digested everything, as that takes longest.
"""

import multiprocessing
import os
import re
import signal
import smtplib
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal

import httpx
import time_machine
from sqlalchemy.engine.default import DefaultDialect

from flexsync_cli.__main__ import main
from flexsync_cli.adapters.clock import SystemClock

PATIENCE = 120.0
PRELOADED = [__name__, "tests.kills.warm"]
CHANGE = re.compile(r'^\s*(?:INSERT (?:OR \w+ )?INTO|REPLACE INTO|UPDATE|DELETE FROM) "?(\w+)')

Side = Literal["before", "after"]


@dataclass(frozen=True)
class Moment:
    """Right before or right after the effect of this number, the first being 1."""

    number: int
    side: Side = "before"

    def __str__(self) -> str:
        return f"{self.side} effect {self.number}"

    def is_next_to(self, other: "Moment | None") -> bool:
        """Whether this is before the effect that follows the one after which the other is: nothing takes place between."""
        return other is not None and (other.side, self.side) == ("after", "before") and other.number + 1 == self.number


@dataclass(frozen=True)
class Ended:
    """How a process ended: -9 where it was killed, and what it had brought about, or was about to."""

    code: int
    effects: Sequence[str]


def run(arguments: Sequence[str], folder: Path, moment: Moment | None = None, signals: Sequence[int] = ()) -> Ended:
    """Run a command as a process of its own, at this process's own time; what it says goes to `said.txt` in `folder`.

    At `moment` it is killed, or sent `signals` in place of that.
    """
    noted = folder / "effects.txt"
    noted.write_text("")
    if sys.platform == "win32":
        context = multiprocessing.get_context("spawn")
    else:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(PRELOADED)
    plan = _Plan(list(arguments), folder, datetime.now(UTC), moment, list(signals), dict(os.environ))
    process = context.Process(target=_child, args=(plan,))
    process.start()
    process.join(PATIENCE)
    if process.exitcode is None:
        process.kill()
        raise AssertionError(f"it did not end within {PATIENCE:.0f} s: {arguments}")
    ended = Ended(process.exitcode, noted.read_text().splitlines())
    process.close()
    return ended


@dataclass(frozen=True)
class _Plan:
    arguments: list[str]
    folder: Path
    now: datetime
    moment: Moment | None
    signals: list[int]
    environment: dict[str, str]


def _child(plan: _Plan) -> None:
    os.environ.update(plan.environment)  # it was forked from one that began earlier
    _watch(_Effects(plan))
    said = os.open(plan.folder / "said.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(said, stream)
    sys.argv = ["flexsync", *plan.arguments]
    with time_machine.travel(plan.now), no_waiting():
        code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


@contextmanager
def no_waiting() -> Iterator[None]:
    """What flexsync waits for between two calls takes no time."""
    sleep = SystemClock.sleep
    SystemClock.sleep = lambda self, seconds: None  # type: ignore[method-assign]
    yield
    SystemClock.sleep = sleep  # type: ignore[method-assign]


class _Effects:
    """Notes each in a file, as nothing else outlives the process."""

    def __init__(self, plan: _Plan) -> None:
        self._count = 0
        self._plan = plan
        self._notes = os.open(plan.folder / "effects.txt", os.O_WRONLY | os.O_APPEND)

    def around(self, label: str, bring_about: Callable[[], Any]) -> Any:
        """One more takes place."""
        self._count += 1
        os.write(self._notes, f"{label}\n".encode())
        self._at("before")
        result = bring_about()
        self._at("after")
        return result

    def _at(self, side: Side) -> None:
        if self._plan.moment == Moment(self._count, side):
            for number in self._plan.signals or [signal.SIGKILL]:
                os.kill(os.getpid(), number)


def _watch(effects: _Effects) -> None:
    """Stand between flexsync and everything that it can change."""
    send, mail, replace = httpx.HTTPTransport.handle_request, smtplib.SMTP.sendmail, Path.replace

    def sent(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        response: httpx.Response = effects.around(f"{request.method} {request.url.path}", lambda: send(self, request))
        return response

    def mailed(self: smtplib.SMTP, *arguments: Any) -> Any:
        return effects.around("mail", lambda: mail(self, *arguments))

    def replaced(self: Path, target: Any) -> Path:
        path: Path = effects.around(f"file {Path(target).name}", lambda: replace(self, target))
        return path

    # The seams between us and the world.
    httpx.HTTPTransport.handle_request = sent  # type: ignore[method-assign]
    smtplib.SMTP.sendmail = mailed  # type: ignore[method-assign, assignment]
    Path.replace = replaced  # type: ignore[method-assign, assignment]
    _watch_databases(effects)


def _watch_databases(effects: _Effects) -> None:
    """Commits that keep something; they are told by the tables that they change."""
    execute: Callable[..., None] = DefaultDialect.do_execute
    commit = DefaultDialect.do_commit
    changed: defaultdict[int, set[str]] = defaultdict(set)  # tables, by the connection

    def executed(self: DefaultDialect, cursor: Any, statement: str, *rest: Any) -> None:
        changed[id(cursor.connection)].update(CHANGE.findall(statement))
        execute(self, cursor, statement, *rest)

    def committed(self: DefaultDialect, connection: Any) -> None:
        driver = connection.driver_connection
        tables = ", ".join(sorted(changed.pop(id(driver), ())))
        do: Callable[[], None] = partial(commit, self, connection)
        effects.around(f"{_database(driver)}: {tables}", do) if driver.in_transaction else do()

    DefaultDialect.do_execute = executed  # type: ignore[method-assign]
    DefaultDialect.do_commit = committed  # type: ignore[method-assign]


def _database(driver: Any) -> str:
    """The name of its file."""
    return Path(driver.execute("PRAGMA database_list").fetchone()[2]).name

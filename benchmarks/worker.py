"""The measured process: runs commands of flexsync as its users do, but on a virtual clock, and measures itself.

An order is a line of JSON on stdin, an answer is one on stdout. While a command waits, it says so, and goes on when stdin has
a line that says that time has passed.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import datetime
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Any, TextIO
from unittest.mock import patch

from benchmarks.moment import VirtualClock


def main() -> None:
    """Carry out each order."""
    answers = sys.stdout
    for line in sys.stdin:
        _tell(answers, _carry_out(json.loads(line), answers))


def _carry_out(order: dict[str, Any], answers: TextIO) -> dict[str, Any]:
    began = time.process_time()
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        if "read" in order:
            code, statements = _read_both_sides(order["read"], lambda: _wait(answers, 60)), 0
        else:
            code, statements = _run(order, answers)
    return {
        "code": code,
        "out": out.getvalue(),
        "err": err.getvalue(),
        "statements": statements,
        "cpu": time.process_time() - began,
        "cpu_since_start": time.process_time(),
        "megabytes": _peak_megabytes(),
    }


def _run(order: dict[str, Any], answers: TextIO) -> tuple[int, int]:
    """The exit code, and how many SQL statements it took, of both databases together."""
    from flexsync_cli.adapters.clock import SystemClock
    from flexsync_cli.adapters.flexmail import http
    from flexsync_cli.cli.app import cli
    from flexsync_cli.errors import FlexsyncError

    clock = VirtualClock(datetime.fromisoformat(order["now"]), lambda seconds: _wait(answers, seconds))
    virtual = patch.multiple(SystemClock, now=lambda _: clock.now(), sleep=lambda _, seconds: clock.sleep(seconds))
    answers_at_once = patch.object(http, "perf_counter", lambda: clock.now().timestamp())
    with virtual, answers_at_once, _counted() as statements:
        try:
            code = cli.main(order["arguments"], prog_name="flexsync", standalone_mode=False)
        except FlexsyncError as error:
            print(error, file=sys.stderr)
            code = int(error.exit_code)
    return int(code or 0), statements()


@contextmanager
def _counted() -> Iterator[Callable[[], int]]:
    from sqlalchemy import Engine, event

    count = 0

    def note(*_of_the_cursor: object) -> None:
        nonlocal count
        count += 1

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield lambda: count
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _read_both_sides(sides: dict[str, Any], wait: Callable[[], None]) -> int:
    """What any client must do that compares both sides: read them whole, by the same libraries. The measure for the rest."""
    import httpx
    from sqlalchemy import create_engine, text

    with create_engine(sides["admin"]).connect() as connection:
        rows = connection.execute(text("SELECT * FROM CUSTOMER JOIN CUSTOMER_PERMANENT USING (CUSTOMER_ID)")).all()
    contacts: list[object] = []
    with httpx.Client(base_url=sides["flexmail"], auth=(sides["account"], sides["token"])) as client:
        for number in count(1):
            page = client.get("/contacts", params={"limit": 500, "offset": len(contacts)}).json()
            contacts += page.get("_embedded", {}).get("item", [])
            if len(contacts) >= page["total"]:
                break
            if number % 60 == 0:
                wait()
    return 0 if len(rows) == len(contacts) else 1


def _wait(answers: TextIO, seconds: float) -> None:
    _tell(answers, {"sleep": seconds})
    sys.stdin.readline()


def _tell(answers: TextIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


def _peak_megabytes() -> float:
    """Of this process alone: what `getrusage` tells may be its parent's peak, which it had between fork and exec."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) / 1024 for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    import resource

    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


if __name__ == "__main__":
    main()

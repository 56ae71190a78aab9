"""Several processes on one state, and one that dies."""

import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flexsync_cli.adapters.state import open_state

START = datetime(2025, 3, 1, 9, 30, tzinfo=UTC)
PER_MINUTE = 7

# Takes 40 places; its clock stands but for the waiting it is told, so that the clocks of two such differ more and more.
CALLER = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from flexsync_cli.adapters.state import open_state

path, start, pace = Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]), float(sys.argv[3])
state, now, places = open_state(path), start, 0
while places < 40:
    call, wait = state.ledger.reserve("rest", "GET", "/contacts", now, 7)
    if call:
        places += 1
        print(now.isoformat())
    now += timedelta(seconds=wait or pace)
state.close()
"""

# Dies within a transaction, with far more written than SQLite holds back in memory.
DYING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from flexsync_cli.adapters.state import open_state
from flexsync_cli.domain.model import Link

now = datetime(2025, 3, 1, tzinfo=UTC)
state = open_state(Path(sys.argv[1]))
call, _ = state.ledger.reserve("rest", "POST", "/contacts", now, 60)
with state.transaction():
    state.facts.put("name", "half")
    state._main.connection.exec_driver_sql("PRAGMA cache_size=10")
    state.links.save(Link(number, str(number), f"person{number}@example.be", now) for number in range(1, 3001))
    print("within", flush=True)
    sys.stdin.read()
"""


def start(script: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def output(process: subprocess.Popen[str]) -> str:
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    return out


def busiest_minute(moments: Sequence[datetime]) -> int:
    return max(sum(first <= other < first + timedelta(minutes=1) for other in moments) for first in moments)


def test_two_processes_together_never_call_more_often_than_allowed(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    open_state(path).close()
    first = start(CALLER, str(path), START.isoformat(), "1.3")
    second = start(CALLER, str(path), (START + timedelta(seconds=20)).isoformat(), "0.4")
    moments = [datetime.fromisoformat(line) for process in (first, second) for line in output(process).split()]
    assert len(moments) == 80
    assert busiest_minute(moments) == PER_MINUTE
    with closing(open_state(path)) as state:
        assert state.ledger.count(min(moments), max(moments) + timedelta(seconds=1)) == 80


def test_two_processes_can_make_the_same_new_state(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    arguments = (str(path), START.isoformat(), "1")
    for process in [start(CALLER, *arguments), start(CALLER, *arguments)]:
        assert len(output(process).split()) == 40
    with closing(open_state(path)) as state:
        assert state.ledger.count(START, START + timedelta(days=1)) == 80
    assert [entry.name for entry in tmp_path.iterdir()] == ["state.db"]


def test_of_a_process_killed_within_a_transaction_only_its_call_is_left(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with closing(open_state(path)) as state:
        state.facts.put("name", "whole")
        kill_when_within(start(DYING, str(path)))
        assert state.facts.get("name") == "whole"
        assert state.links.all() == []
        assert state.ledger.count(START - timedelta(days=1), START) == 1
    with closing(open_state(path)) as state:
        assert state.facts.get("name") == "whole"


def kill_when_within(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "within\n"
    process.kill()
    process.communicate(timeout=30)

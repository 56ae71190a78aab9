"""Plants bugs in a copy of the program, one at a time, and plays histories on it: `python -m tests.machine.planted`.

Proves that the machine bites: each must make one fail. Exit code 1 where a bug lived.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from tests.proof.cpus import cpus

ROOT = Path(__file__).parents[2]
PACKAGE = Path("src/flexsync_cli")


@dataclass(frozen=True, slots=True)
class Plant:
    """In `file` of the package, `right` becomes `wrong`."""

    name: str
    file: str
    right: str
    wrong: str


_OUT_OF_ADDRESS = "        direct = self._open.get(address)\n"
PLANTS = (
    Plant(
        "the echo of our own write is taken for the person's word",
        "services/feed.py",
        "theirs = without_echoes(heard, learn.own_writes(session)) if heard else []",
        "theirs = list(heard)",
    ),
    Plant("whoever is out is pushed", "domain/known.py", _OUT_OF_ADDRESS, "        return None\n"),
    Plant(
        "the office's no ends with the next tick",
        "domain/known.py",
        _OUT_OF_ADDRESS,
        f"{_OUT_OF_ADDRESS}        if direct is not None and direct.kind is OutKind.OFFICE:\n            return None\n",
    ),
    Plant(
        "whoever is blacklisted or bounced out is pushed",
        "domain/known.py",
        _OUT_OF_ADDRESS,
        f"{_OUT_OF_ADDRESS}        if direct is not None and direct.kind in (OutKind.BLOCKED, OutKind.UNDELIVERABLE):\n"
        "            return None\n",
    ),
    Plant(
        "the first relation is sent again with each change",
        "domain/push.py",
        "        changed = differences(wanted, base, blank=self.shape.blank)\n",
        '        changed = wanted if self.plan.changes and relation_id == "1" else differences(wanted, base, blank=False)\n',
    ),
    Plant(
        "on the first of a month no call is counted",
        "domain/months.py",
        "return _midnight(first), ",
        "return _midnight(first.replace(day=2)), ",
    ),
    Plant(
        "more calls are made than a minute allows",
        "adapters/flexmail/http.py",
        "call.path, now, self._per_minute)",
        "call.path, now, 100_000)",
    ),
    Plant("no mail tells of a no", "domain/outs.py", '{"events": self.events, ', '{"events": 0, '),
    Plant("nobody leaves", "domain/push.py", "self.plan.changes += self.plan.departures.leaves", "pass"),
    Plant("nobody who is gone is noticed without SOAP", "services/reconcile.py", "seen.gone = unknown", "seen.gone = []"),
    Plant("nothing is recovered", "services/run.py", "    recover(session)\n", ""),
    Plant("changed values are not sent", "domain/push.py", "        if changed:\n", "        if not wanted:\n"),
    Plant(
        "a late import reopens the link of who said no",
        "services/import_outcome.py",
        "    return link.status in CLOSED_SINCE or (",
        "    return (",
    ),
    Plant(
        "one relation of a shared address is unticked",
        "services/unticks.py",
        "admin.untick(relation_ids)",
        "admin.untick(relation_ids[:1])",
    ),
    Plant(
        "a communication is not looked for before it is written",
        "adapters/admin/communications.py",
        "counted.where(columns.reference == _whole(communication.reference, columns.reference))",
        'counted.where(columns.reference == "")',
    ),
    Plant(
        "an import lifts blacklists",
        "adapters/flexmail/rest_imports.py",
        '"resubscribe_blacklisted_contacts": False',
        '"resubscribe_blacklisted_contacts": True',
    ),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Each of them, or those whose name holds a word."""
    parser = argparse.ArgumentParser(prog="python -m tests.machine.planted", description=__doc__)
    parser.add_argument("word", nargs="?", default="")
    parser.add_argument("--histories", type=int, default=1_200, help="in which each must die")
    parser.add_argument("--processes", type=int, default=cpus(), help="how many bugs at a time")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args(arguments)
    lived, plants = 0, [plant for plant in PLANTS if asked.word in plant.name]
    for plant in plants:
        _altered(plant)  # all can be planted, before hours go by
    with ThreadPoolExecutor(asked.processes) as pool:
        found = {pool.submit(_died_after, plant, asked.histories, asked.seed): plant for plant in plants}
        for each in as_completed(found):
            after = each.result()
            lived += after is None
            sys.stdout.write(f"{'LIVED' if after is None else f'died after {after} histories'}: {found[each].name}\n")
            sys.stdout.flush()
    return int(lived > 0)


def _died_after(plant: Plant, histories: int, seed: int) -> int | None:
    """How many histories were played well before one failed; None where none did."""
    with tempfile.TemporaryDirectory(prefix="flexsync-planted-") as folder:
        copy = Path(folder)
        for part in (PACKAGE, Path("tests")):
            shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
        (copy / PACKAGE / plant.file).write_text(_altered(plant), encoding="utf-8")
        command = [sys.executable, "-m", "tests.machine", "--no-shrink", "--histories", str(histories)]
        done = subprocess.run(
            [*command, "--processes", "1", "--seed", str(seed)],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": f"{copy / 'src'}{os.pathsep}{copy}"},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    figures = json.loads(done.stdout.splitlines()[-1])
    return int(figures["histories"]) if figures["failures"] else None


def _altered(plant: Plant) -> str:
    """The file with the bug in it."""
    text = (ROOT / PACKAGE / plant.file).read_text(encoding="utf-8")
    if text.count(plant.right) != 1:
        raise ValueError(f"{plant.name}: {plant.file} has {text.count(plant.right)} times what is to be replaced")
    return text.replace(plant.right, plant.wrong)


if __name__ == "__main__":
    sys.exit(main())

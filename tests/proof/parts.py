"""What the proof is made of, and the command of each part."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.proof.cpus import cpus

JOBS = cpus()
# Where there is a PHP its suites must not be skipped for a part of it that lacks.
PHP = {"FLEXSYNC_REQUIRE_PHP": "1"} if shutil.which("php") else {}
# All of the machine's own tests but the histories, which are a part of their own.
CHECKS = [str(path) for path in sorted(Path("tests/machine").glob("test_*.py")) if path.name != "test_machine.py"]
SUITE = (sys.executable, "-m", "pytest", "-q", "-n", str(JOBS), "-p", "tests.proof.plugin")

Figures = Mapping[str, int | float | str]


@dataclass(frozen=True)
class Part:
    """One part: tests that pytest runs, or a command whose last line is JSON; `quick` is what a quick proof runs instead.

    `settings` are variables of the environment that make it do more: a quick proof goes without. `required` it has always.
    """

    name: str
    what: str
    command: Sequence[str]
    quick: Sequence[str]
    settings: Mapping[str, str] = field(default_factory=dict)
    shown: Sequence[str] = ()  # the figures that the table has, in its order; all where none is named
    required: Mapping[str, str] = field(default_factory=dict)
    seeded: bool = False  # it takes `--seed`


@dataclass(frozen=True)
class Result:
    """How a part ended, what it counted, how long it took in seconds, and how many tests were skipped, by the reason."""

    part: Part
    code: int
    figures: Figures
    seconds: float
    skipped: Mapping[str, int] = field(default_factory=dict)


def suite(
    name: str,
    what: str,
    *paths: str,
    settings: Mapping[str, str] | None = None,
    shown: Sequence[str] = (),
    required: Mapping[str, str] | None = None,
) -> Part:
    """Tests; a quick proof runs them once, without more of everything."""
    command = (*SUITE, *paths)
    return Part(name, what, command, command, settings or {}, ("passed", *shown), required or {})


def tool(module: str, *arguments: str) -> tuple[str, ...]:
    """A command of this project's own."""
    return (sys.executable, "-m", module, *arguments)


PARTS = (
    suite("contract", "every port, the same suite on every adapter", "tests/contract", "tests/interop", required=PHP),
    Part(
        "kills",
        "killed before and after every effect of every scenario, and run again",
        tool("tests.kills", "--jobs", str(JOBS)),
        tool("tests.kills", "--jobs", str(JOBS), "--sample", "2"),
        shown=("scenarios", "effects", "killed", "failed"),
    ),
    Part(
        "machine",
        "histories of an office, its persons and its machine, judged by a simple model",
        tool("tests.machine", "--histories", "10000"),
        tool("tests.machine", "--histories", "200", "--seed", "1000"),  # others than the suite plays
        seeded=True,
    ),
    suite("checks", "what judges the histories, given wrong writes that were made up by hand", *CHECKS),
    suite(
        "faults",
        "three answers in ten bad, over a first push and a month",
        "tests/faults",
        settings={"FLEXSYNC_STORMS": "10"},
        shown=("calls", "faults"),
    ),
    suite("fuzz", "input that nobody sends on purpose", "tests/fuzz", settings={"FLEXSYNC_FUZZ": "10"}, shown=("inputs",)),
    suite("security", "canaries everywhere, false servers, bombs, what others on the machine see", "tests/security"),
    suite("concurrency", "several at once, clocks that are set, months' ends and summer time", "tests/concurrency"),
    Part(
        "mutation",
        "the domain changed in thousands of small ways",
        tool("tests.mutation", "--jobs", str(JOBS)),
        tool("tests.mutation", "--jobs", str(JOBS), "--modules", "outs,guard"),
    ),
    Part(
        "calls",
        "the promised numbers of calls, and no count worse than the kept one",
        tool("benchmarks", "--smoke"),
        tool("benchmarks", "--smoke"),
    ),
)


def run(part: Part, folder: Path, *, quick: bool, seed: int | None = None) -> Result:
    """Run it, with other random input where a seed is given; all that it says goes to a file in `folder`."""
    began = time.monotonic()
    with TemporaryDirectory() as own, (folder / f"{part.name}.txt").open("w", encoding="utf-8") as log:
        counted = Path(own) / "figures.json"
        environment = {**os.environ, **part.required, "FLEXSYNC_FIGURES": str(counted), **({} if quick else part.settings)}
        command = _command(part, quick, seed)
        code = subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, env=environment, check=False).returncode
        said = _document(counted.read_text() if counted.exists() else _last_line(folder / f"{part.name}.txt"))
    return Result(part, code, _figures(said), time.monotonic() - began, _skipped(said))


def _command(part: Part, quick: bool, seed: int | None) -> Sequence[str]:
    command = part.quick if quick else part.command
    return command if seed is None or not part.seeded else (*command, "--seed", str(seed))


def _last_line(path: Path) -> str:
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    return next((line for line in reversed(lines) if line.startswith("{")), "{}")


def _document(said: str) -> Mapping[str, object]:
    try:
        found: dict[str, object] = json.loads(said)
    except ValueError:
        return {}
    return found


def _figures(said: Mapping[str, object]) -> Figures:
    return {name: value for name, value in said.items() if isinstance(value, int | float) and name != "seconds"}


def _skipped(said: Mapping[str, object]) -> Mapping[str, int]:
    reasons = said.get("reasons")
    return dict(reasons) if isinstance(reasons, dict) else {}

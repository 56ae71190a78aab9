"""What the proof is made of, and the command of each part."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.proof.cpus import cpus

JOBS = cpus()
SUITE = (sys.executable, "-m", "pytest", "-q", "-n", str(JOBS), "-p", "tests.proof.plugin")

Figures = Mapping[str, int | float | str]


@dataclass(frozen=True)
class Part:
    """One part: tests that pytest runs, or a command whose last line is JSON; `quick` is what a quick proof runs instead."""

    name: str
    what: str
    command: Sequence[str]
    quick: Sequence[str]
    settings: Mapping[str, str] = field(default_factory=dict)
    shown: Sequence[str] = ()  # the figures that the table has, in its order; all where none is named


@dataclass(frozen=True)
class Result:
    """How a part ended, what it counted, and how long it took in seconds."""

    part: Part
    code: int
    figures: Figures
    seconds: float


def suite(name: str, what: str, *paths: str, settings: Mapping[str, str] | None = None, shown: Sequence[str] = ()) -> Part:
    """Tests; a quick proof runs them once, without more of everything."""
    return Part(name, what, (*SUITE, *paths), (*SUITE, *paths), settings or {}, ("passed", *shown))


def tool(module: str, *arguments: str) -> tuple[str, ...]:
    """A command of this project's own."""
    return (sys.executable, "-m", module, *arguments)


PARTS = (
    suite("contract", "every port, the same suite on every adapter", "tests/contract", "tests/interop"),
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
        tool("tests.machine", "--histories", "200"),
    ),
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
)


def run(part: Part, folder: Path, *, quick: bool) -> Result:
    """Run it; all that it says goes to a file in `folder`."""
    began = time.monotonic()
    with TemporaryDirectory() as own, (folder / f"{part.name}.txt").open("w", encoding="utf-8") as log:
        counted = Path(own) / "figures.json"
        environment = {**os.environ, "FLEXSYNC_FIGURES": str(counted), **({} if quick else part.settings)}
        command = part.quick if quick else part.command
        code = subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, env=environment, check=False).returncode
        said = counted.read_text() if counted.exists() else _last_line(folder / f"{part.name}.txt")
    return Result(part, code, _figures(said), time.monotonic() - began)


def _last_line(path: Path) -> str:
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    return next((line for line in reversed(lines) if line.startswith("{")), "{}")


def _figures(said: str) -> Figures:
    try:
        found = json.loads(said)
    except ValueError:
        return {}
    return {name: value for name, value in found.items() if isinstance(value, int | float) and name != "seconds"}

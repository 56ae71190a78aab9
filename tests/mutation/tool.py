"""mutmut, run on a copy of this tree: what it changed, and what became of each change."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import chdir
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[2]
COPIED = ("src", "tests", "README.md", "pyproject.toml")
DOMAIN = "flexsync_cli.domain."
# To look for plugins, at each of thousands of starts, costs more than most mutants' tests.
ENVIRONMENT = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "_hypothesis_pytestplugin"}
KILLED, TIMEOUT = "killed", "timeout"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change to one function of the domain, as mutmut names it, and what the tests made of it."""

    name: str
    status: str

    @property
    def function(self) -> str:
        """`module.function`, or `module.Class.method`."""
        module, mangled = self.name.removeprefix(DOMAIN).split(".", 1)
        plain = mangled.rpartition("__mutmut_")[0].removeprefix("x")
        return f"{module}." + (plain.strip("ǁ").replace("ǁ", ".") if "ǁ" in plain else plain.removeprefix("_"))

    @property
    def module(self) -> str:
        """The module of the domain that it is in."""
        return self.function.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutant that no test noticed, with the lines as they are and as it makes them."""

    mutant: Mutant
    was: str
    becomes: str


def run(work: Path, modules: Sequence[str], jobs: int) -> None:
    """Copy the tree to `work`, mutate it there, and try every mutant; an error says where the log is."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, work / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, work / name)
    log = work / "mutmut.log"
    with log.open("w", encoding="utf-8") as stream:
        names = [f"{DOMAIN}{module}.*" for module in modules]
        done = _start(work, "run", "--max-children", str(jobs), *names, stdout=stream)
    if done.returncode:
        raise SystemExit(f"mutmut failed; its words are in {log}")


def _start(work: Path, *arguments: str, stdout: IO[str] | int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("mutmut")), *arguments]
    return subprocess.run(
        command,
        cwd=work,
        env=os.environ | ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def results(work: Path, modules: Sequence[str]) -> list[Mutant]:
    """Every mutant of these modules, or of all of them."""
    lines = _start(work, "results", "--all", "true").stdout.splitlines()
    pairs = (line.strip().rpartition(": ") for line in lines if line.strip().startswith(DOMAIN))
    mutants = [Mutant(name, status) for name, _, status in pairs]
    return [mutant for mutant in mutants if not modules or mutant.module in modules]


def survivors(work: Path, mutants: Iterable[Mutant]) -> list[Survivor]:
    """Those that no test noticed, with what they change; a time-out is noticed."""
    alive = [mutant for mutant in mutants if mutant.status not in (KILLED, TIMEOUT)]
    with chdir(work):
        return [_survivor(mutant) for mutant in alive]


def _survivor(mutant: Mutant) -> Survivor:
    # Only here: who looks at figures needs no mutmut. One `mutmut show` takes a second, of hundreds.
    diff_apply = import_module("mutmut.mutation.diff_apply")
    path = Path("src", *DOMAIN.split("."), f"{mutant.module}.py")
    shown: list[str] = diff_apply.get_diff_for_mutant(mutant.name, path=path).splitlines()
    body = [line for line in shown if not line.startswith(("---", "+++"))]
    return Survivor(mutant, _lines(body, "-"), _lines(body, "+"))


def _lines(diff: Sequence[str], sign: str) -> str:
    """The lines with that sign, on one line."""
    return " ".join(line[1:].strip() for line in diff if line.startswith(sign))

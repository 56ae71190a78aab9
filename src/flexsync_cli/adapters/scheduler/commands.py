"""Asking the system's own programs, and recognising a command of ours in what they answer."""

import os
import shlex
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TypeAlias

_PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a program said, and its exit code."""

    code: int
    text: str


Runner: TypeAlias = Callable[[Sequence[str]], Answer | None]


def run(words: Sequence[str]) -> Answer | None:
    """Run a program of the system; None where there is none of that name, or it hangs."""
    # Windows' programs write in the console's old code page, whatever the rest of the system uses.
    encoding = "oem" if os.name == "nt" else "utf-8"
    try:
        done = subprocess.run(  # noqa: S603 - fixed words, and names of units found on this machine
            words, capture_output=True, timeout=_PATIENCE, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return Answer(done.returncode, done.stdout.decode(encoding, errors="replace"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """The configuration that is looked for."""

    configuration: Path

    def starts(self, words: Sequence[str]) -> bool:
        """Whether these words run flexsync on it, named or as the one of the working folder."""
        if "run" not in words or not any("flexsync" in word for word in words):
            return False
        if any(_same(word.rpartition("=")[2], self.configuration) for word in words):
            return True
        named = any(word.startswith(("--config", "FLEXSYNC_CONFIG=")) for word in words)
        return not named and any(_same(word, self.configuration.parent) for word in words)

    def missing(self, words: Sequence[str]) -> str:
        """The program that these words start, where it is not there; else ""."""
        named = (word for word in words if word.rpartition("/")[2] in ("flexsync", "python", "python3") and "/" in word)
        program = next(named, None)
        return "" if program is None or (self.configuration.parent / program).exists() else program


def _same(word: str, path: PurePath) -> bool:
    return os.path.normcase(word) == os.path.normcase(str(path))


def split(text: str) -> list[str]:
    """The words of a command line; none where its quotes don't match."""
    try:
        return shlex.split(text)
    except ValueError:
        return []

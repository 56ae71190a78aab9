"""The machine and the operator: time, what is told, who watches, when to stop."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from flexsync_cli.domain.installed import Installed


class Clock(Protocol):
    """The time, from outside."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""

    def sleep(self, seconds: float) -> None:
        """Let that much time pass."""


class Reporter(Protocol):
    """Tells an operator what goes on; never data, never fails."""

    def step(self, name: str, total: int | None = None) -> None:
        """A step begins; `total` is the number of writes it plans."""

    def advance(self, count: int = 1) -> None:
        """That many of them are done."""

    def event(self, name: str, /, **fields: object) -> None:
        """Something was done: its stable name, and ids, never a value. Goes to the log, and to a console that wants it."""

    def line(self, text: str) -> None:
        """A remark, in one line."""

    def warn(self, text: str) -> None:
        """Something that a person should mend."""

    def waiting(self, seconds: float) -> None:
        """The limiter holds the next call back for that long."""


class Monitor(Protocol):
    """Whoever watches that runs take place; told nothing about persons, and never a reason for a run to fail."""

    def started(self) -> None:
        """A run begins."""

    def ended(self, code: int) -> None:
        """It ended with that exit code."""


class Scheduler(Protocol):
    """What starts runs on this machine."""

    def find(self, configuration: Path) -> Sequence[Installed] | None:
        """Its entries for one configuration; None where this machine has no scheduler that can be asked."""


class StopSignal(Protocol):
    """Whether somebody asked to stop."""

    def check(self) -> None:
        """Raise Interrupted if so. Called between effects, never within one."""

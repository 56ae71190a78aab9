"""The other end of `worker`: a process of flexsync beside a sandbox, and what its commands spent."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

from tests.scenarios.world import World

from benchmarks.moment import VirtualClock

WELL = (0, 1)  # single items may fail, or be parked
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Spent:
    """What a command cost, or several, or a part of one that stands for a whole.

    `minutes` passed on the virtual clock; `writes` are calls that asked for a change.
    """

    rest: float = 0
    soap: float = 0
    writes: float = 0
    statements: float = 0
    minutes: float = 0.0
    cpu_seconds: float = 0.0
    megabytes: float = 0.0

    @property
    def calls(self) -> float:
        """Of both interfaces, which share one limit."""
        return self.rest + self.soap

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(
            self.rest + other.rest,
            self.soap + other.soap,
            self.writes + other.writes,
            self.statements + other.statements,
            self.minutes + other.minutes,
            self.cpu_seconds + other.cpu_seconds,
            max(self.megabytes, other.megabytes),
        )

    def counted(self) -> "Spent":
        """Only what depends on no machine."""
        return replace(self, cpu_seconds=0, megabytes=0)

    def times(self, number: float) -> "Spent":
        """The same so many times."""
        return Spent(
            self.rest * number,
            self.soap * number,
            self.writes * number,
            self.statements * number,
            self.minutes * number,
            self.cpu_seconds * number,
            self.megabytes,
        )


class Process:
    """Runs commands in one process of its own; its clock is also the sandbox's."""

    def __init__(self, world: World, clock: VirtualClock) -> None:
        self._world = world
        self._clock = clock
        command = [sys.executable, "-m", "benchmarks.worker"]
        self._worker = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._worker.communicate()

    def run(self, *arguments: str, started: bool = False) -> Spent:
        """A command that must end well; `started`: without what the start of the process took."""
        order = {"arguments": ["--config", str(self._world.config), *arguments], "now": self._clock.now().isoformat()}
        return self._measured(order, started=started)

    def read_both_sides(self) -> Spent:
        """Read Admin and Flexmail whole, and do nothing with it."""
        account = self._world.sandbox.account
        sides = {"admin": str(self._world.engine.url), "flexmail": self._world.sandbox.url}
        return self._measured({"read": {**sides, "account": str(account.id), "token": account.token}}, started=False)

    def _measured(self, order: Mapping[str, Any], *, started: bool) -> Spent:
        self._world.flexmail.reset_calls()
        began = self._clock.now()
        done = self._ordered(order)
        if done["code"] not in WELL:
            raise RuntimeError(f"{order.get('arguments')}: exit code {done['code']}: {done['err']}{done['out']}")
        calls = self._world.flexmail.calls
        return Spent(
            rest=sum(call.door == "rest" for call in calls),
            soap=sum(call.door == "soap" for call in calls),
            writes=sum(call.write for call in calls),
            statements=done["statements"],
            minutes=(self._clock.now() - began) / MINUTE,
            cpu_seconds=done["cpu" if started else "cpu_since_start"],
            megabytes=done["megabytes"],
        )

    def _ordered(self, order: Mapping[str, Any]) -> dict[str, Any]:
        answer = self._ask(order)
        while "sleep" in answer:
            self._clock.sleep(answer["sleep"])
            answer = self._ask({})
        return answer

    def _ask(self, line: Mapping[str, Any]) -> dict[str, Any]:
        assert self._worker.stdin is not None
        assert self._worker.stdout is not None
        self._worker.stdin.write(json.dumps(line) + "\n")
        self._worker.stdin.flush()
        told = self._worker.stdout.readline()
        if not told:
            raise RuntimeError("the measured process has ended; what it said is above")
        answer: dict[str, Any] = json.loads(told)
        return answer

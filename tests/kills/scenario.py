"""What a scenario is, and the words that scenarios are told in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.kills.stage import FIRST, Stage

RUN = ("run",)
ALL = slice(None)


@dataclass(frozen=True)
class Scenario:
    """What happened so far, and the command that is killed; `code` is how it ends when it is left alone.

    `day_after` goes on with the office before the run after it, where the scenario needs more than that run.
    """

    name: str
    build: Callable[[Stage], None]
    command: Callable[[Stage], Sequence[str]] | Sequence[str] = RUN
    code: int = 0
    code_after: int = 0
    day_after: Callable[[Stage], None] | None = None

    def arguments(self, stage: Stage) -> Sequence[str]:
        """The command as it is typed, which may hold an id."""
        return self.command(stage) if callable(self.command) else self.command


def address(number: int) -> str:
    """That of the relation with this number, unless it moved."""
    return f"relation{number}@example.be"


def office(stage: Stage, count: int = 6) -> None:
    """So many relations are mailed, and know each other from here on."""
    stage.world.relations(count, FIRST)
    stage.run()


def interested(stage: Stage, *names: str, count: int = 4) -> None:
    """The first of them get these interests."""
    for number in range(FIRST, FIRST + count):
        stage.world.interest(number, *names)

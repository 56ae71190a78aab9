"""Plays the demo: each act runs the real command on the demo's office, and says what to look at."""

from pathlib import Path

from rich.console import Console
from rich.text import Text

from flexsync_cli.cli.app import cli
from flexsync_cli.cli.console import say, stdout_console
from flexsync_cli.cli.demo_end import tell_end
from flexsync_cli.errors import ExitCode
from flexsync_cli.sandbox.demo import DemoWorld, demo_world
from flexsync_cli.sandbox.demo_story import Outcome, newsletter_goes_out, office_works, what_came_of_it


class _Stage:
    """Where the acts are played; remembers the first exit code that was not expected."""

    def __init__(self, world: DemoWorld, console: Console) -> None:
        self.world = world
        self.console = console
        self.failed = ExitCode.DONE
        self.acts = 0

    def act(self, title: str, *told: str, command: str) -> None:
        """Say what happens, run the command."""
        self.acts += 1
        self.console.print()
        say(self.console, f"{self.acts}. {title}", "bold")
        self.tell(told)
        self.console.print(Text(f"$ flexsync {command}", style="cyan"))
        code = cli.main(["-q", "--config", str(self.world.config), command], prog_name="flexsync", standalone_mode=False)
        if code not in (ExitCode.DONE, ExitCode.ITEMS):
            self.failed = self.failed or ExitCode(code)

    def tell(self, told: tuple[str, ...] | list[str]) -> None:
        """Lines of the story."""
        for line in told:
            say(self.console, line, indent=3)


def show(folder: Path, relations: int, seed: int, *, keeps: bool) -> int:
    """Play all acts; the exit code."""
    console = stdout_console()
    with demo_world(folder, relations, seed) as world:
        stage = _Stage(world, console)
        say(
            console,
            f"An invented office of {relations} relations in Admin; on this machine, a Flexmail that has some of them.",
        )
        _play(stage, keeps=keeps)
        tell_end(console, world, keeps=keeps)
        return stage.failed


def _play(stage: _Stage, *, keeps: bool) -> None:
    world = stage.world
    stage.act(
        "What would happen?",
        "plan reads both sides and writes nothing. The last table is what somebody in the office has to look at.",
        command="plan",
    )
    stage.act("The first run: both sides meet.", "This is what the scheduler calls, every hour.", command="run")
    stage.act("The office goes on working in Admin. Only what changed is sent.", *office_works(world), command="push")
    before = Outcome.of(world)
    stage.act("A newsletter goes out, and people react.", *newsletter_goes_out(world), command="run")
    stage.tell(["That brought back to Admin and to the office:", *what_came_of_it(world, before, paths=keeps)])
    stage.act("Once more. Nothing is left to do, so nothing is written.", command="run")

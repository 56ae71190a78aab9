"""Plays the demo: each act runs the real command on the demo's office, and says what to look at."""

from pathlib import Path

from rich.text import Text

from flexsync_cli.cli.app import cli
from flexsync_cli.cli.console import stdout_console
from flexsync_cli.errors import ExitCode
from flexsync_cli.sandbox.demo import DemoWorld, demo_world
from flexsync_cli.sandbox.demo_story import newsletter_goes_out, office_works


class _Stage:
    """Where the acts are played; remembers the first exit code that was not expected."""

    def __init__(self, world: DemoWorld) -> None:
        self.world = world
        self.console = stdout_console()
        self.failed = ExitCode.DONE

    def act(self, title: str, *arguments: str, told: tuple[str, ...] = ()) -> None:
        """Say what happens, run the command."""
        self.console.print()
        self.console.print(Text(title, style="bold"))
        for line in told:
            self.console.print(f"  {line}")
        self.console.print(Text(f"$ flexsync {' '.join(arguments)}", style="cyan"))
        code = cli.main(["-q", "--config", str(self.world.config), *arguments], prog_name="flexsync", standalone_mode=False)
        if code not in (ExitCode.DONE, ExitCode.ITEMS):
            self.failed = self.failed or ExitCode(code)


def show(folder: Path, relations: int, seed: int, *, keeps: bool) -> int:
    """Play all acts; the exit code."""
    with demo_world(folder, relations, seed) as world:
        stage = _Stage(world)
        stage.console.print(
            f"An office of {relations} relations, a Flexmail that knows some of them, and a mail box: all in {folder}"
        )
        stage.act("Before anything is written: what would happen?", "plan")
        stage.act("The first push: both sides meet.", "push")
        stage.act("The office works on in Admin; only what changed is sent.", "push", told=tuple(office_works(world)))
        stage.act("A newsletter goes out, and people react.", "run", told=tuple(newsletter_goes_out(world)))
        stage.act("Once more: nothing is left to do.", "run")
        _look_at(stage, keeps=keeps)
        return stage.failed


def _look_at(stage: _Stage, *, keeps: bool) -> None:
    """Where everything lies, and what to try next."""
    world, console = stage.world, stage.console
    console.print()
    console.print(Text("What came of it", style="bold"))
    for communication in world.office.communications():
        console.print(f"  communication at relation {communication.relation_id}: {communication.subject}")
    for mail in world.mailbox.mails:
        console.print(f"  mail: {mail.with_suffix('.html')}")
    if keeps:
        console.print(f"  Admin: {world.folder / 'admin.db'}; what flexsync knows: {world.folder / 'state.db'}")
    else:
        console.print("  All of it is gone now; keep it to look at with: flexsync demo --keep demo")
    console.print(
        "Next: see why somebody gets no newsletter, or who shares an address: flexsync explain, flexsync dedupe-report"
    )

"""The end of the demo: where everything lies, and what to try next. The Flexmail of the demo ends with it."""

from importlib.util import find_spec

from rich.console import Console
from rich.text import Text

from flexsync_cli.cli.app import module_of
from flexsync_cli.cli.console import say
from flexsync_cli.sandbox.demo import DemoWorld

# Those that call nobody, and so work when the demo's Flexmail is gone.
WITHOUT_CALLS = {
    "dedupe-report": "who shares an address, and who of them is sent",
    "status": "the last runs, and what waits for a person",
    "explain {relation}": "why this person does or doesn't get the newsletter",
}


def tell_end(console: Console, world: DemoWorld, *, keeps: bool) -> None:
    """Where it lies, if it stays; what to type."""
    console.print()
    say(console, "What to try next", "bold")
    if not keeps:
        say(console, "All of this is gone now. To keep it, to look at and to try commands on:", indent=3)
        console.print(Text("$ flexsync demo --keep demo", style="cyan"))
        return
    say(console, f"Admin: {world.folder / 'admin.db'}", indent=3)
    say(console, f"what flexsync knows: {world.folder / 'state.db'}; its log: {world.folder / 'flexsync.log'}", indent=3)
    say(console, f"mails, for a browser: {world.folder / 'mails'}", indent=3)
    say(console, "The demo's Flexmail is gone; these commands need none:", indent=3)
    relation = world.office.tidy_relations()[0].id
    for command, purpose in WITHOUT_CALLS.items():
        if find_spec(module_of(command.split()[0])):
            say(console, f"{purpose}:", indent=3)
            typed = f'$ flexsync --config "{world.config}" {command.format(relation=relation)}'
            console.print(Text(typed, style="cyan"))

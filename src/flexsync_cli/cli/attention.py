"""Shows what needs a person's hand or look: how many, why, who, and the command that leads on."""

from collections.abc import Sequence

from rich.console import Console

from flexsync_cli.cli.console import say
from flexsync_cli.cli.matters import Matter
from flexsync_cli.cli.tables import examples, print_section
from flexsync_cli.domain.typed import command_line

MOST = 12
# Reasons whose way out is a command, where waiting or Admin is not enough.
NEXT = {
    "finding.shadowed": "dedupe-report: who shares an address, who is sent",
    "todo.out_ticked": "consent: record a person's new yes",
    "todo.deleted_there": "push --only ID: create again whom Flexmail deleted",
    "todo.lift_blacklist": "push --retry-parked: once Flexmail has lifted it",
    "todo.inactive_there": "push --retry-parked: once active in Flexmail",
}


def tell_matters(console: Console, found: Sequence[Matter], *, whole: bool = False) -> None:
    """A table: how many, why, who; some of each, or the `whole` list."""
    shown = found if whole else found[:MOST]
    rows = [
        (len(matter.people) or "", matter.title, ", ".join(matter.people) if whole else examples(matter.people))
        for matter in shown
    ]
    if len(found) > len(shown):
        more = len(found) - MOST
        rows.append(("", f"and {more} more reason{'s' * (more > 1)}", "flexsync status"))
    if rows:
        print_section(console, ("", "for a hand or a look", "relations"), rows)


def tell_next(console: Console, found: Sequence[Matter], config: str = "") -> None:
    """The commands that lead on; `config` is the path that they must name, or ""."""
    for line in dict.fromkeys(NEXT[matter.kind] for matter in found if matter.kind in NEXT):
        command, purpose = command_line(line, config).rsplit(": ", 1)
        say(console, f"next: {command}: {purpose}", whole=command)

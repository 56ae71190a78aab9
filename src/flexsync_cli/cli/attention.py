"""Shows what needs a person's hand or look: how many, why, who, and the command that leads on."""

from collections.abc import Sequence

from rich.console import Console

from flexsync_cli.cli.console import say
from flexsync_cli.cli.matters import Matter
from flexsync_cli.cli.tables import examples, print_section

MOST = 12
# Reasons whose way out is a command, where waiting or Admin is not enough.
NEXT = {
    "finding.shadowed": "flexsync dedupe-report: who shares an address, who is sent",
    "todo.out_ticked": "flexsync consent: record a person's new yes",
    "todo.deleted_there": "flexsync push --only ID: create again whom Flexmail deleted",
    "todo.lift_blacklist": "flexsync push --retry-parked: once Flexmail has lifted it",
    "todo.inactive_there": "flexsync push --retry-parked: once active in Flexmail",
}


def tell_matters(console: Console, found: Sequence[Matter]) -> None:
    """A table: how many, why, who."""
    rows = [(len(matter.people) or "", matter.title, examples(matter.people)) for matter in found[:MOST]]
    if len(found) > MOST:
        rows.append(("", f"and {len(found) - MOST} more reasons", "flexsync status"))
    if rows:
        print_section(console, ("", "for a hand or a look", "relations"), rows)


def tell_next(console: Console, found: Sequence[Matter]) -> None:
    """The commands that lead on."""
    for line in dict.fromkeys(NEXT[matter.kind] for matter in found if matter.kind in NEXT):
        say(console, f"next: {line}")

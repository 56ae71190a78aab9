"""Tables and step lines: aligned and folded on a terminal, plain and uncut elsewhere."""

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flexsync_cli.cli.console import printable
from flexsync_cli.domain.document import STEP_KEYS
from flexsync_cli.domain.plan import StepOutcome

EXAMPLES = 5

# The last line of a push is shorter than its counts: what stays as it was is in the table.
LINE_KEYS = {"push": ("created", "updated", "left", "parked")}


def print_table(console: Console, columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> None:
    """Aligned columns under a calm heading; numbers to the right. Redirected, one line a row, never cut."""
    table = _table(columns, rows, title)
    if console.is_terminal:
        console.print()
        console.print(table, soft_wrap=False)
        console.print()
    else:
        _print_plain(console, table)


def print_section(console: Console, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table among other things: with room below it."""
    table = _table(columns, rows)
    if console.is_terminal:
        console.print(table, soft_wrap=False)
    else:
        _print_plain(console, table)
    console.print()


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> Table:
    table = Table(title=title or None, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, header_style="bold")
    table.padding, table.pad_edge, table.show_edge = (0, 1, 0, 0), False, False
    known = list(rows)
    for index, column in enumerate(columns):
        numbers = all(isinstance(row[index], int) or row[index] == "" for row in known)
        table.add_column(column, justify="right" if numbers else "left", overflow="fold")
    for row in known:
        table.add_row(*(Text(printable(str(cell))) for cell in row))
    return table


def _print_plain(console: Console, table: Table) -> None:
    table.box, table.padding = None, (0, 2, 0, 0)
    with console.capture() as captured:
        console.print(table)
    for line in captured.get().splitlines():
        console.print(line.rstrip())


def step_line(outcome: StepOutcome) -> str:
    """The last line of a step, always of one shape: `push: 12 created, ..., 0 failed, 7 calls, 4.1 s`."""
    keys = LINE_KEYS.get(outcome.name) or [key for key in STEP_KEYS[outcome.name] if key != "failed"]
    counts = [f"{outcome.counts[key]} {key.replace('_', ' ')}" for key in (*keys, "failed")]
    return f"{outcome.name}: {', '.join(counts)}, {outcome.calls} calls, {outcome.seconds:.1f} s"


def examples(things: Iterable[str]) -> str:
    """The first few, and how many more there are."""
    known = list(dict.fromkeys(things))
    more = f" and {len(known) - EXAMPLES} more" if len(known) > EXAMPLES else ""
    return ", ".join(known[:EXAMPLES]) + more

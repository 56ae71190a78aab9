"""What is shown: consoles for stdout and stderr, tables, and the last line of a step.

On a terminal rich draws; redirected, it is plain text that never wraps. Text from outside is never markup.
"""

import sys
from collections.abc import Iterable, Sequence
from typing import TextIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flexsync_cli.domain.document import STEP_KEYS
from flexsync_cli.domain.plan import StepOutcome

# Wider than any line: rich cuts tables at its own idea of a width (80) where there is no terminal.
UNLIMITED = 10_000

# The last line of a push is shorter than its counts: what stays as it was is in the table.
LINE_KEYS = {"push": ("created", "updated", "left", "parked")}


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """The reader has left (`| head`): say no more. Rich's own would end the process in the middle of its work."""
        self.quiet = True


def stdout_console() -> Console:
    """Where data goes."""
    return console_for(sys.stdout)


def stderr_console() -> Console:
    """Where talk goes."""
    return console_for(sys.stderr)


def console_for(stream: TextIO, width: int | None = None, *, terminal: bool | None = None) -> Console:
    """A console over any stream; `terminal` and `width` override what is found."""
    console = _Console(
        file=stream, markup=False, emoji=False, highlight=False, soft_wrap=True, width=width, force_terminal=terminal
    )
    if not console.is_terminal:
        console.width = UNLIMITED
    return console


def printable(text: str) -> str:
    """The text without line breaks and control characters, which could forge lines or steer a terminal."""
    return "".join(character if character.isprintable() else " " for character in text)


def print_table(console: Console, columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> None:
    """Aligned columns under a calm heading; numbers to the right. Redirected, one line a row, never cut."""
    table = Table(title=title or None, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, header_style="bold")
    cells = [[printable(str(cell)) for cell in row] for row in rows]
    for index, column in enumerate(columns):
        numbers = bool(cells) and all(row[index].isdecimal() for row in cells)
        table.add_column(column, justify="right" if numbers else "left", overflow="fold")
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    if console.is_terminal:
        console.print(table, soft_wrap=False)
    else:
        _print_plain(console, table)


def _print_plain(console: Console, table: Table) -> None:
    table.box, table.pad_edge = None, False
    with console.capture() as captured:
        console.print(table)
    for line in captured.get().splitlines():
        console.print(line.rstrip())


def step_line(outcome: StepOutcome) -> str:
    """The last line of a step, always of one shape: `push: 12 created, ..., 0 failed, 7 calls, 4.1 s`."""
    keys = LINE_KEYS.get(outcome.name) or [key for key in STEP_KEYS[outcome.name] if key != "failed"]
    counts = [f"{outcome.counts[key]} {key.replace('_', ' ')}" for key in (*keys, "failed")]
    return f"{outcome.name}: {', '.join(counts)}, {outcome.calls} calls, {outcome.seconds:.1f} s"

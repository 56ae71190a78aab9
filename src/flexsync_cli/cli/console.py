"""Where things are shown: consoles for stdout and stderr, and single lines.

On a terminal rich draws; redirected, it is plain text that never wraps. Text from outside is never markup.
"""

import re
import sys
import textwrap
from typing import TextIO

from rich.console import Console
from rich.text import Text

# Wider than any line: rich cuts tables at its own idea of a width (80) where there is no terminal.
UNLIMITED = 10_000
GLUE = "\N{NO-BREAK SPACE}"
WITHIN = re.compile("(?<!,) ")


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


def say(
    console: Console, text: str, style: str | None = None, *, indent: int = 0, listed: bool = False, whole: str = ""
) -> None:
    """One line; on a terminal that is too narrow it is broken between words, and goes on a little further right.

    A `listed` one is broken after commas only: a number stays with what it counts. Nor is it broken within
    what is to stay `whole`: a command can be copied.
    """
    lead = " " * indent
    shown = printable(text)
    if whole:
        shown = shown.replace(printable(whole), printable(whole).replace(" ", GLUE))
    broken = textwrap.wrap(
        WITHIN.sub(GLUE, shown) if listed else shown,
        width=console.width,
        initial_indent=lead,
        subsequent_indent=f"{lead}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    for line in broken or [""]:
        console.print(Text(line.replace(GLUE, " ")), style=style)

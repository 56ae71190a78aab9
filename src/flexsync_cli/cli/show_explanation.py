"""Explanations on the console: the answer first, then what it rests on."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from flexsync_cli.bootstrap import english
from flexsync_cli.cli.console import printable, say
from flexsync_cli.cli.show_status import local
from flexsync_cli.domain.explain import Explanation
from flexsync_cli.domain.model import ToDo

LABEL_WIDTH = 16
MOST_WIDTH = 110


def show_explanation(console: Console, found: Sequence[Explanation], config: str = "") -> None:
    """One block a relation; `config` is the path that a command to type must name, or ""."""
    for number, explanation in enumerate(found):
        if number:
            say(console, "")
        say(console, f"{explanation.title}: {explanation.headline}", "bold green" if explanation.gets else "bold yellow")
        for label, text, command in _lines(explanation, config):
            _show(console, label, text, command)


def _lines(explanation: Explanation, config: str) -> Iterator[tuple[str, str, str]]:
    """What each is about, what is to be said, and what is to be typed."""
    for label, text in explanation.facts:
        yield label, text, ""
    for plan in explanation.plans:
        yield "to approve", f"plan {plan.id} holds it back; after a look:", plan.command(config)
    for todo in explanation.todos:
        yield "for you", _todo(todo), ""
    for happening in explanation.happenings:
        yield local(happening.at), happening.text, ""


def _todo(todo: ToDo) -> str:
    words = english()
    path = words.known("todo", todo.kind)
    return f"{words.say(f'{path}.title', kind=todo.kind)}. {words.say(f'{path}.do')}"


def _show(console: Console, label: str, text: str, command: str) -> None:
    if not console.is_terminal:
        say(console, f"{label}: {text} {command}".rstrip(), indent=2)
        return
    line = Table.grid(padding=(0, 1, 0, 0))
    line.add_column(width=1)
    line.add_column(width=LABEL_WIDTH, style="dim")
    line.add_column(overflow="fold")
    line.add_row("", label, Text(printable(text)))
    console.print(line, width=min(console.width, MOST_WIDTH), soft_wrap=False)
    if command:
        say(console, command, indent=LABEL_WIDTH + 3, whole=command)

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


def show_explanation(console: Console, found: Sequence[Explanation]) -> None:
    """One block a relation."""
    for number, explanation in enumerate(found):
        if number:
            say(console, "")
        say(console, f"{explanation.title}: {explanation.headline}", "bold green" if explanation.gets else "bold yellow")
        for label, text in _lines(explanation):
            _show(console, label, text)


def _lines(explanation: Explanation) -> Iterator[tuple[str, str]]:
    yield from explanation.facts
    for plan in explanation.plans:
        yield "to approve", f"plan {plan.id} holds it back; after a look: {plan.command}"
    for todo in explanation.todos:
        yield "for you", _todo(todo)
    for happening in explanation.happenings:
        yield local(happening.at), happening.text


def _todo(todo: ToDo) -> str:
    words = english()
    path = words.known("todo", todo.kind)
    return f"{words.say(f'{path}.title', kind=todo.kind)}. {words.say(f'{path}.do')}"


def _show(console: Console, label: str, text: str) -> None:
    if not console.is_terminal:
        say(console, f"{label}: {text}", indent=2)
        return
    line = Table.grid(padding=(0, 1, 0, 0))
    line.add_column(width=1)
    line.add_column(width=LABEL_WIDTH, style="dim")
    line.add_column(overflow="fold")
    line.add_row("", label, Text(printable(text)))
    console.print(line, width=min(console.width, MOST_WIDTH), soft_wrap=False)

"""Tells an operator what goes on: a progress bar on a terminal, plain lines elsewhere."""

import logging
import sys
from contextlib import suppress
from typing import Self

import click
from rich.console import Console
from rich.progress import TaskID

from flexsync_cli.cli.console import printable, say
from flexsync_cli.cli.progress import TOLD_WAIT, progress_bar, waiting_text
from flexsync_cli.log import event as log_event

AGAIN = 60.0  # seconds; redirected, nobody needs to read of every wait
logger = logging.getLogger("flexsync_cli")


class ConsoleReporter:
    """A `ports.Reporter`. Use it as a context, so that the bar goes when the work ends. A closed stream is no failure."""

    def __init__(self, console: Console, *, quiet: bool = False, verbose: bool = False) -> None:
        self._console = console
        self._quiet = quiet
        self._verbose = verbose
        self._progress = progress_bar(console) if console.is_terminal and not quiet else None
        self._task: TaskID | None = None
        self._told_wait = -AGAIN

    def __enter__(self) -> Self:
        if self._progress:
            self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress:
            with suppress(OSError):
                self._progress.stop()

    def step(self, name: str, total: int | None = None) -> None:
        """A step begins, with that many writes planned."""
        if self._progress:
            if self._task is not None:
                self._progress.remove_task(self._task)
            self._task = self._progress.add_task(printable(name), total=total)
        else:
            self.line(name if total is None else f"{name}: {total} to do")

    def advance(self, count: int = 1) -> None:
        """That many of them are done."""
        if self._progress and self._task is not None:
            self._progress.advance(self._task, count)

    def event(self, name: str, /, **fields: object) -> None:
        """Something was done: in the log, and a line of its own where there is no bar, or more was asked for."""
        log_event(logger, name, level=logging.INFO, **fields)
        if self._verbose or not self._progress:
            told = ", ".join(f"{key} {value}" for key, value in fields.items())
            self.line(f"{name}: {told}" if told else name)

    def line(self, text: str) -> None:
        """A remark, in one line."""
        if not self._quiet:
            self._print(text)

    def warn(self, text: str) -> None:
        """Something that a person should mend; told when quiet, too."""
        log_event(logger, "warning", level=logging.WARNING, text=text)
        self._print(f"warning: {text}", "yellow")

    def ask(self, question: str) -> bool | None:
        """A person's yes or no; None where nobody is there."""
        if self._progress is None or not sys.stdin.isatty():
            return None
        self._progress.stop()
        try:
            return click.confirm(question, err=True)
        finally:
            self._progress.start()

    def waiting(self, seconds: float) -> None:
        """The limiter holds the next call back for that long."""
        if self._progress:
            if self._task is None:
                self._task = self._progress.add_task("", total=None)
            self._progress.update(self._task, until=self._progress.get_time() + seconds)
        elif seconds >= TOLD_WAIT and self._console.get_time() >= self._told_wait + AGAIN:
            self._told_wait = self._console.get_time()
            self.line(waiting_text(seconds))

    def _print(self, text: str, style: str | None = None) -> None:
        with suppress(OSError):
            say(self._console, text, style)

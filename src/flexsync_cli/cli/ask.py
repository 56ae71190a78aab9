"""Asking a person: again where the answer doesn't stand its test; where nobody is asked, what is not given ends the command."""

import os
from collections.abc import Callable, Sequence
from typing import TypeVar

import click
from rich.console import Console

from flexsync_cli.cli.console import say
from flexsync_cli.domain.legacy_config import VARIABLES
from flexsync_cli.errors import FlexsyncError, Misconfigured

T = TypeVar("T")


class Person:
    """Who answers at the console; `asks` False where nobody is to be asked."""

    def __init__(self, console: Console, *, asks: bool) -> None:
        self.console = console
        self.asks = asks

    def until_good(self, question: Callable[[bool], T]) -> T:
        """Ask until the answer stands its test; `question` is told whether it is asked for the first time."""
        first = True
        while True:
            try:
                return question(first)
            except FlexsyncError as error:
                if not self.asks:
                    raise
                for line in str(error).splitlines():
                    say(self.console, line, "yellow")
            first = False

    def text(self, question: str, usual: str | None = None, choices: Sequence[str] = ()) -> str:
        """A text, one of the choices if there are any; `usual` where nobody answers."""
        if self.asks:
            kind = click.Choice(choices) if choices else None
            return str(click.prompt(question, default=usual, type=kind, show_choices=False, err=True)).strip()
        if usual is None:
            raise Misconfigured(f"{question}: not given, and --no-input forbids to ask")
        return usual

    def secret(self, key: str, question: str, *, first: bool, needed: bool = True) -> str:
        """A secret, from its environment variable if that is set; typed unseen. "" where it isn't needed, and not given."""
        found = os.environ.get(VARIABLES[key], "") if first else ""
        if found or not (self.asks or needed):
            return found
        if not self.asks:
            raise Misconfigured(f"{question}: set {VARIABLES[key]}, or leave --no-input away")
        default = None if needed else ""
        return str(click.prompt(question, default=default, hide_input=True, show_default=False, err=True)).strip()

    def agrees(self, question: str) -> bool:
        """A yes or no; nobody disagrees where nobody is asked."""
        return not self.asks or click.confirm(question, default=True, err=True)

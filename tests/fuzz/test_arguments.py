"""What is typed on the command line: a wrong word is told as such, whatever it is."""

import click
import pytest

from flexsync_cli.errors import ExitCode
from tests.scenarios.world import World

MOMENTS = ("0001-01-01", "0001-01-02", "9999-12-31", "9999-12-31T23:59:59-12:00", "1969-07-20T20:17")
WORDS = ("\udcff", "\udcff@example.be", "x" * 100_000, "'; --", "=1+1", "", "9" * 30, "-1")


@pytest.mark.parametrize("moment", MOMENTS)
def test_moments_at_the_edge_of_the_calendar(world: World, moment: str) -> None:
    world.with_soap()
    commands = [["pull-unsubscribes", "--since", moment], ["bounces", "--since", moment]]
    commands.append(["consent", "iemand@example.be", "--on", moment, "--how", "brief"])
    for command in commands:
        assert told(world, command) != ExitCode.BUG


@pytest.mark.parametrize("word", WORDS, ids=ascii)
def test_words_that_nobody_types_on_purpose(world: World, word: str) -> None:
    """Half a surrogate is what Python makes of a byte that is no UTF-8."""
    world.relations(2)
    commands = [
        ["push", "--only", word],
        ["explain", word],
        ["approve", word],
        ["consent", word, "--on", "2026-01-01", "--how", word],
    ]
    for command in commands:
        assert told(world, command) != ExitCode.BUG


def told(world: World, command: list[str]) -> int:
    """The exit code; Click's own complaint is 2."""
    try:
        return world.run(*command).code
    except click.ClickException:
        return ExitCode.CONFIGURATION

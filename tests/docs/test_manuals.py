"""What the manuals tell an operator to type is what the command line takes."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from flexsync_cli.cli.app import COMMANDS, cli
from flexsync_cli.config.keys import all_keys
from flexsync_cli.config.model import Configuration

ROOT = Path(__file__).parents[2]
MANUALS = ("README.md", "docs/handleiding.nl.md", "docs/install.md")
FENCE = re.compile(r"^ *```\w*\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
# What stands for something that a reader fills in.
SYNOPSIS = re.compile(r"[\[\]|]|\.\.\.|\bCOMMAND\b")


def code(text: str) -> Iterator[str]:
    """Every line of code, in a block or between backticks."""
    for block in FENCE.findall(text):
        yield from block.splitlines()
    yield from re.findall(r"`([^`\n]+)`", FENCE.sub("", text))


def typed(manual: str) -> Iterator[list[str]]:
    """The words after `flexsync` of every command that is to be typed."""
    for line in code((ROOT / manual).read_text(encoding="utf-8")):
        found = re.search(r"(?:^ *|[\\/])flexsync(?:\.exe)? +(?=[-a-z])(.*)", line.split(" #")[0])
        if found and not SYNOPSIS.search(found[1]) and "useradd" not in line:
            filled = re.sub(r"\bDATE\b", "2026-03-31", re.sub(r"\bN\b", "5", found[1]))
            yield shlex.split(filled.replace("\\", "/"))


def without_global_options(words: list[str]) -> list[str]:
    while words and words[0].startswith("-"):
        words = words[2:] if words[0] == "--config" else words[1:]
    return words


def problem(words: list[str]) -> str:
    """Why the command line would refuse these words; "" where it takes them."""
    context = click.Context(cli)
    name, *rest = without_global_options(words)
    if name not in COMMANDS:
        return f"no command {name}"
    command = cli.get_command(context, name)
    assert command is not None, name
    if isinstance(command, click.Group):
        found = command.get_command(context, rest[0])
        if found is None:
            return f"no command {name} {rest[0]}"
        command, rest = found, rest[1:]
    try:
        with command.make_context(name, rest, parent=context):
            return ""
    except click.UsageError as error:
        # Named in a sentence, a command may stand without what it needs.
        return "" if isinstance(error, click.MissingParameter) and not rest else error.format_message()


@pytest.mark.parametrize("manual", MANUALS)
def test_every_command_in_it_is_one_that_the_command_line_takes(manual: str) -> None:
    present = cli.list_commands(click.Context(cli))
    told = [words for words in typed(manual) if without_global_options(words)]
    assert len(told) > 5
    refused = {" ".join(words): why for words in told if _there(words, present) and (why := problem(words))}
    assert refused == {}


def _there(words: list[str], present: list[str]) -> bool:
    name = without_global_options(words)[0]
    return name in present or name not in COMMANDS


def options(command: click.Command) -> set[str]:
    """Every long option of a command and of those below it."""
    below = command.commands.values() if isinstance(command, click.Group) else ()
    own = {name for each in command.params for name in (*each.opts, *each.secondary_opts) if name.startswith("--")}
    return own.union(*(options(each) for each in below))


@pytest.mark.parametrize("name", cli.list_commands(click.Context(cli)))
def test_readmes_table_names_every_option_of_a_command(name: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    row = re.search(rf"^\| (`{name}(?: .*?)?`) \| ", readme, re.MULTILINE)
    command = cli.get_command(click.Context(cli), name)
    assert row, name
    assert command, name
    assert "[OPTION ...]" in row[1] or set(re.findall(r"--[a-z-]+", row[1])) == options(command)


@pytest.mark.parametrize("manual", MANUALS[1:])
def test_every_key_in_it_is_one_of_the_configuration(manual: str) -> None:
    known = {key for key, _ in all_keys(Configuration)}
    sections = {key.partition(".")[0] for key in known}
    named = {
        each
        for line in code((ROOT / manual).read_text(encoding="utf-8"))
        for each in re.findall(r"^([a-z_]+\.[a-z_]+)\b", line)
    }
    assert {key for key in named if key.partition(".")[0] in sections and key != "state.db"} <= known


@pytest.mark.parametrize("manual", MANUALS)
def test_its_links_lead_somewhere(manual: str) -> None:
    path = ROOT / manual
    links = re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", path.read_text(encoding="utf-8"))
    assert [link for link, _ in links if link and not (path.parent / link).exists()] == []
    for link, anchor in links:
        target = (path.parent / link) if link else path
        if anchor:
            headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {heading.lower().replace(" ", "-") for heading in headings}, anchor


@pytest.mark.parametrize("manual", MANUALS)
def test_the_installer_has_the_parameters_that_it_names(manual: str) -> None:
    script = (ROOT / "scripts/install_task.ps1").read_text(encoding="utf-8")
    known = {*re.findall(r"^\.PARAMETER (\w+)$", script, re.MULTILINE), "WhatIf", "File", "ExecutionPolicy"}
    lines = [line for line in code((ROOT / manual).read_text(encoding="utf-8")) if "install_task.ps1" in line]
    assert {name for line in lines for name in re.findall(r" -(\w+)", line)} <= known


def test_the_chapters_of_the_mail_are_called_as_in_the_mail() -> None:
    manual = (ROOT / "docs/handleiding.nl.md").read_text(encoding="utf-8")
    texts = (ROOT / "src/flexsync_cli/adapters/mail/texts/nl.toml").read_text(encoding="utf-8")
    chapters = re.findall(r"^\| \*\*(.+?)\*\* \|", manual, re.MULTILINE)
    assert len(chapters) == 6
    assert [chapter for chapter in chapters if f'"{chapter}"' not in texts] == []


def test_the_pictures_are_there_fetch_nothing_and_show_no_machine_of_ours() -> None:
    pictures = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "docs/screens").glob("*.svg")}
    assert set(pictures) == {"plan", "run-first", "push", "run", "dedupe-report", "check", "status", "explain", "demo"}
    for name, drawn in pictures.items():
        assert not re.search(r"@font-face|href=|url\((?!#)|/tmp/|/home/|/root/", drawn), name

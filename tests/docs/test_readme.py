import re
import tomllib
from pathlib import Path

from flexsync_cli.cli.app import COMMANDS
from flexsync_cli.config.keys import all_keys
from flexsync_cli.config.model import Configuration
from flexsync_cli.errors import PRECEDENCE

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def table(heading: str) -> list[list[str]]:
    """The cells of the first table under a heading, without its head."""
    section = README.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows[2:]]


def first_word(cell: str) -> str:
    return cell.strip("`").split()[0]


def command(marker: str) -> str:
    found = re.search(rf"^<!-- command: {re.escape(marker)} -->\n```\w+\n(.+)\n```$", README, re.MULTILINE)
    assert found, marker
    return found[1]


def test_the_table_of_commands_is_that_of_the_command_line() -> None:
    assert [first_word(row[0]) for row in table("Commands")] == list(COMMANDS)


def test_the_table_of_exit_codes_is_in_the_order_in_which_they_apply() -> None:
    assert [int(row[0]) for row in table("Exit codes")] == [code.value for code in PRECEDENCE]


def test_the_twins_for_powershell_do_the_same() -> None:
    for name in ("demo", "tests"):
        steps = [step.replace(".venv/bin/", "").replace("python3", "py") for step in command(name).split(" && ")]
        twins = [step.replace(".venv\\Scripts\\", "") for step in command(f"{name}, PowerShell").split("; ")]
        assert steps == twins


def test_the_paths_it_names_exist() -> None:
    named = set(re.findall(r"`((?:src|tests|docs|\.ci)/[\w./]*)`", README)) - {"src/flexsync_cli/cli/NAME.py"}
    assert {path for path in named if not (ROOT / path).exists()} == set()


def test_the_extras_and_groups_it_installs_are_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert "[demo]" in command("tests")
    assert "demo" in project["project"]["optional-dependencies"]
    assert "test" in project["dependency-groups"]


def test_the_table_of_keys_is_that_of_the_configuration() -> None:
    assert [first_word(row[0]) for row in table("Configuration")] == [key for key, _ in all_keys(Configuration)]


def test_the_defaults_it_tells_are_those_of_the_configuration() -> None:
    told = {first_word(row[0]): row[1].strip("`") for row in table("Configuration")}
    for key, field in all_keys(Configuration):
        if field.is_required():
            assert told[key] in {"", "required"}, key
        elif isinstance(field.default, bool | int | float | str):
            assert told[key] == field.default == "" or tomllib.loads(f"x = {told[key]}") == {"x": field.default}, key

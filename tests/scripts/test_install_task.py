import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flexsync_cli.domain.exit_meaning import MEANINGS, TASK_RESULTS

if TYPE_CHECKING:
    from tree_sitter import Parser

SCRIPT = Path(__file__).parents[2] / "scripts/install_task.ps1"


@pytest.fixture(scope="module")
def source() -> str:
    return SCRIPT.read_bytes().decode("ascii")  # PowerShell 5.1 would read anything else as cp1252


@pytest.fixture(scope="module")
def parser() -> "Parser":
    """Skips where the newest Python has no grammar yet."""
    tree_sitter = pytest.importorskip("tree_sitter")
    grammar = pytest.importorskip("tree_sitter_powershell")
    made: Parser = tree_sitter.Parser(tree_sitter.Language(grammar.language()))
    return made


def table(source: str, name: str) -> dict[int, str]:
    body = source.partition(f"${name} = @{{")[2].partition("\n}")[0]
    rows = re.findall(r"^    '(\d+)' = '((?:[^']|'')*)'$", body, re.MULTILINE)
    return {int(code): text.replace("''", "'") for code, text in rows}


def test_its_syntax(parser: "Parser", source: str) -> None:
    assert not parser.parse(source.encode()).root_node.has_error


def test_it_explains_exit_codes_as_flexsync_does(source: str) -> None:
    assert table(source, "ExitCodes") == {int(code): text for code, text in MEANINGS.items()}
    assert table(source, "TaskResults") == dict(TASK_RESULTS)


def test_what_it_reads_of_flexsync_is_what_flexsync_tells(source: str) -> None:
    from flexsync_cli.bootstrap.schedule import task_facts
    from flexsync_cli.config.load import load

    told = task_facts(load(SCRIPT.parents[1] / "config.example.toml"))
    assert set(re.findall(r"\$[Ff]acts\.(\w+)", source)) <= set(told)
    assert isinstance(told["secrets"], list)
    assert set(re.findall(r"\$secret\.(\w+)", source)) <= set(told["secrets"][0])


def test_every_parameter_is_explained(source: str) -> None:
    block = source.partition("\nparam(\n")[2].partition("\n)\n")[0]
    named = re.findall(r"^    \[[\w.]+\] \$(\w+)", block, re.MULTILINE)
    assert re.findall(r"^\.PARAMETER (\w+)$", source, re.MULTILINE) == named


def test_it_changes_nothing_without_asking_whether_it_may(source: str) -> None:
    main = source.partition("if ($env:OS -ne")[2]
    for change in ("Unregister-ScheduledTask", "Register-Task -Facts", "Invoke-Task -Name"):
        before = main[: main.index(change)]
        assert "ShouldProcess" in before.rpartition("\n\n")[2] or "ShouldProcess" in before[-400:], change


def test_it_keeps_to_what_both_powershells_understand(source: str) -> None:
    newer = (r"\?\?", r"\?\.", r" && ", r" \|\| ", r"-Parallel", r"\bternary\b", r"\$IsWindows", r"-AsHashtable")
    assert [each for each in newer if re.search(each, source)] == []


def test_no_account_with_a_dollar_is_shown_where_powershell_would_take_it_for_a_variable(source: str) -> None:
    manual = (SCRIPT.parents[1] / "docs/install.md").read_text(encoding="utf-8")
    assert re.findall(r'"[^"\n]*\$:', manual) == []
    assert '""${Who}:' not in source


def test_the_grammar_finds_a_mistake(parser: "Parser", source: str) -> None:
    assert parser.parse(source.replace("    return 'named'\n}", "    return 'named'\n").encode()).root_node.has_error

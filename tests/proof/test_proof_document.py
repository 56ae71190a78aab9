"""The table of figures: what was run is renewed, the rest stays."""

import re
import sys
from pathlib import Path

import pytest

from tests.proof.document import BEGIN, END, PATH, shown, with_figures
from tests.proof.parts import PARTS, Part, Result, run

TEXT = f"before\n{BEGIN}\n| part | what | figures | minutes |\n| kills | old | 1 effects | 3 |\n{END}\nafter\n"


def result(part: Part, code: int = 0) -> Result:
    return Result(part, code, {"killed": 1234, "passed": 5}, 90.0)


def named(name: str) -> Part:
    return next(part for part in PARTS if part.name == name)


def test_what_was_run_is_renewed() -> None:
    text = with_figures(TEXT, [result(named("kills")), result(named("security"))])
    assert text.startswith("before\n")
    assert text.endswith(f"{END}\nafter\n")
    assert "1,234 killed" in text
    assert "old" not in text
    assert "| security |" in text
    assert with_figures(text, []) == text


def test_what_was_skipped_is_counted_and_named() -> None:
    partly = Result(named("contract"), 0, {"passed": 5}, 90.0, {"needs a database | of theirs": 42})
    assert shown(partly) == "5 passed, 42 skipped (needs a database / of theirs)"


def test_the_proof_counts_what_pytest_skips(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text(
        "import pytest\n@pytest.mark.parametrize('n', [1, 2])\ndef test_a(n):\n    pytest.skip('not here')\n"
        "@pytest.mark.skip('never')\ndef test_b(): pass\ndef test_c(): pass\n"
    )
    command = (sys.executable, "-m", "pytest", "-q", "-p", "tests.proof.plugin", "-p", "no:cacheprovider", str(tmp_path))
    result = run(Part("some", "tests", command, command), tmp_path, quick=True)
    assert (result.code, result.figures["passed"], result.figures["skipped"]) == (0, 1, 3)
    assert result.skipped == {"not here": 2, "never": 1}


@pytest.mark.parametrize(("seed", "told"), [(None, []), (7, ["--seed", "7"])])
@pytest.mark.parametrize("seeded", [True, False])
def test_the_seed_goes_to_the_parts_that_take_one(tmp_path: Path, seed: int | None, told: list[str], seeded: bool) -> None:
    command = (sys.executable, "-c", "import sys; print(sys.argv[1:])")
    run(Part("some", "random", command, command, seeded=seeded), tmp_path, quick=False, seed=seed)
    assert (tmp_path / "some.txt").read_text().strip() == str(told if seeded else [])


def test_what_failed_changes_nothing() -> None:
    assert "| kills | old |" in with_figures(TEXT, [result(named("kills"), code=1)])


def test_the_document_has_a_place_for_it_and_each_part_a_heading() -> None:
    text = PATH.read_text(encoding="utf-8")
    assert text.index(BEGIN) < text.index(END)
    assert [part.name for part in PARTS if f"\n## {part.name.title()}" not in text] == []


def test_each_part_is_in_the_weekly_proof_of_ci() -> None:
    workflow = (PATH.parents[1] / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    assert sorted(re.findall(r"--only (\w+)", workflow)) == sorted(part.name for part in PARTS)

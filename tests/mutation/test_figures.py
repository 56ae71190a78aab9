"""How mutants are counted: killed, explained, or survived."""

from pathlib import Path

import pytest

from tests.mutation.figures import Equivalent, figures, read_equivalents, stale
from tests.mutation.tool import DOMAIN, Mutant, Survivor


def mutant(name: str, status: str = "survived") -> Mutant:
    return Mutant(DOMAIN + name, status)


DECIDED = mutant("outs.xǁ_Deciderǁhear__mutmut_3")
SURVIVOR = Survivor(DECIDED, "a < b", "a <= b")
EXPLAINED = Equivalent("outs._Decider.hear", "a < b", ("a > b", "a <= b"), "never equal")


@pytest.mark.parametrize(
    ("name", "function", "module"),
    [
        ("outs.x_missing__mutmut_12", "outs.missing", "outs"),
        ("outs.x__is_merged__mutmut_1", "outs._is_merged", "outs"),
        ("outs.xǁ_Deciderǁ__init____mutmut_1", "outs._Decider.__init__", "outs"),
    ],
)
def test_a_mutant_is_named_by_its_module_and_function(name: str, function: str, module: str) -> None:
    assert (mutant(name).function, mutant(name).module) == (function, module)


def test_what_is_explained_counts_neither_for_nor_against() -> None:
    mutants = [
        DECIDED,
        mutant("outs.x_a__mutmut_1", "killed"),
        mutant("outs.x_a__mutmut_2", "timeout"),
        mutant("plan.x_b__mutmut_1"),
    ]
    other = Survivor(mutants[3], "x", "y")
    result = figures(mutants, [SURVIVOR, other], [EXPLAINED])
    assert (result.total["outs"], result.killed["outs"], result.timeouts["outs"], result.explained["outs"]) == (3, 1, 1, 1)
    assert result.left == [other]
    assert (result.score("outs"), result.score("plan"), round(result.score(), 1)) == (100.0, 0.0, 66.7)
    assert result.failures() == ["plan: 1 survived"]


def test_nothing_may_survive_without_a_reason_in_any_module() -> None:
    many = [mutant(f"text.x_f__mutmut_{number}", "killed") for number in range(99)]
    plain = mutant("text.x_f__mutmut_99")
    assert figures([*many, plain], [Survivor(plain, "a", "b")], []).failures() == ["text: 1 survived"]
    assert figures([*many, DECIDED], [SURVIVOR], [EXPLAINED]).failures() == []


@pytest.mark.parametrize("status", ["no tests", "not checked", "suspicious", "skipped", "segfault"])
def test_a_mutant_that_was_not_tried_counts_as_one_that_survived(status: str) -> None:
    assert figures([mutant("text.x_f__mutmut_1", status)], [], []).failures() == ["text: 1 survived"]


def test_a_run_without_mutants_proves_nothing() -> None:
    assert figures([], [], read_equivalents()).failures() == ["there were no mutants"]
    killed = mutant("outs.x_a__mutmut_1", "killed")
    assert figures([killed], [], []).failures(["outs", "gaurd"]) == ["gaurd: no mutants"]


def test_another_change_of_the_same_line_is_not_explained() -> None:
    other = Survivor(DECIDED, "a < b", "a == b")
    assert figures([DECIDED], [other], [EXPLAINED]).left == [other]


def test_an_explanation_that_explains_nothing_is_told() -> None:
    assert stale([SURVIVOR], [EXPLAINED], ["outs"]) == ["outs._Decider.hear: a > b"]
    assert stale([SURVIVOR], [EXPLAINED], ["guard"]) == []


def test_every_explanation_has_a_reason_and_stands_once(tmp_path: Path) -> None:
    entries = read_equivalents()
    pairs = [(each.function, each.was, becomes) for each in entries for becomes in each.becomes]
    assert len(pairs) == len(set(pairs))
    assert all(each.why and each.was for each in entries)
    (tmp_path / "none.toml").write_text("equivalent = []\n")
    assert read_equivalents(tmp_path / "none.toml") == []

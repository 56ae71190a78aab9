"""The table of figures: what was run is renewed, the rest stays."""

from tests.proof.document import BEGIN, END, PATH, with_figures
from tests.proof.parts import PARTS, Part, Result

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


def test_what_failed_changes_nothing() -> None:
    assert "| kills | old |" in with_figures(TEXT, [result(named("kills"), code=1)])


def test_the_document_has_a_place_for_it_and_each_part_a_heading() -> None:
    text = PATH.read_text(encoding="utf-8")
    assert text.index(BEGIN) < text.index(END)
    assert [part.name for part in PARTS if f"\n## {part.name.title()}" not in text] == []

import io
from collections.abc import Mapping
from datetime import UTC, datetime

from flexsync_cli.cli.attention import MOST, tell_matters
from flexsync_cli.cli.console import console_for
from flexsync_cli.cli.matters import Matter, matters
from flexsync_cli.domain.model import ToDo
from flexsync_cli.domain.plan import Note, StepOutcome
from flexsync_cli.services.run import Report

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def found(*notes: Note, todos: Mapping[str, str] | None = None) -> list[tuple[str, tuple[str, ...]]]:
    standing = [ToDo(f"{kind}:{relation_id}", kind, NOW, relation_id) for relation_id, kind in (todos or {}).items()]
    report = Report(outcomes=[StepOutcome("push", notes=list(notes))], todos=standing)
    return [(matter.title, matter.people) for matter in matters(report)]


def test_alike_are_together_in_the_order_of_their_numbers() -> None:
    notes = [Note(relation_id, "bad_address") for relation_id in ("10", "9", "10", "B2")]
    assert found(*notes) == [("E-mail address is not valid", ("9", "10", "B2"))]


def test_what_is_to_be_mended_is_part_of_the_reason() -> None:
    notes = [Note("1", "cut", (("field", "name"),)), Note("2", "cut", (("field", "first_name"),))]
    assert found(*notes) == [("Too long for Flexmail (cut: name)", ("1",)), ("Too long for Flexmail (cut: first name)", ("2",))]


def test_todos_come_first_and_what_may_wait_comes_last() -> None:
    titles = [
        title for title, _ in found(Note("1", "shadowed", (("by", "2"),)), Note("3", "bad_address"), todos={"9": "came_back"})
    ]
    assert titles == ["Came back in Flexmail", "E-mail address is not valid", "Shares its address with another relation"]


def test_what_is_a_todo_or_a_plan_is_not_told_twice() -> None:
    assert found(Note("1", "out"), Note("2", "guard"), todos={"1": "out_ticked"}) == [
        ("Newsletter ticked, but the person may not be mailed", ("1",))
    ]


def test_what_concerns_nobody_names_what_it_is_about() -> None:
    assert found(Note("", "interest_missing", (("interest", "Btw"),))) == [("Interest is not in Flexmail (Btw)", ())]


def test_the_like_that_concern_nobody_are_one_reason_in_a_steady_order() -> None:
    notes = [Note("", "interest_missing", (("interest", name),)) for name in "FBDCAE"]
    assert found(*notes) == [("Interest is not in Flexmail (A, B, C, D, E and 1 more)", ())]


def test_a_reason_without_words_of_its_own_is_told_all_the_same() -> None:
    assert found(Note("1", "brand_new")) == [("Something to look at (brand_new)", ("1",))]


def shown(count: int) -> list[str]:
    stream = io.StringIO()
    tell_matters(console_for(stream), [Matter("finding.other", f"reason {number}", ("1", "2")) for number in range(count)])
    return stream.getvalue().splitlines()


def test_a_long_list_says_how_much_more_there_is() -> None:
    lines = shown(MOST + 3)
    assert len(lines) == MOST + 3  # a heading, a row for the rest, an empty line
    assert lines[-2].split() == ["and", "3", "more", "reasons", "flexsync", "status"]


def test_one_more_is_singular() -> None:
    assert shown(MOST + 1)[-2].split() == ["and", "1", "more", "reason", "flexsync", "status"]


def test_nothing_to_tell_is_not_told() -> None:
    assert shown(0) == []

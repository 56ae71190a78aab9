"""Quiet but never mute: when a summary mail goes."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from flexsync_cli.domain.model import ToDo
from flexsync_cli.domain.plan import Guarded, KeptPlan, Note, Refusal, RefusalKind, StepOutcome
from flexsync_cli.domain.summary import When
from tests.services.desk import Desk, desk_in, failing, push


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_in(tmp_path) as desk:
        yield desk


def keep_plan(desk: Desk, kind: RefusalKind = RefusalKind.LIMIT, identity: str = "abc123") -> None:
    items = tuple(Guarded("leave", str(number), 900 + number) for number in range(1, 31))
    desk.state.plans.save(KeptPlan(identity, Refusal("push", kind, 30, 100, items), desk.clock.now()))


def add_todo(desk: Desk, relation_id: str = "7") -> None:
    open_ones = [*desk.state.todos.open(), ToDo(f"came_back:{relation_id}", "came_back", desk.clock.now(), relation_id)]
    desk.state.todos.replace(["came_back"], open_ones, desk.clock.now())


def test_daily_is_one_mail_a_day_over_its_runs_after_seven(desk: Desk) -> None:
    for hour in (11, 14, 20):
        desk.clock.set(2, hour)
        assert desk.run(push(created=2)).counts["mails"] == 0
    desk.clock.set(3, 6, 59)
    desk.run(push(created=1))
    assert desk.post.taken == []
    desk.clock.set(3, 7)
    assert desk.run(push()).counts["mails"] == 1
    assert "       7  added to Flexmail\n" in desk.post.text()
    assert "5 runs since 2 March 2026, 10:00" in desk.post.text()
    desk.clock.set(3, 15)
    desk.run(push(created=4))
    assert len(desk.post.taken) == 1


def test_a_day_without_anything_is_quiet_and_a_week_is_not(desk: Desk) -> None:
    for day in range(3, 9):
        desk.clock.set(day, 10)
        desk.run(push())
    assert desk.post.taken == []
    desk.clock.set(9, 10)
    desk.run(push())
    assert desk.post.subjects == ["flexsync: all is well"]
    desk.clock.set(10, 10)
    desk.run(push())
    assert len(desk.post.taken) == 1


@pytest.mark.parametrize("when", ["daily", "changes", "problems"])
def test_the_weekly_sign_of_life_comes_whatever_is_asked_for(desk: Desk, when: When) -> None:
    desk.mail = replace(desk.mail, when=when)
    desk.clock.set(9, 12)
    desk.run(push())
    assert desk.post.subjects == ["flexsync: all is well"]


def test_changes_is_after_each_run_that_did_something(desk: Desk) -> None:
    desk.mail = replace(desk.mail, when="changes")
    desk.clock.set(2, 3)
    assert desk.run(push(updated=1)).counts["mails"] == 1
    assert desk.run(push()).counts["mails"] == 0
    assert desk.run(push(left=1)).counts["mails"] == 1


def test_always_is_after_each_run(desk: Desk) -> None:
    desk.mail = replace(desk.mail, when="always")
    assert [desk.run(push()).counts["mails"] for _ in range(3)] == [1, 1, 1]


def test_problems_is_silent_about_what_went_well(desk: Desk) -> None:
    desk.mail = replace(desk.mail, when="problems")
    desk.clock.set(3, 10)
    desk.run(push(created=5))
    assert desk.post.taken == []
    add_todo(desk)
    desk.run(push())
    assert desk.post.subjects == ["flexsync: 1 thing for you, 1 new"]
    assert "       5  added to Flexmail\n" in desk.post.text()


@pytest.mark.parametrize("when", ["daily", "changes", "always", "problems"])
def test_a_failure_a_refusal_and_a_recovery_are_told_at_once_at_any_hour(desk: Desk, when: When) -> None:
    desk.mail = replace(desk.mail, when=when)
    desk.clock.set(3, 2)
    desk.run(failing("push"))
    desk.clock.set(3, 3)
    desk.run(push())
    desk.clock.set(3, 4)
    keep_plan(desk)
    desk.run(push(held=30))
    assert desk.post.subjects == [
        "flexsync: failed: bringing Flexmail up to date",
        "flexsync: all is well (works again)",
        "flexsync: held back, your approval is needed (30 people)",
    ]


def test_a_failure_that_lasts_is_told_once_then_daily_until_it_is_over(desk: Desk) -> None:
    for hour in (2, 3, 4):
        desk.clock.set(3, hour)
        desk.run(failing())
    assert len(desk.post.taken) == 1
    for hour in (7, 8, 9):
        desk.clock.set(3, hour)
        desk.run(failing())
    assert len(desk.post.taken) == 2
    assert "since 3 March 2026, 02:00" in desk.post.text()
    desk.clock.set(3, 10)
    desk.run(failing(), failing("clicks"))
    desk.run(failing(), failing("clicks"))
    assert desk.post.subjects[2:] == ["flexsync: failed: reading who opted out and 1 more"]


def test_works_again_is_told_with_since_when_it_did_not(desk: Desk) -> None:
    desk.clock.set(3, 2)
    desk.run(failing())
    works = StepOutcome("opt_outs")
    desk.clock.set(3, 6)
    desk.run(works, push())
    assert desk.post.subjects[1:] == ["flexsync: all is well (works again)"]
    assert "had failed since 3 March 2026, 02:00, and works again" in desk.post.text()
    desk.run(works, push())
    assert len(desk.post.taken) == 2


def test_another_cause_is_news(desk: Desk) -> None:
    desk.clock.set(3, 2)
    desk.run(failing())
    desk.run(failing(code=7, error="the month's calls are spent"))
    assert len(desk.post.taken) == 2
    assert "calls to Flexmail allowed for this month are spent" in desk.post.text()


def test_a_refused_plan_is_in_every_days_mail_until_it_is_settled(desk: Desk) -> None:
    desk.clock.set(3, 2)
    keep_plan(desk)
    desk.run(push(held=30))
    for hour in (3, 8, 12):
        desk.clock.set(3, hour)
        desk.run(push(held=30))
    desk.clock.set(4, 8)
    desk.run(push(held=30))
    assert len(desk.post.taken) == 3
    assert all("    flexsync approve abc123\n" in desk.post.text(number) for number in range(3))
    plan = desk.state.plans.get("abc123")
    assert plan is not None
    desk.state.plans.save(replace(plan, ended=desk.clock.now(), ended_how="approved"))
    desk.clock.set(5, 8)
    desk.run(push(created=1))
    assert "approve" not in desk.post.text()
    assert desk.post.subjects[-1] == "flexsync: all is well"


def test_an_offer_waits_for_the_day(desk: Desk) -> None:
    desk.clock.set(3, 2)
    keep_plan(desk, RefusalKind.OFFER)
    assert desk.run(push()).counts["mails"] == 0
    desk.clock.set(3, 8)
    desk.run(push())
    assert desk.post.subjects == ["flexsync: 1 thing for you, 1 new"]


def test_to_dos_stay_in_the_mail_and_are_new_once(desk: Desk) -> None:
    add_todo(desk, "7")
    desk.clock.set(3, 8)
    desk.run(push())
    add_todo(desk, "9")
    desk.clock.set(4, 8)
    desk.run(push())
    first, second = desk.post.text(0), desk.post.text(1)
    assert "  * 7, Name7 [new]\n" in first
    assert "  * 9, Name9 [new]\n  - 7, Name7\n" in second
    desk.clock.set(5, 8)
    desk.run(push())
    assert len(desk.post.taken) == 2


def test_a_to_do_that_was_settled_and_comes_back_is_new_again(desk: Desk) -> None:
    add_todo(desk)
    desk.clock.set(3, 8)
    desk.run(push())
    desk.state.todos.replace(["came_back"], [], desk.clock.now())
    desk.clock.set(4, 8)
    add_todo(desk)
    desk.run(push())
    assert desk.post.subjects[1] == "flexsync: 1 thing for you, 1 new"


def test_a_finding_is_new_once_though_each_push_notes_it(desk: Desk) -> None:
    bad = push(held=1)
    bad.notes.append(Note("5", "bad_address"))
    desk.clock.set(3, 8)
    desk.run(bad)
    assert "  * 5, Name5 [new]\n" in desk.post.text()
    desk.clock.set(4, 8)
    desk.run(bad)
    assert len(desk.post.taken) == 1
    desk.clock.set(5, 8)
    bad.counts["updated"] = 1
    desk.run(bad)
    assert "  - 5, Name5\n" in desk.post.text()


def test_a_push_that_failed_makes_no_old_finding_new(desk: Desk) -> None:
    bad = push(held=1)
    bad.notes.append(Note("5", "bad_address"))
    desk.clock.set(3, 8)
    desk.run(bad)
    desk.run(failing("push"))
    desk.clock.set(4, 8)
    desk.run(bad)
    assert "  - 5, Name5\n" in desk.post.text()


def test_what_one_run_noted_waits_for_the_days_mail(desk: Desk) -> None:
    cut = push(updated=1)
    cut.notes.append(Note("5", "cut", (("field", "name"),)))
    desk.clock.set(2, 15)
    desk.run(cut)
    desk.clock.set(3, 8)
    desk.run(push())
    assert "  * 5, Name5, cut: name [new]\n" in desk.post.text()
    desk.clock.set(4, 8)
    desk.run(push(created=1))
    assert "cut" not in desk.post.text()

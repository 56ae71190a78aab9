"""What a run leaves behind becomes the mail's content: grouped, the new ones on top, each told as new once."""

from datetime import UTC, datetime, timedelta

import pytest

from flexsync_cli.domain.digest import MOST_EXAMPLES, MOST_KNOWN, MOST_NAMED, Findings, digest, finding_id, todo_id
from flexsync_cli.domain.model import ToDo
from flexsync_cli.domain.news import Failing, News, Recovered
from flexsync_cli.domain.plan import Guarded, KeptPlan, Note, Refusal, RefusalKind
from flexsync_cli.domain.summary import Calls, Group, Row, Section

NOW = datetime(2026, 3, 3, 6, 5, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)
QUIET = News(YESTERDAY, runs=3)


def news(*notes: Note, counts: dict[str, int] | None = None, people: dict[str, tuple[str, ...]] | None = None) -> News:
    return News(YESTERDAY, runs=3, counts=counts or {}, people=people or {}, notes=notes)


def todo(relation_id: str, kind: str = "out_ticked", **data: str) -> ToDo:
    return ToDo(f"{kind}:{relation_id}", kind, YESTERDAY, relation_id, data=data)


def parked(relation_id: str, field: str = "email") -> Note:
    return Note(relation_id, "parked", (("problem", "invalid"), ("field", field)))


def plan(kind: RefusalKind, *items: Guarded, number: str = "a1") -> KeptPlan:
    return KeptPlan(number, Refusal("push", kind, 12, 100, items), YESTERDAY)


def shown(groups: tuple[Group, ...]) -> dict[str, list[str]]:
    return {each.kind: [row.relation_id for row in each.rows] for each in groups}


def test_what_the_runs_left_is_passed_on() -> None:
    failing, recovered = (Failing("push", YESTERDAY, "no", 4),), (Recovered("clicks", YESTERDAY),)
    found = Findings(
        NOW,
        News(YESTERDAY, runs=7, failing=failing, recovered=recovered),
        standing={"unchanged": 4, "created": 2, "held": 0, "unheard_of": 9},
        calls=Calls(5, 9),
        items_failed=2,
        observe=True,
    )
    made = digest(found).summary
    assert (made.at, made.since, made.runs, made.failing, made.recovered) == (NOW, YESTERDAY, 7, failing, recovered)
    assert (made.calls, made.items_failed, made.observe, made.first) == (Calls(5, 9), 2, True, False)
    assert made.standing == (("created", 2), ("unchanged", 4))


def test_calls_are_told_only_where_they_are_wanted() -> None:
    assert digest(Findings(NOW, QUIET, calls=Calls(5, 9), include=("created",))).summary.calls is None


def test_todos_are_grouped_by_kind_with_the_new_ones_first() -> None:
    old, new, other = todo("1", since="x"), todo("2"), todo("3", "came_back")
    found = Findings(NOW, QUIET, told=frozenset({todo_id(old)}), todos=(old, new, other), names={"1": "An"})
    assert digest(found).summary.todos == (
        Group("out_ticked", (Row("2", new=True), Row("1", "An", {"since": "x"})), 2, 1),
        Group("came_back", (Row("3", new=True),), 1, 1),
    )


def test_a_kind_with_nothing_new_comes_after_one_with() -> None:
    old, new = todo("1"), todo("2", "came_back")
    made = digest(Findings(NOW, QUIET, told=frozenset({todo_id(old)}), todos=(old, new))).summary
    assert [each.kind for each in made.todos] == ["came_back", "out_ticked"]


def test_a_todo_that_was_settled_and_came_back_is_new() -> None:
    before, again = todo("1"), ToDo("out_ticked:1", "out_ticked", NOW, "1")
    assert digest(Findings(NOW, QUIET, told=frozenset({todo_id(before)}), todos=(again,))).summary.todos[0].new == 1


def test_a_mail_shows_25_todos_of_a_kind_and_tells_how_many_there_are() -> None:
    (made,) = digest(Findings(NOW, QUIET, todos=[todo(str(number)) for number in range(30)])).summary.todos
    assert (len(made.rows), made.total) == (25, 30)


def test_what_the_mail_told_is_known_the_next_time() -> None:
    """Whatever it is: nothing is new twice."""
    offer = plan(RefusalKind.OFFER, Guarded("leave", "3"))
    first = digest(Findings(NOW, QUIET, todos=(todo("1"),), plans=(offer,), notes=(parked("2"),)))
    assert (first.done, first.problem, first.summary.new_to_do) == (True, True, 3)
    second = digest(Findings(NOW, QUIET, first.ids, (todo("1"),), (offer,), (parked("2"),)))
    assert (second.done, second.problem, second.summary.new_to_do, second.ids) == (False, False, 0, first.ids)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (parked("1", "email"), parked("1", "field:Omzet")),
        (parked("1"), parked("2")),
        (Note("1", "parked", (("problem", "invalid"),)), Note("1", "parked", (("problem", "limit"),))),
        (Note("", "interest_missing", (("interest", "Bouw"),)), Note("", "interest_missing", (("interest", "Zorg"),))),
        (Note("1", "bad_address"), Note("1", "no_address")),
    ],
)
def test_another_trouble_of_the_same_relation_is_new(one: Note, other: Note) -> None:
    told = digest(Findings(NOW, QUIET, notes=(one,))).ids
    assert [each.new for each in digest(Findings(NOW, QUIET, told, notes=(other,))).summary.findings] == [1]


def test_the_same_trouble_is_known_whatever_else_is_said_of_it() -> None:
    assert finding_id(Note("1", "shadowed", (("by", "2"),))) == finding_id(Note("1", "shadowed", (("by", "3"),)))
    assert finding_id(Note("1", "parked")) == "finding:parked_:1:"


def test_findings_are_grouped_by_what_was_refused_and_sorted_as_people_do() -> None:
    notes = (parked("10"), Note("4", "cut", (("field", "name"),)), parked("9"))
    made = digest(Findings(NOW, QUIET, notes=notes, names={"9": "Jef"})).summary
    assert shown(made.findings) == {"parked_invalid": ["9", "10"], "cut": ["4"]}
    assert made.findings[0].rows[0] == Row("9", "Jef", {"problem": "invalid", "field": "email"}, new=True)


def test_what_must_be_mended_comes_first() -> None:
    made = digest(Findings(NOW, QUIET, notes=(Note("1", "cut"), Note("2", "bad_address"), Note("3", "shadowed")))).summary
    assert [each.kind for each in made.findings] == ["bad_address", "cut", "shadowed"]


def test_what_is_told_as_a_todo_or_a_plan_is_no_finding() -> None:
    kinds = ("out", "deleted_there", "address_of_another", "guard")
    notes = [Note("1", kind) for kind in kinds]
    notes += [Note("1", "parked", (("problem", problem),)) for problem in ("blacklisted", "inactive_there")]
    assert digest(Findings(NOW, QUIET, notes=notes)).summary.findings == ()


def test_what_single_runs_noted_is_added_once() -> None:
    cut, shadowed = Note("1", "cut"), Note("2", "shadowed")
    made = digest(Findings(NOW, news(cut, shadowed), notes=(shadowed,))).summary
    assert shown(made.findings) == {"shadowed": ["2"], "cut": ["1"]}
    assert all(each.total == 1 for each in made.findings)


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("shadowed", "duplicates"),
        ("profile_conflict", "added"),
        ("profile_unmapped", "added"),
        ("opt_in_bad_address", "added"),
        ("opt_in_without_fields", "added"),
        ("cut", "parked"),
    ],
)
def test_a_finding_is_shown_with_its_part_of_the_mail(kind: str, part: str) -> None:
    note = Note("1", kind)
    assert shown(digest(Findings(NOW, QUIET, notes=(note,), include=(part,))).summary.findings) == {kind: ["1"]}
    others = tuple({"duplicates", "added", "parked", "created"} - {part})
    assert digest(Findings(NOW, QUIET, notes=(note,), include=others)).summary.findings == ()


@pytest.mark.parametrize(("kind", "known", "new"), [("cut", 10, 25), ("bad_address", 25, 25)])
def test_of_what_was_told_and_calls_for_nothing_a_mail_shows_ten(kind: str, known: int, new: int) -> None:
    notes = [Note(str(number), kind) for number in range(40)]
    (fresh,) = digest(Findings(NOW, QUIET, notes=notes)).summary.findings
    told = frozenset(map(finding_id, notes))
    (stale,) = digest(Findings(NOW, QUIET, told, notes=notes)).summary.findings
    assert (len(fresh.rows), len(stale.rows), fresh.total, stale.total) == (new, known, 40, 40)


def test_as_many_as_are_new_are_shown() -> None:
    notes = [Note(str(number), "cut") for number in range(40)]
    told = frozenset(map(finding_id, notes[15:]))
    (made,) = digest(Findings(NOW, QUIET, told, notes=notes)).summary.findings
    assert (len(made.rows), made.new, all(row.new for row in made.rows)) == (15, 15, True)
    assert MOST_KNOWN < 15


def test_what_begins_now_is_said_once_for_each_step_and_is_no_finding() -> None:
    begin = [Note("", "begins_now", (("step", step),)) for step in ("profiles", "clicks", "profiles")]
    made = digest(Findings(NOW, news(*begin)))
    assert (made.summary.begins, made.summary.findings, made.done) == (("profiles", "clicks"), (), True)
    cut = Note("1", "cut")
    assert digest(Findings(NOW, news(cut))).summary.begins == ()
    first = digest(Findings(NOW, news(*begin), first=True))
    assert (first.summary.begins, first.summary.first, first.done) == ((), True, True)


def test_a_refused_plan_says_what_it_would_do_to_whom() -> None:
    items = [Guarded("leave", str(number)) for number in range(7)]
    items += [Guarded("create", "1"), Guarded("leave", ""), Guarded("leave", "0")]
    made = digest(Findings(NOW, QUIET, plans=(plan(RefusalKind.LIMIT, *items),), names={"0": "An"}, config="/c.toml"))
    (approval,) = made.summary.approvals
    assert (approval.id, approval.step, approval.kind, approval.people, approval.of) == ("a1", "push", "limit", 12, 100)
    assert (approval.created, approval.changes) == (YESTERDAY, (("create", 1), ("leave", 9)))
    assert approval.examples == (Row("0", "An"), *(Row(str(number)) for number in range(1, MOST_EXAMPLES)))
    assert (approval.offer, approval.typed, approval.new, approval.config) == (False, False, True, "/c.toml")
    assert made.done


@pytest.mark.parametrize(
    ("kind", "offer", "typed"),
    [(RefusalKind.OFFER, True, False), (RefusalKind.ABSENT, True, False), (RefusalKind.NUMBERS, False, True)],
)
def test_an_offer_stops_nothing_and_gone_numbers_must_be_typed(kind: RefusalKind, offer: bool, typed: bool) -> None:
    made = digest(Findings(NOW, QUIET, told=frozenset({"plan:a1"}), plans=(plan(kind),)))
    (approval,) = made.summary.approvals
    assert (approval.offer, approval.typed, approval.new, made.done) == (offer, typed, False, False)


def test_sections_show_what_was_counted_with_some_of_the_people() -> None:
    counts = {"push.created": 14, "push.adopted": 0, "clicks.clicks": 5, "push.left": 1, "unheard.of": 2}
    everybody = tuple(str(number) for number in range(14))
    found = Findings(
        NOW, news(counts=counts, people={"created": everybody}), names={"0": "An"}, include=("created", "clicks", "updated")
    )
    made = digest(found)
    rows = (Row("0", "An"), *(Row(str(number)) for number in range(1, MOST_NAMED)))
    sections = (Section("created", (("push.created", 14),), rows), Section("clicks", (("clicks.clicks", 5),), ()))
    assert (made.summary.sections, made.done, made.problem) == (sections, True, False)


@pytest.mark.parametrize(
    ("counts", "done", "problem"),
    [
        ({}, False, False),
        ({"push.unchanged": 900}, False, False),
        ({"push.created": 0}, False, False),
        ({"push.left": 1}, True, False),
        ({"interests.failed": 1}, True, True),
        ({"push.newly_parked": 1}, True, True),
    ],
)
def test_what_was_done_and_what_went_wrong_ask_for_a_mail(counts: dict[str, int], done: bool, problem: bool) -> None:
    made = digest(Findings(NOW, news(counts=counts)))
    assert (made.done, made.problem) == (done, problem)


def test_a_new_finding_alone_is_something_to_tell() -> None:
    made = digest(Findings(NOW, QUIET, notes=(Note("1", "shadowed"),)))
    assert (made.done, made.problem) == (True, False)


def test_who_has_no_name_is_shown_without_one() -> None:
    made = digest(Findings(NOW, QUIET, notes=(parked("1"), parked("2")), names={"2": "An"}))
    assert [row.name for group in made.summary.findings for row in group.rows] == ["", "An"]

import io
from collections import Counter

import pytest
from rich.cells import cell_len

from flexsync_cli.cli.console import console_for, say
from flexsync_cli.cli.tables import print_table, step_line
from flexsync_cli.domain.document import STEP_KEYS
from flexsync_cli.domain.plan import StepOutcome

COLUMNS = ("address", "relation", "name")
ROWS = (("info@" + "lang-" * 12 + "naam.example.be", 12, "Évrard [bold]x[/] :smile:"), ("b@example.be", 3456, "Łukasz"))


def drawn(width: int) -> list[str]:
    stream = io.StringIO()
    print_table(console_for(stream, width, terminal=True), COLUMNS, ROWS)
    return stream.getvalue().splitlines()


def redirected(rows: tuple[tuple[object, ...], ...] = ROWS, title: str = "") -> list[str]:
    stream = io.StringIO()
    print_table(console_for(stream), COLUMNS, rows, title)
    return stream.getvalue().splitlines()


@pytest.mark.parametrize("width", [80, 140])
def test_a_table_fits_the_terminal(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    assert max(cell_len(line) for line in drawn(width)) <= width


def test_a_wide_terminal_shows_a_row_in_one_line() -> None:
    assert sum("naam.example.be" in line and "3456" not in line for line in drawn(140)) == 1


def test_redirected_a_table_is_aligned_uncut_and_without_drawing() -> None:
    address = ROWS[0][0]
    assert redirected(title="Duplicates") == [
        "Duplicates",
        f"{'address':<{len(address)}}  relation  name",
        f"{address}        12  Évrard [bold]x[/] :smile:",
        f"{'b@example.be':<{len(address)}}      3456  Łukasz",
    ]


def test_what_would_forge_a_line_or_steer_the_terminal_is_taken_out() -> None:
    assert redirected((("a", 1, "x\x1b[31m\ny"),))[1:] == ["a               1  x [31m y"]


def test_a_long_line_is_never_wrapped() -> None:
    stream = io.StringIO()
    console_for(stream).print("x" * 500)
    assert stream.getvalue() == "x" * 500 + "\n"


def test_a_console_in_cp1252_shows_a_question_mark() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="cp1252", errors="replace")
    print_table(console_for(stream, 80, terminal=True), COLUMNS, ROWS)
    stream.flush()
    shown = raw.getvalue().decode("cp1252")
    assert "?ukasz" in shown
    assert "Évrard" in shown


def test_the_last_line_of_a_push() -> None:
    counts = Counter(selected=30, created=12, updated=3, unchanged=13, left=1, parked=2)
    outcome = StepOutcome("push", counts, calls=7, seconds=4.123)
    assert step_line(outcome) == "push: 12 created, 3 updated, 1 left, 2 parked, 0 failed, 7 calls, 4.1 s"


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("opt_outs", "0 events, 0 states, 4 unticked, 0 gone, 0 held, 0 ended, 0 echoes, 1 failed"),
        ("bounces", "0 hard, 0 soft, 0 unknown, 4 unticked, 0 notified, 1 failed"),
        ("contacts", "0 added, 0 ticked, 0 todos, 1 failed"),
        ("summary", "0 mails, 0 outbox, 1 failed"),
    ],
)
def test_the_last_line_of_the_other_steps(name: str, line: str) -> None:
    assert step_line(StepOutcome(name, Counter(unticked=4, failed=1))) == f"{name}: {line}, 0 calls, 0.0 s"


@pytest.mark.parametrize("name", STEP_KEYS)
def test_the_last_line_always_tells_failures_calls_and_seconds(name: str) -> None:
    assert step_line(StepOutcome(name)).endswith(", 0 failed, 0 calls, 0.0 s")


def test_on_a_narrow_terminal_a_line_is_broken_between_words_and_indented() -> None:
    stream = io.StringIO()
    say(console_for(stream, 24, terminal=True), "push: 12 created, 3 updated, 1 left", indent=2)
    assert stream.getvalue().splitlines() == ["  push: 12 created, 3", "    updated, 1 left"]


def test_redirected_a_line_stays_one_line_and_can_not_be_forged() -> None:
    stream = io.StringIO()
    say(console_for(stream), "word " * 60 + "\x1b[31m\nend")
    assert stream.getvalue() == "word " * 60 + " [31m end\n"


def test_a_step_line_is_broken_after_commas_only() -> None:
    stream = io.StringIO()
    say(console_for(stream, 40, terminal=True), "push: 12 created, 3 updated, 0 failed, 7 calls, 4.1 s", listed=True)
    assert [line.rstrip() for line in stream.getvalue().splitlines()] == [
        "push: 12 created, 3 updated, 0 failed,",
        "  7 calls, 4.1 s",
    ]

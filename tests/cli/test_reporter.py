import io

import pytest
from rich.console import Console

from flexsync_cli.cli.console import console_for
from flexsync_cli.cli.reporter import ConsoleReporter
from flexsync_cli.ports import Reporter


class ClosedStream(io.StringIO):
    def write(self, text: str) -> int:
        raise BrokenPipeError


def told(*, quiet: bool = False) -> list[str]:
    stream = io.StringIO()
    with ConsoleReporter(console_for(stream), quiet=quiet) as reporter:
        reporter.step("push", 3)
        reporter.advance()
        reporter.line("created: relation 1001\x1b[2J")
        reporter.waiting(23.4)
        reporter.waiting(0.8)
        reporter.warn("relation 1002 has two addresses")
    return stream.getvalue().splitlines()


def test_redirected_it_is_one_plain_line_an_event() -> None:
    assert told() == [
        "push: 3 to do",
        "created: relation 1001 [2J",
        "waiting for Flexmail, 24 s",
        "warning: relation 1002 has two addresses",
    ]


def test_redirected_waits_are_told_once_a_minute() -> None:
    now = [100.0]
    stream = io.StringIO()
    reporter = ConsoleReporter(Console(file=stream, get_time=lambda: now[0]))
    for _ in range(30):
        reporter.waiting(6.0)
        now[0] += 6.0
    assert stream.getvalue().splitlines() == ["waiting for Flexmail, 6 s"] * 3


def test_quiet_tells_warnings_only() -> None:
    assert told(quiet=True) == ["warning: relation 1002 has two addresses"]


def test_it_is_a_reporter() -> None:
    reporter: Reporter = ConsoleReporter(console_for(io.StringIO()))
    reporter.step("clicks")


@pytest.mark.parametrize("width", [80, 140])
def test_a_terminal_shows_a_bar_with_the_wait_in_one_line(width: int) -> None:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, color_system=None, width=width, get_time=lambda: 100.0)
    with ConsoleReporter(console) as reporter:
        reporter.step("interests", 1200)
        reporter.advance(30)
        reporter.waiting(23.0)
        reporter.line("relation 1001: 2 interests")
    shown = stream.getvalue()
    bar = next(line for line in shown.splitlines() if "30/1200" in line)
    assert "interests" in bar
    assert "waiting for Flexmail, 23 s" in bar
    assert "relation 1001: 2 interests" in shown


def test_a_wait_that_is_over_is_no_longer_told() -> None:
    now = [100.0]
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, color_system=None, width=80, get_time=lambda: now[0])
    with ConsoleReporter(console) as reporter:
        reporter.step("push", 10)
        reporter.waiting(23.0)
        now[0] = 124.0
        reporter.advance()
    assert "waiting" not in next(line for line in stream.getvalue().splitlines() if " 1/10" in line)


def test_the_time_left_goes_by_the_whole_step_with_its_waits() -> None:
    now = [100.0]
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, color_system=None, width=80, get_time=lambda: now[0])
    with ConsoleReporter(console) as reporter:
        reporter.step("push", 600)
        reporter.advance(60)
        now[0] = 103.0
        reporter.waiting(57.0)
        reporter.line("still waiting")
    bar = next(line for line in stream.getvalue().splitlines() if " 60/600" in line and "waiting" in line)
    assert "0:09:00" in bar  # nine more minutes of 60 each


def test_a_stream_that_was_closed_does_not_stop_the_work() -> None:
    with ConsoleReporter(console_for(ClosedStream())) as reporter:
        reporter.line("anything")
        reporter.warn("anything")

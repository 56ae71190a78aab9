"""What every Clock, Reporter, StopSignal and Letters does: those of the program, and those that tests put in their place."""

import io
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from benchmarks.moment import VirtualClock
from hypothesis import example, given
from hypothesis import strategies as st
from rich.console import Console

from flexsync_cli.adapters.clock import SystemClock
from flexsync_cli.adapters.mail.letters import JinjaLetters
from flexsync_cli.adapters.mail.texts import LANGUAGES
from flexsync_cli.adapters.stop import SIGNALS, StopOnSignal
from flexsync_cli.cli.console import console_for
from flexsync_cli.cli.reporter import ConsoleReporter
from flexsync_cli.errors import Interrupted
from flexsync_cli.ports import Clock, Envelope, Letter, Letters, Reporter, StopSignal
from tests.golden import samples
from tests.services.desk import Never, Notes, SetClock

# ---- Clock


@pytest.fixture(params=[SystemClock, VirtualClock, SetClock])
def clock(request: pytest.FixtureRequest) -> Clock:
    made: Clock = request.param()
    return made


def test_a_clock_tells_moments_in_utc(clock: Clock) -> None:
    assert clock.now().utcoffset() == timedelta()


def test_while_one_sleeps_that_much_time_passes(clock: Clock) -> None:
    began = clock.now()
    clock.sleep(0.02)
    assert clock.now() - began >= timedelta(seconds=0.02)


# ---- Reporter


class Closed(io.StringIO):
    """What is left of a terminal that was closed."""

    def write(self, text: str) -> int:
        raise BrokenPipeError


@contextmanager
def on(console: Console, *, quiet: bool = False, verbose: bool = False) -> Iterator[Reporter]:
    with ConsoleReporter(console, quiet=quiet, verbose=verbose) as reporter:
        yield reporter


REPORTERS: dict[str, Callable[[], AbstractContextManager[Reporter]]] = {
    "terminal": lambda: on(console_for(io.StringIO(), 80, terminal=True)),
    "redirected": lambda: on(console_for(io.StringIO())),
    "quiet": lambda: on(console_for(io.StringIO()), quiet=True),
    "verbose": lambda: on(console_for(io.StringIO()), verbose=True),
    "closed": lambda: on(console_for(Closed())),
    "closed terminal": lambda: on(console_for(Closed(), 80, terminal=True)),
    "of code page 1252": lambda: on(console_for(io.TextIOWrapper(io.BytesIO(), encoding="cp1252", errors="replace"))),
    "in tests": lambda: nullcontext(Notes()),
}
TEXTS = st.text() | st.sampled_from(["[bold]x[/bold]", "\x1b[2J", "\r\n", "\ud800", "Łódź → €", "x" * 10_000])


@pytest.mark.parametrize("name", REPORTERS)
@given(text=TEXTS, count=st.integers(0, 10**9), seconds=st.floats(0, 1e9))
@example(text="", count=0, seconds=0.0)
def test_a_reporter_never_fails_whatever_it_is_told(name: str, text: str, count: int, seconds: float) -> None:
    with REPORTERS[name]() as reporter:
        reporter.advance(count)
        reporter.waiting(seconds)
        for total in (None, count):
            reporter.step(text, total)
            reporter.advance(count)
        reporter.waiting(seconds)
        reporter.event("push.created", relation=text)
        reporter.line(text)
        reporter.warn(text)


# ---- StopSignal


@pytest.mark.parametrize("stop", [StopOnSignal(), Never()])
def test_while_nobody_asks_the_work_goes_on(stop: StopSignal) -> None:
    stop.check()


@pytest.mark.parametrize("number", SIGNALS)
def test_who_asked_is_heard_at_each_check(number: signal.Signals) -> None:
    with StopOnSignal() as stop:
        signal.raise_signal(number)
        for _ in range(2):
            with pytest.raises(Interrupted):
                stop.check()


# ---- Letters

ENVELOPE = Envelope("flexsync@example.be", ("els@example.be",), datetime(2026, 3, 3, tzinfo=UTC), "id@example.be")


def written(letters: Letters, language: str) -> Iterator[Letter]:
    yield letters.bounces(samples.bounces(), language)
    yield from (letters.summary(make(), language) for make in samples.SUMMARIES.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_says_the_same_twice_and_comes_as_it_was_written(language: str) -> None:
    letters: Letters = JinjaLetters()
    for letter in written(letters, language):
        mail = message_from_bytes(letters.message(letter, ENVELOPE), policy=policy.default)
        subject = mail["Subject"].strip()  # a long one begins on a line of its own
        assert (subject, mail["To"], mail["Message-ID"]) == (letter.subject, "els@example.be", "<id@example.be>")
        text, html = mail.get_body(("plain",)), mail.get_body(("html",))
        assert text is not None
        assert html is not None
        assert text.get_content().split() == letter.text.split()
        assert html.get_content().split() == letter.html.split()

"""When a mail is due, over any course of days."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsync_cli.domain.months import BRUSSELS, day_of
from flexsync_cli.domain.news import Failing, News, Recovered
from flexsync_cli.domain.plan import Note
from flexsync_cli.domain.summary import SIGN_OF_LIFE, Summary, Timing, When, is_due

BEGAN = datetime(2026, 10, 20, 12, tzinfo=UTC)  # a week later an hour happens twice
PAUSE = timedelta(hours=5)
RUNS = [BEGAN + number * PAUSE for number in range(100)]


def mails(when: When, doing: list[bool]) -> list[datetime]:
    """When mails go, of runs some of which do something."""
    return mails_of(when, list(zip(RUNS, doing, strict=False)))


def mails_of(when: When, course: list[tuple[datetime, bool]]) -> list[datetime]:
    sent: list[datetime] = []
    done, runs = False, 0
    for at, did in course:
        done, runs = done or did, runs + 1
        since = sent[-1] if sent else course[0][0]
        if is_due(when, Summary(at, since, runs), Timing(done, False, course[0][0], sent[-1] if sent else None)):
            sent.append(at)
            done, runs = False, 0
    return sent


days = st.lists(st.booleans(), min_size=len(RUNS), max_size=len(RUNS))


@given(days)
def test_daily_is_never_twice_a_day_nor_before_seven(doing: list[bool]) -> None:
    sent = mails("daily", doing)
    assert len({day_of(at) for at in sent}) == len(sent)
    assert all(at.astimezone(BRUSSELS).hour >= 7 for at in sent)


@given(days, st.sampled_from(["daily", "changes", "problems"]))
def test_nobody_waits_longer_than_a_week_and_a_night_for_a_sign_of_life(doing: list[bool], when: When) -> None:
    sent = [BEGAN, *mails(when, doing), RUNS[-1]]
    assert all(later - before <= SIGN_OF_LIFE + timedelta(days=1) for before, later in pairwise(sent))


@given(days)
def test_what_was_done_is_told_within_a_day(doing: list[bool]) -> None:
    sent = mails("daily", doing)
    for at, did in zip(RUNS, doing, strict=False):
        if did and at < RUNS[-1] - timedelta(hours=25) + PAUSE:
            assert any(timedelta(0) <= later - at <= timedelta(hours=25) + PAUSE for later in sent)


def test_an_office_whose_one_run_a_day_comes_before_seven_gets_its_mail() -> None:
    nights = [datetime(2026, 10, 20, 2, 30, tzinfo=UTC) + timedelta(days=day) for day in range(5)]
    assert mails_of("daily", [(night, True) for night in nights]) == nights[1:]


@pytest.mark.parametrize(("hours", "due"), [(17, False), (18, True)])
def test_runs_that_are_eighteen_hours_apart_do_not_wait_for_the_morning(hours: int, due: bool) -> None:
    night = datetime(2026, 10, 21, 2, tzinfo=UTC)
    before = night - timedelta(hours=hours)
    assert is_due("daily", Summary(night, before, runs=2), Timing(True, False, before, None)) is due


def test_what_is_kept_stays_small() -> None:
    news = News(BEGAN)
    for number in range(1000):
        news = news.naming([("created", str(number))]).noting([Note(str(number), "cut")])
        news = news.counted(1, [("push", {"created": 1, "failed": 0})])
    assert (len(news.people["created"]), len(news.notes), news.runs) == (50, 100, 1000)
    assert news.counts == {"push.created": 1000}


def test_a_failure_that_nobody_was_told_of_does_not_recover() -> None:
    failing = Failing("push", BEGAN, "why", 4)
    news = News(BEGAN).judged(["push"], [failing])
    assert news.failing == (failing,)
    assert news.judged(["push"], []).recovered == ()
    assert news.mailed(BEGAN).judged(["push"], []).recovered == (Recovered("push", BEGAN),)


def test_a_step_that_did_not_run_goes_on_failing() -> None:
    news = News(BEGAN).judged(["clicks"], [Failing("clicks", BEGAN, "why", 4)])
    assert [each.step for each in news.judged(["push"], []).failing] == ["clicks"]

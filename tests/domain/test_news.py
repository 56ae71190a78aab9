"""What waits for the next summary mail: summed, named once, and a trouble told once."""

from datetime import UTC, datetime, timedelta

from flexsync_cli.domain.news import MAX_NOTES, MAX_PEOPLE, Failing, News, Read, Recovered
from flexsync_cli.domain.plan import Note

NOW = datetime(2026, 3, 3, 6, 5, tzinfo=UTC)
EARLIER = NOW - timedelta(hours=5)
NEWS = News(EARLIER, Read("run1", 7, frozenset({3})))


def failing(step: str = "push", since: datetime = NOW, code: int = 4, *, told: bool = False) -> Failing:
    return Failing(step, since, "no answer", code, told)


def test_the_counts_of_all_runs_are_summed() -> None:
    news = NEWS.counted(1, [("push", {"created": 2, "left": 0})]).counted(
        2, [("push", {"created": 3}), ("clicks", {"clicks": 1})]
    )
    assert (news.runs, dict(news.counts)) == (3, {"push.created": 5, "clicks.clicks": 1})


def test_everybody_is_named_once_and_no_more_than_anybody_reads() -> None:
    news = NEWS.naming([("created", "1"), ("created", "2"), ("left", "1")]).naming([("created", "1"), ("created", "3")])
    assert news.people == {"created": ("1", "2", "3"), "left": ("1",)}
    many = NEWS.naming(("created", str(number)) for number in range(MAX_PEOPLE + 10))
    assert len(many.people["created"]) == MAX_PEOPLE


def test_notes_of_one_run_wait_for_the_mail_and_standing_ones_do_not() -> None:
    cut, dropped = Note("1", "cut"), Note("1", "interest_dropped")
    assert NEWS.noting([cut, dropped]).noting([cut]).notes == (cut,)
    assert len(NEWS.noting(Note(str(number), "cut") for number in range(MAX_NOTES + 10)).notes) == MAX_NOTES


def test_a_trouble_that_lasts_keeps_its_beginning_and_is_told_once() -> None:
    first = NEWS.judged(["push"], [failing(since=EARLIER)])
    assert first.failing == (failing(since=EARLIER),)
    assert first.judged(["push"], [failing()]).failing == (failing(since=EARLIER),)
    mailed = first.mailed(NOW)
    assert (mailed.failing, mailed.since, mailed.read) == ((failing(since=EARLIER, told=True),), NOW, NEWS.read)
    assert mailed.judged(["push"], [failing()]).failing == (failing(since=EARLIER, told=True),)


def test_another_cause_is_news() -> None:
    mailed = NEWS.judged(["push"], [failing(since=EARLIER)]).mailed(NOW)
    assert mailed.judged(["push"], [failing(code=7)]).failing == (failing(since=EARLIER, code=7),)


def test_what_works_again_is_told_to_who_was_told_of_the_trouble() -> None:
    known = NEWS.judged(["push", "clicks"], [failing(since=EARLIER), failing("clicks", EARLIER)]).mailed(EARLIER)
    well = known.judged(["push"], []).judged(["clicks"], [])
    assert (well.failing, well.recovered) == ((), (Recovered("push", EARLIER), Recovered("clicks", EARLIER)))
    untold = NEWS.judged(["push"], [failing()]).judged(["push"], [])
    assert (untold.failing, untold.recovered) == ((), ())


def test_a_step_that_did_not_run_is_no_better_than_it_was() -> None:
    known = NEWS.judged(["push"], [failing()])
    assert known.judged(["clicks"], [failing("clicks")]).failing == (failing(), failing("clicks"))


def test_after_the_mail_nothing_is_left_to_tell() -> None:
    news = NEWS.counted(2, [("push", {"created": 1})]).naming([("created", "1")]).noting([Note("1", "cut")])
    assert news.mailed(NOW) == News(NOW, NEWS.read)

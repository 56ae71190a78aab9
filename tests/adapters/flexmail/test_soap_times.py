"""Local times without a zone: which zone it is, and what a stamp means."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flexsync_cli.adapters.flexmail.soap_times import BRUSSELS, FlexmailTime, parse_stamp, request_stamp, since_stamp, zone_of

SUMMER = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
WINTER = datetime(2026, 1, 15, 10, 0, tzinfo=UTC)
MOMENTS = st.integers(1_577_836_800, 2_208_988_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))  # 2020 to 2040


def shown(utc: datetime, hours: float) -> datetime:
    return (utc + timedelta(hours=hours)).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("now", "hours", "zone"),
    [
        (SUMMER, 2, BRUSSELS),
        (WINTER, 1, BRUSSELS),
        (SUMMER, 0, UTC),
        (WINTER, 0, UTC),
        (SUMMER, 2.4, BRUSSELS),  # a clock 24 minutes fast
        (SUMMER, -0.4, UTC),
        (WINTER, 0.5, BRUSSELS),  # as far from both
        (SUMMER, 1, timezone(timedelta(hours=1))),
        (SUMMER, 5.52, timezone(timedelta(hours=5, minutes=30))),
        (SUMMER, -8, timezone(timedelta(hours=-8))),
        (SUMMER, 14, timezone(timedelta(hours=14))),
        (SUMMER, 15, BRUSSELS),  # no zone is that far: one of the clocks is wrong
        (SUMMER, -24 * 400, BRUSSELS),
    ],
)
def test_the_zone_is_the_nearest(now: datetime, hours: float, zone: tzinfo) -> None:
    assert zone_of(shown(now, hours), now) == zone


@given(now=MOMENTS, zone=st.sampled_from([BRUSSELS, UTC]), off=st.integers(-29, 29))
def test_a_clock_some_minutes_off_shows_the_same_zone(now: datetime, zone: tzinfo, off: int) -> None:
    local = now.astimezone(zone).replace(tzinfo=None) + timedelta(minutes=off)
    assert zone_of(local, now) == zone


@pytest.mark.parametrize(
    ("text", "stamp"),
    [
        ("2026-07-01T12:00:05", "2026-07-01T12:00:05"),
        (" 2026-07-01 12:00:05 ", "2026-07-01T12:00:05"),
        ("2026-07-01 12:00", "2026-07-01T12:00:00"),
        ("2026-07-01", "2026-07-01T00:00:00"),
        ("2026-07-01T12:00:05.250", "2026-07-01T12:00:05.250000"),
        ("2026-07-01T12:00:05Z", "2026-07-01T12:00:05+00:00"),
        ("2026-07-01T12:00:05+02:00", "2026-07-01T12:00:05+02:00"),
        ("01-07-2026 12:00:05", "2026-07-01T12:00:05"),
        ("01/07/2026 12:00", "2026-07-01T12:00:00"),
    ],
)
def test_stamps_are_read_leniently(text: str, stamp: str) -> None:
    read = parse_stamp(text)
    assert read is not None
    assert read.isoformat() == stamp


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0000-00-00 00:00:00",
        "0001-01-01T00:00:00",
        "1970-01-01 01:00:00",
        "9999-12-31T23:59:59",
        "2026-13-01 12:00:00",
        "yesterday",
        "1",
    ],
)
def test_empty_zero_and_unknown_stamps_are_none(text: str) -> None:
    assert parse_stamp(text) is None


@given(st.text())
def test_no_text_is_too_odd(text: str) -> None:
    FlexmailTime().learn(text, SUMMER)


@given(moment=MOMENTS, header=MOMENTS)
def test_what_is_asked_is_what_is_meant_but_for_the_hour_that_happens_twice(moment: datetime, header: datetime) -> None:
    time = FlexmailTime()
    time.learn(request_stamp(header, BRUSSELS), header)
    text = request_stamp(moment, time.zone)
    early, late = time.utc(text), time.utc(text, later=True)
    assert early is not None
    assert late is not None
    assert early <= moment <= late
    assert late - early in {timedelta(), timedelta(hours=1)}


def test_the_hour_that_happens_twice() -> None:
    time = FlexmailTime()
    assert time.utc("2026-10-25T02:30:00") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert time.utc("2026-10-25T02:30:00", later=True) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@given(moment=MOMENTS)
@example(moment=datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
def test_what_is_asked_from_a_moment_on_skips_nothing_however_it_is_taken(moment: datetime) -> None:
    asked = FlexmailTime().utc(since_stamp(moment, BRUSSELS), later=True)
    assert asked is not None
    assert moment - timedelta(hours=1) <= asked <= moment


def test_the_zone_follows_the_header() -> None:
    time = FlexmailTime()
    time.learn("2026-07-01T10:00:00", SUMMER)
    assert (time.clock, time.utc("2026-07-01T09:00:00")) == (SUMMER, SUMMER - timedelta(hours=1))
    time.learn("2026-07-01 12:00:00", SUMMER)
    assert (time.clock, time.utc("2026-07-01T09:00:00")) == (SUMMER, SUMMER - timedelta(hours=3))


def test_a_header_without_a_time_leaves_the_zone_and_no_clock() -> None:
    time = FlexmailTime()
    time.learn("2026-07-01T10:00:00", SUMMER)
    time.learn("", SUMMER)
    assert time.utc("2026-07-01T09:00:00") == SUMMER - timedelta(hours=1)
    assert time.clock is None


def test_a_clock_that_names_its_zone_is_taken_at_its_word() -> None:
    time = FlexmailTime()
    time.learn("2026-07-01T05:00:00-05:00", SUMMER)
    assert time.clock == SUMMER
    assert time.zone == BRUSSELS

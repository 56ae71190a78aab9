"""Days and months are the office's, whatever UTC says."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsync_cli.domain.months import day_of, month_of


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 1, 31, 22, 59, tzinfo=UTC), date(2026, 1, 31)),
        (datetime(2026, 1, 31, 23, 0, tzinfo=UTC), date(2026, 2, 1)),
        (datetime(2026, 7, 31, 21, 59, tzinfo=UTC), date(2026, 7, 31)),
        (datetime(2026, 7, 31, 22, 0, tzinfo=UTC), date(2026, 8, 1)),
    ],
)
def test_a_day_begins_at_midnight_in_brussels(moment: datetime, day: date) -> None:
    assert day_of(moment) == day


@pytest.mark.parametrize(
    ("moment", "begin", "end"),
    [
        (datetime(2026, 2, 14, tzinfo=UTC), datetime(2026, 1, 31, 23, tzinfo=UTC), datetime(2026, 2, 28, 23, tzinfo=UTC)),
        (
            datetime(2026, 12, 31, 22, tzinfo=UTC),
            datetime(2026, 11, 30, 23, tzinfo=UTC),
            datetime(2026, 12, 31, 23, tzinfo=UTC),
        ),
        (datetime(2026, 12, 31, 23, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC), datetime(2027, 1, 31, 23, tzinfo=UTC)),
        (datetime(2026, 10, 9, tzinfo=UTC), datetime(2026, 9, 30, 22, tzinfo=UTC), datetime(2026, 10, 31, 23, tzinfo=UTC)),
    ],
)
def test_a_month_goes_from_midnight_to_midnight_in_brussels(moment: datetime, begin: datetime, end: datetime) -> None:
    assert month_of(moment) == (begin, end)
    assert {edge.tzinfo for edge in month_of(moment)} == {UTC}


@given(st.integers(0, 20 * 365 * 24))
def test_every_moment_is_in_one_month_and_the_next_begins_where_it_ends(hours: int) -> None:
    moment = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    begin, end = month_of(moment)
    assert begin <= moment < end
    assert month_of(end)[0] == end
    assert month_of(begin - timedelta(seconds=1))[1] == begin

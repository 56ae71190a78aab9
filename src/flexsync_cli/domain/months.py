"""Days and months as the office counts them: Europe/Brussels."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")


def day_of(moment: datetime) -> date:
    """The office's day of a moment."""
    return moment.astimezone(BRUSSELS).date()


def month_of(moment: datetime) -> tuple[datetime, datetime]:
    """Begin and end, in UTC, of the office's month that a moment is in."""
    first = day_of(moment).replace(day=1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return _midnight(first), _midnight(following)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BRUSSELS).astimezone(UTC)

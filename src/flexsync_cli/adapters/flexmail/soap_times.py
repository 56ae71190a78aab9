"""Flexmail's times: local, without a zone, in a form that nobody wrote down.

Its answers carry its own clock. Compared at each answer with the HTTP header Date, which is in UTC, that tells the zone. Where
there is none our own clock stands in: one that is wrong by an hour looks like another zone.
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")
# A clock may be that wrong, and no zone lies closer to Brussels or to UTC.
TOLERANCE = timedelta(minutes=30)
# Zones lie within it; what is further off is a wrong clock.
FURTHEST = timedelta(hours=14)
QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
# Outside of these years a stamp is an empty one: PHP's zero, MySQL's zero date, a placeholder.
FIRST_YEAR, LAST_YEAR = 2000, 2999
DAY_FIRST = re.compile(r"^(\d\d)[-/](\d\d)[-/](\d{4})")


def zone_of(header_local: datetime, utc_now: datetime) -> tzinfo:
    """The zone in which that clock shows this moment: Brussels, UTC, or an offset in quarters of an hour.

    A clock that is off by more than a zone can be says nothing, so Brussels.
    """
    shown = header_local - utc_now.replace(tzinfo=None)
    if abs(shown) > FURTHEST:
        return BRUSSELS
    brussels = utc_now.astimezone(BRUSSELS).utcoffset() or timedelta()
    distance, zone = min(((abs(shown - brussels), BRUSSELS), (abs(shown), UTC)), key=lambda pair: pair[0])
    return zone if distance <= TOLERANCE else timezone(round(shown / QUARTER) * QUARTER)


def parse_stamp(text: str) -> datetime | None:
    """A stamp as it stands, with a zone only if it names one; None for an empty, zero or unknown one."""
    try:
        stamp = datetime.fromisoformat(DAY_FIRST.sub(r"\3-\2-\1", text.strip()))
    except ValueError:
        return None
    return stamp if FIRST_YEAR <= stamp.year <= LAST_YEAR else None


def request_stamp(moment: datetime, zone: tzinfo) -> str:
    """A moment as requests carry it: local, to the second, without a zone."""
    return moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S")


def since_stamp(moment: datetime, zone: tzinfo) -> str:
    """The moment from which something is asked for. In the night in which an hour happens twice the stamp may be taken for the
    second one, which would skip the first: an hour earlier skips nothing."""
    local = moment.astimezone(zone)
    skips = local.utcoffset() != local.replace(fold=1).utcoffset()
    return request_stamp(moment - HOUR if skips else moment, zone)


class FlexmailTime:
    """What the last answer told of Flexmail's clock, and stamps read by it. Before the first, Brussels is assumed."""

    def __init__(self) -> None:
        self.zone: tzinfo = BRUSSELS
        self.clock: datetime | None = None

    def learn(self, header_stamp: str, utc_now: datetime) -> None:
        """Take the clock of an answer that came just now; one without a readable clock leaves the zone as it was."""
        local = parse_stamp(header_stamp)
        if local is not None and local.tzinfo is None:
            self.zone = zone_of(local, utc_now)
        self.clock = None if local is None else self._utc(local, later=False)

    def utc(self, text: str, *, later: bool = False) -> datetime | None:
        """A stamp in UTC. Of the two readings in the hour that happens twice, the earlier unless `later`."""
        local = parse_stamp(text)
        return None if local is None else self._utc(local, later=later)

    def _utc(self, local: datetime, *, later: bool) -> datetime:
        if local.tzinfo is not None:
            return local.astimezone(UTC)
        readings = [local.replace(tzinfo=self.zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
        return max(readings) if later else min(readings)

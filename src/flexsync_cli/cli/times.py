"""Times as an operator types them: an ISO date or date-time, Brussels' where it has no zone; a length such as 2h."""

from datetime import UTC, datetime, timedelta

import click
from pydantic_core import PydanticCustomError

from flexsync_cli.config.values import parse_duration
from flexsync_cli.domain.months import BRUSSELS


class Moment(click.ParamType[datetime]):
    """An aware datetime in UTC."""

    name = "TIME"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Parse it, or say what is wanted."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value))
            local = moment if moment.tzinfo else moment.replace(tzinfo=BRUSSELS)
            return local.astimezone(UTC)
        except (ValueError, OverflowError):  # the first and the last day there is have no moment in UTC
            self.fail("not a date or date-time; write 2026-03-31 or 2026-03-31T14:05", param, ctx)


class Age(click.ParamType[timedelta]):
    """A length of time."""

    name = "AGE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Parse it, or say what is wanted."""
        try:
            length = parse_duration(value)
        except PydanticCustomError:
            self.fail("not a length of time; write 90m, 2h or 1d", param, ctx)
        assert isinstance(length, timedelta)  # noqa: S101 - typed as object, for pydantic's sake
        return length


AGE = Age()
MOMENT = Moment()
EXAMPLES = "such as 2026-03-31, or 2026-03-31T14:05 in Brussels"
SINCE = click.option("--since", type=MOMENT, help=f"Read from then on, not from where the last reading ended; {EXAMPLES}.")

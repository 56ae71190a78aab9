"""Moments as an operator types them: an ISO date or date-time, Brussels' where it has no zone."""

from datetime import UTC, datetime

import click

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
        except ValueError:
            self.fail("not a date or date-time; write 2026-03-31 or 2026-03-31T14:05", param, ctx)
        local = moment if moment.tzinfo else moment.replace(tzinfo=BRUSSELS)
        return local.astimezone(UTC)


MOMENT = Moment()
EXAMPLES = "such as 2026-03-31, or 2026-03-31T14:05 in Brussels"
SINCE = click.option(
    "--since", type=MOMENT, help=f"Read from then on, not from where the last reading ended; {EXAMPLES}."
)

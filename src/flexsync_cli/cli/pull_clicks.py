"""`flexsync pull-clicks`: who clicked, back to Admin."""

from datetime import datetime

import click

from flexsync_cli.cli.context import GlobalOptions
from flexsync_cli.cli.times import SINCE
from flexsync_cli.cli.work import DRY_RUN, JSON, do
from flexsync_cli.services.run import Request


@click.command("pull-clicks")
@DRY_RUN
@SINCE
@JSON
@click.pass_obj
def command(options: GlobalOptions, *, dry_run: bool, since: datetime | None, as_json: bool) -> int:
    """Write who clicked as communications in Admin."""
    request = Request(frozenset({"clicks"}), since=since, alone=True)
    return do(options, "pull-clicks", request, dry_run=dry_run, as_json=as_json)

"""`flexsync bounces`: what came back, to who mends it."""

from datetime import datetime

import click

from flexsync_cli.cli.context import GlobalOptions
from flexsync_cli.cli.times import SINCE
from flexsync_cli.cli.work import DRY_RUN, JSON, do
from flexsync_cli.services.run import Request


@click.command("bounces")
@DRY_RUN
@SINCE
@JSON
@click.pass_obj
def command(options: GlobalOptions, *, dry_run: bool, since: datetime | None, as_json: bool) -> int:
    """Mail what bounced since the last time to who mends it."""
    request = Request(frozenset({"bounces"}), since=since, alone=True)
    return do(options, "bounces", request, dry_run=dry_run, as_json=as_json, mails=True)

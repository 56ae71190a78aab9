"""`flexsync pull-contacts`: the two-way option, from Flexmail into Admin."""

from datetime import datetime

import click

from flexsync_cli.bootstrap import Opened
from flexsync_cli.cli.context import GlobalOptions
from flexsync_cli.cli.times import SINCE
from flexsync_cli.cli.work import DRY_RUN, JSON, perform
from flexsync_cli.services.contacts import require
from flexsync_cli.services.run import Report, Request, run

STEPS = frozenset({"profiles", "contacts"})


@click.command("pull-contacts")
@DRY_RUN
@SINCE
@click.option("--all", "everyone", is_flag=True, help="Also contacts that were in Flexmail before.")
@JSON
@click.pass_obj
def command(options: GlobalOptions, *, dry_run: bool, since: datetime | None, everyone: bool, as_json: bool) -> int:
    """Bring new contacts, new yeses and changed profiles into Admin."""
    request = Request(STEPS, since=since, everyone=everyone)

    def pull(opened: Opened) -> Report:
        require(opened.session.settings)
        return run(opened.session, opened.lock, request)

    return perform(options, "pull-contacts", pull, dry_run=dry_run, as_json=as_json)

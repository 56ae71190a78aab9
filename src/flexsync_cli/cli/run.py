"""`flexsync run`: all steps in order, and the summary mail. What the scheduler calls."""

import click

from flexsync_cli.bootstrap.schedule import open_monitor
from flexsync_cli.cli.context import GlobalOptions
from flexsync_cli.cli.work import DRY_RUN, INTERESTS, JSON, do
from flexsync_cli.services.run import ALL_STEPS, Request
from flexsync_cli.services.watched import watched


@click.command("run")
@DRY_RUN
@INTERESTS
@JSON
@click.pass_obj
def command(options: GlobalOptions, *, dry_run: bool, interests: bool | None, as_json: bool) -> int:
    """Opt-outs, bounces, clicks, opt-in, push, interests and the summary, under one lock."""
    request = Request(ALL_STEPS, interests=interests, interests_limited=True)

    def work() -> int:
        return do(options, "run", request, dry_run=dry_run, as_json=as_json, mails=True)

    monitor = None if dry_run else open_monitor(options.config)
    return work() if monitor is None else watched(monitor, work)

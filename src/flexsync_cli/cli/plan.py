"""`flexsync plan`: what a run would do, and its price in calls and minutes."""

import click

from flexsync_cli.bootstrap import Opened, open_post
from flexsync_cli.cli.context import GlobalOptions
from flexsync_cli.cli.show_plan import show_plan
from flexsync_cli.cli.work import JSON, perform
from flexsync_cli.services.run import ALL_STEPS, Report, Request, run


@click.command("plan")
@JSON
@click.pass_obj
def command(options: GlobalOptions, *, as_json: bool) -> int:
    """Show what `run` would do. Nothing is written to Admin or Flexmail, and nothing is kept."""

    def plan(opened: Opened) -> Report:
        return run(opened.session, opened.lock, Request(ALL_STEPS, interests_limited=True), open_post(opened.office))

    return perform(options, "plan", plan, dry_run=True, as_json=as_json, render=show_plan)

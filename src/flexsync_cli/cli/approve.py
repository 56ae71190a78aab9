"""`flexsync approve`: what the guard refused, by a person who has seen it."""

import click

from flexsync_cli.cli.context import GlobalOptions
from flexsync_cli.cli.work import perform
from flexsync_cli.services.approve import approve


@click.command("approve")
@click.argument("plan_id")
@click.option("--people", metavar="N", type=int, help="How many people it changes; must be typed when half or all are.")
@click.pass_obj
def command(options: GlobalOptions, plan_id: str, people: int | None) -> int:
    """Pull the opt-outs, plan anew, and do those of today's guarded changes that the plan showed."""
    return perform(options, "approve", lambda it: approve(it.session, it.lock, plan_id, people))

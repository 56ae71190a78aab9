"""`flexsync approve`: what the guard refused, by a person who has seen it."""

import click

from flexsync_cli.cli.context import GlobalOptions
from flexsync_cli.cli.work import perform
from flexsync_cli.services.approve import approve


@click.command("approve")
@click.argument("plan_id")
@click.option(
    "--people", metavar="N", type=int, help="How many people it is about; must be typed where that is half of them, or all."
)
@click.pass_obj
def command(options: GlobalOptions, plan_id: str, people: int | None) -> int:
    """Do what the guard held back, once a person has looked at it.

    PLAN_ID is the id that push, plan and the summary mail show. The opt-outs are pulled first, everything is planned anew, and
    only those of today's guarded changes are done that the plan showed.
    """
    return perform(options, "approve", lambda it: approve(it.session, it.lock, plan_id, people))

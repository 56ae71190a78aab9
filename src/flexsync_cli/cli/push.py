"""`flexsync push`: the opt-outs, then Admin's relations to Flexmail."""

import click

from flexsync_cli.cli.context import GlobalOptions
from flexsync_cli.cli.work import DRY_RUN, INTERESTS, JSON, do
from flexsync_cli.services.run import Request


@click.command("push")
@DRY_RUN
@INTERESTS
@click.option(
    "--only",
    metavar="ADDRESS_OR_ID",
    default="",
    help="Only this relation, by its id or address; also one that is parked, or that Flexmail deleted.",
)
@click.option("--retry-parked", is_flag=True, help="Try again what Flexmail refused, though nothing changed since.")
@JSON
@click.pass_obj
def command(
    options: GlobalOptions, *, dry_run: bool, interests: bool | None, only: str, retry_parked: bool, as_json: bool
) -> int:
    """Pull the opt-outs, then bring Flexmail in step with Admin."""
    request = Request(frozenset({"push"}), interests=interests, only=only, retry_parked=retry_parked)
    return do(options, "push", request, dry_run=dry_run, as_json=as_json)

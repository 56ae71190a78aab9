"""`flexsync consent`: a person's new yes, with its proof."""

from datetime import datetime

import click

from flexsync_cli.bootstrap import open_kept, read_office
from flexsync_cli.cli.console import stderr_console
from flexsync_cli.cli.context import GlobalOptions
from flexsync_cli.cli.reporter import ConsoleReporter
from flexsync_cli.cli.times import MOMENT
from flexsync_cli.services.consent import consent


@click.command("consent")
@click.argument("address")
@click.option("--on", type=MOMENT, required=True, help="When the person said yes.")
@click.option("--how", metavar="TEXT", required=True, help="How: a letter, a call, at the desk; kept as proof.")
@click.pass_obj
def command(options: GlobalOptions, address: str, on: datetime, how: str) -> int:
    """Record that a person wants the newsletter again. Lifts no blacklist of Flexmail's."""
    with ConsoleReporter(stderr_console(), quiet=options.quiet) as reporter:
        office = read_office(options.config, options.verbosity, reporter)
        with open_kept(office) as kept:
            ended = consent(kept.state, kept.lock, kept.now, address, on, how)
    click.echo(
        f"consent recorded; {len(ended)} earlier no{'es' if len(ended) != 1 else ''} ended. Tick the newsletter in Admin."
    )
    return 0

"""`flexsync consent`: a person's new yes, with its proof."""

from datetime import datetime

import click

from flexsync_cli.bootstrap import open_kept, read_office
from flexsync_cli.cli.console import say, stderr_console, stdout_console
from flexsync_cli.cli.context import GlobalOptions
from flexsync_cli.cli.reporter import ConsoleReporter
from flexsync_cli.cli.times import EXAMPLES, MOMENT
from flexsync_cli.services.consent import consent


@click.command("consent")
@click.argument("address")
@click.option("--on", metavar="DATE", type=MOMENT, required=True, help=f"When the person said yes, {EXAMPLES}.")
@click.option(
    "--how", metavar="TEXT", required=True, help="How the person said it: by letter, by phone, at the desk; kept as proof."
)
@click.pass_obj
def command(options: GlobalOptions, address: str, on: datetime, how: str) -> int:
    """Record that the person at ADDRESS, who is out, wants the newsletter again.

    It ends what kept the person from being mailed, and is kept as proof. It lifts no blacklist of Flexmail's.
    """
    with ConsoleReporter(stderr_console(), quiet=options.quiet) as reporter:
        office = read_office(options.config, options.verbosity, reporter)
        with open_kept(office) as kept:
            ended = consent(kept.state, kept.lock, kept.now, address, on, how)
    console = stdout_console()
    if ended:
        say(console, "consent recorded; this person may be mailed again. Tick the newsletter in Admin, unless it is ticked.")
        say(console, "If Flexmail has blacklisted the address, only Flexmail can lift that; the next push tells.")
    else:
        say(console, "consent recorded; nobody was out at this address: check its spelling if you expected otherwise.")
    return 0

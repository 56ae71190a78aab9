"""`flexsync status`: last runs, calls used, and what waits for you."""

import json
from datetime import timedelta

import click

from flexsync_cli.bootstrap import open_kept, read_office
from flexsync_cli.bootstrap.translation import habits
from flexsync_cli.cli.console import say, stderr_console, stdout_console
from flexsync_cli.cli.context import GlobalOptions
from flexsync_cli.cli.reporter import ConsoleReporter
from flexsync_cli.cli.show_status import show_status
from flexsync_cli.cli.times import AGE
from flexsync_cli.errors import ExitCode
from flexsync_cli.services.status import document, status


@click.command("status")
@click.option("--max-age", metavar="AGE", type=AGE, help="Exit with 1 where the last good run began longer ago, such as 2h.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout, and nothing else there.")
@click.pass_obj
def command(options: GlobalOptions, *, max_age: timedelta | None, as_json: bool) -> int:
    """Show the last runs, what they cost, and what waits for a person. Costs no call, and leaves Admin alone.

    A good run is a whole `run` that came to its end: exit code 0, or 1, where single items failed and the mail names them.
    """
    errors = stderr_console()
    with ConsoleReporter(errors, quiet=options.quiet or as_json) as reporter:
        office = read_office(options.config, options.verbosity, reporter)
    with open_kept(office) as kept:
        configuration = office.configuration
        found = status(kept.state, kept.now, configuration.flexmail.calls_per_month, habits(configuration), office.config)
    if as_json:
        click.echo(json.dumps(document(found), ensure_ascii=False))
    else:
        show_status(stdout_console(), found)
    if max_age is None or found.is_good(max_age):
        return ExitCode.DONE
    say(errors, "error: no good run lately: see the last runs and their log, and flexsync schedule check", "red")
    return ExitCode.ITEMS

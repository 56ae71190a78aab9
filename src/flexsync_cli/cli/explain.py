"""`flexsync explain`: why a person does or doesn't get the newsletter."""

import click

from flexsync_cli.bootstrap import open_session, read_office
from flexsync_cli.cli.console import say, stderr_console, stdout_console
from flexsync_cli.cli.context import GlobalOptions
from flexsync_cli.cli.reporter import ConsoleReporter
from flexsync_cli.cli.show_explanation import show_explanation
from flexsync_cli.errors import ExitCode
from flexsync_cli.services.explain import explain_who

NOBODY = "error: nobody has this address or id, in Admin or in what flexsync has seen: check its spelling, or look in Flexmail"


@click.command("explain")
@click.argument("who", metavar="ADDRESS_OR_ID")
@click.pass_obj
def command(options: GlobalOptions, who: str) -> int:
    """Tell why a person does or doesn't get the newsletter, and what the next run will do.

    ADDRESS_OR_ID is an e-mail address, present or former, the id of a relation, or that of a contact. Admin is read; of
    Flexmail it tells what was seen last, at no call.
    """
    errors = stderr_console()
    with ConsoleReporter(errors, quiet=options.quiet) as reporter:
        office = read_office(options.config, options.verbosity, reporter)
        # As a dry run, so that it works on a copy of the state.
        with open_session(office, "explain", reporter, dry_run=True) as opened:
            found = explain_who(opened.session, who.strip())
    if not found:
        say(errors, NOBODY, "red")
        return ExitCode.ITEMS
    show_explanation(stdout_console(), found, office.config)
    return ExitCode.DONE

"""`flexsync check`: everything that must be right, line by line, with who mends it."""

from functools import partial

import click

from flexsync_cli.bootstrap.check import Inspection, offline_inspection, open_inspection
from flexsync_cli.bootstrap.examine import examine, unreadable
from flexsync_cli.cli.console import stderr_console, stdout_console
from flexsync_cli.cli.context import GlobalOptions
from flexsync_cli.cli.reporter import ConsoleReporter
from flexsync_cli.cli.show_check import show_findings, show_grants, show_total
from flexsync_cli.errors import ExitCode, Misconfigured


@click.command("check")
@click.option("--offline", is_flag=True, help="The configuration alone: open nothing, call nobody.")
@click.option("--send-test", is_flag=True, help="Send a mail to those who get the summary, too.")
@click.pass_obj
def command(options: GlobalOptions, *, offline: bool, send_test: bool) -> int:
    """Test everything that must be right, and say who mends what isn't. Spends fewer than 10 calls, and says how many.

    Exit code 0 where all is in order, else 1; 2 where the configuration can't be read.
    """
    if offline and send_test:
        raise click.UsageError("--send-test needs the mail server; leave --offline away")
    with ConsoleReporter(stderr_console(), quiet=options.quiet) as reporter:
        try:
            read = examine(options.config, options.verbosity, reporter)
        except Misconfigured as error:
            _show(Inspection([partial(unreadable, error)]), options)
            return ExitCode.CONFIGURATION
    if offline:
        return _show(offline_inspection(read), options)
    with open_inspection(read, reporter, send_test=send_test) as inspection:
        return _show(inspection, options)


def _show(inspection: Inspection, options: GlobalOptions) -> int:
    console = stdout_console()
    found = show_findings(console, inspection.findings(), quiet=options.quiet)
    show_grants(console, inspection.grant_script)
    show_total(console, found, inspection.calls)
    return ExitCode.DONE if found.is_good else ExitCode.ITEMS

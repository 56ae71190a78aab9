"""`flexsync dedupe-report`: all relations whose address occurs twice, as CSV, xlsx or a table."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from flexsync_cli.bootstrap import read_office
from flexsync_cli.bootstrap.reports import read_duplicates, remember_duplicates, write_csv_report, write_xlsx_report
from flexsync_cli.cli.console import say, stderr_console, stdout_console
from flexsync_cli.cli.context import GlobalOptions
from flexsync_cli.cli.reporter import ConsoleReporter
from flexsync_cli.cli.show_duplicates import show_duplicates
from flexsync_cli.domain.duplicates import DuplicateRow


def _one_character(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if len(value) != 1 or value in '"\r\n':
        raise click.BadParameter("one character, such as ; or ,")
    return value


@click.command("dedupe-report")
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "xlsx", "table"]),
    help="Without it: a table on a terminal, else by the name of --output, else csv.",
)
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to this file instead of stdout; a name on .xlsx makes a workbook.",
)
@click.option(
    "--delimiter", metavar="C", default=";", callback=_one_character, show_default=True, help="What parts the cells of CSV."
)
@click.option(
    "--new", "only_new", is_flag=True, help="Only addresses that the last report, with or without --new, did not list so."
)
@click.pass_obj
def command(options: GlobalOptions, form: str | None, output: Path | None, delimiter: str, *, only_new: bool) -> None:
    """List all relations whose address occurs more than once, and which of them is sent. Costs no call."""
    form = form or _form_of(output)
    if form == "xlsx" and output is None:
        raise click.UsageError("xlsx needs a file: --output duplicates.xlsx")
    if form == "table" and output is not None:
        raise click.UsageError("a table is for the console; leave --output away, or choose csv or xlsx")
    with ConsoleReporter(stderr_console(), quiet=options.quiet) as reporter:
        office = read_office(options.config, options.verbosity, reporter)
        found = read_duplicates(office)
    rows = found.new_rows if only_new else found.rows
    if form == "xlsx" and output is not None:
        write_xlsx_report(rows, output)
    elif form == "csv":
        write_csv_report(rows, output or sys.stdout, delimiter)
    else:
        show_duplicates(stdout_console(), rows)
    remember_duplicates(office, found)
    if not options.quiet:
        told = _count(rows, len(found.new), only_new=only_new)
        say(stderr_console(), told + (f"; written to {output}" if output else ""))


def _count(rows: Sequence[DuplicateRow], new: int, *, only_new: bool) -> str:
    if not rows:
        return "nothing new since the last report" if only_new else "no address occurs twice"
    count = len({row.address for row in rows})
    addresses = "1 address" if count == 1 else f"{count} addresses"
    return f"{len(rows)} relations share {addresses}, {new} new since the last report"


def _form_of(output: Path | None) -> str:
    if output is not None:
        return "xlsx" if output.suffix.lower() == ".xlsx" else "csv"
    return "table" if sys.stdout.isatty() else "csv"

"""`flexsync dedupe-report`: all relations whose address occurs twice, as CSV, xlsx or a table."""

import sys
from collections.abc import Sequence
from dataclasses import astuple
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import click

from flexsync_cli.bootstrap import duplicate_rows, read_office, write_csv_report, write_xlsx_report
from flexsync_cli.cli.console import say, stderr_console, stdout_console
from flexsync_cli.cli.context import GlobalOptions
from flexsync_cli.cli.reporter import ConsoleReporter
from flexsync_cli.cli.tables import print_groups, print_table
from flexsync_cli.domain.duplicates import COLUMNS, DuplicateRow


def _one_character(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if len(value) != 1 or value in '"\r\n':
        raise click.BadParameter("one character, such as ; or ,")
    return value


@click.command("dedupe-report")
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "xlsx", "table"]),
    help="table on a terminal, else by the file's name, else csv.",
)
@click.option("--output", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="A file, instead of stdout.")
@click.option("--delimiter", metavar="C", default=";", callback=_one_character, help="Between the cells of CSV.")
@click.pass_obj
def command(options: GlobalOptions, form: str | None, output: Path | None, delimiter: str) -> None:
    """List all relations whose address occurs more than once, and which of them is sent. Costs no call."""
    form = form or _form_of(output)
    if form == "xlsx" and output is None:
        raise click.UsageError("xlsx needs a file: --output duplicates.xlsx")
    with ConsoleReporter(stderr_console(), quiet=options.quiet) as reporter:
        rows = duplicate_rows(read_office(options.config, options.verbosity, reporter))
    if form == "xlsx" and output is not None:
        write_xlsx_report(rows, output)
    elif form == "csv":
        write_csv_report(rows, output or sys.stdout, delimiter)
    else:
        _show(rows, output)
    if not options.quiet:
        where = f"; written to {output}" if output else ""
        say(stderr_console(), f"{len(rows)} relations share {len({row.address for row in rows})} addresses{where}")


def _form_of(output: Path | None) -> str:
    if output is not None:
        return "xlsx" if output.suffix.lower() == ".xlsx" else "csv"
    return "table" if sys.stdout.isatty() else "csv"


def _show(rows: Sequence[DuplicateRow], output: Path | None) -> None:
    if output is not None:
        raise click.UsageError("a table is for the console; leave --output away, or choose csv or xlsx")
    console = stdout_console()
    if console.is_terminal:
        groups = groupby(rows, key=attrgetter("address"))
        print_groups(console, [(address, [_short(row) for row in group]) for address, group in groups])
    else:
        print_table(console, [column.replace("_", " ") for column in COLUMNS], [astuple(row) for row in rows])


def _short(row: DuplicateRow) -> tuple[str, ...]:
    """What decides is in `why`, so that a row has room on a narrow terminal."""
    return row.relation_id, row.role, f"{row.name} {row.first_name}".strip(), row.why

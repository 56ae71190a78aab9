"""What the commands that run steps have in common: build a session, run it, tell what happened, exit."""

import json
from collections.abc import Callable

import click

from flexsync_cli.bootstrap import Opened, open_session, read_office
from flexsync_cli.cli.console import stderr_console, stdout_console, step_line
from flexsync_cli.cli.context import GlobalOptions
from flexsync_cli.cli.reporter import ConsoleReporter
from flexsync_cli.services.run import Report, Request, run

DRY_RUN = click.option("--dry-run", is_flag=True, help="Plan only: write nothing to Admin or Flexmail.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
INTERESTS = click.option("--with-interests/--no-interests", "interests", default=None, help="CRM interests, for this run.")


def do(options: GlobalOptions, command: str, request: Request, *, dry_run: bool = False, as_json: bool = False) -> int:
    """Run these steps; the exit code."""
    return perform(options, command, lambda it: run(it.session, it.lock, request), dry_run=dry_run, as_json=as_json)


def perform(
    options: GlobalOptions,
    command: str,
    work: Callable[[Opened], Report],
    *,
    dry_run: bool = False,
    as_json: bool = False,
    render: Callable[[Report, int], None] | None = None,
) -> int:
    """Run something that reports; its outcome on stdout, the talk on stderr."""
    with ConsoleReporter(stderr_console(), quiet=options.quiet or as_json) as reporter:
        office = read_office(options.config, options.verbosity, reporter)
        with open_session(office, command, reporter, dry_run=dry_run) as opened:
            report = work(opened)
    if as_json:
        tell_errors(report)
        click.echo(json.dumps(report.document, ensure_ascii=False))
    elif render is not None:
        render(report, office.configuration.flexmail.calls_per_minute)
    else:
        tell_errors(report)
        show(report)
    return int(report.exit_code)


def show(report: Report) -> None:
    """A line a step."""
    console = stdout_console()
    for outcome in report.outcomes:
        console.print(step_line(outcome))


def tell_errors(report: Report) -> None:
    """What failed and what was refused, with the way out, on stderr."""
    errors = stderr_console()
    for outcome in report.outcomes:
        if outcome.error:
            errors.print(f"{outcome.name}: {outcome.error}")
        if outcome.refused and outcome.plan_id:
            errors.print(f"{outcome.name}: refused by the guard; after a look, do it with: flexsync approve {outcome.plan_id}")
        elif outcome.refused:
            errors.print(f"{outcome.name}: the guard would refuse this: it changes too many people at once")

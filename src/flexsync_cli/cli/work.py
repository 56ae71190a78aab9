"""What the commands that run steps have in common: build a session, run it, tell what happened, exit."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress

import click

from flexsync_cli.bootstrap import Opened, open_post, read_office
from flexsync_cli.cli.collector import seldom_collected
from flexsync_cli.cli.console import stderr_console
from flexsync_cli.cli.context import GlobalOptions
from flexsync_cli.cli.logged import log_end, open_logged
from flexsync_cli.cli.reporter import ConsoleReporter
from flexsync_cli.cli.show_report import show_report, tell_errors, tell_texts
from flexsync_cli.domain.document import CallCounts, RunFacts, document
from flexsync_cli.errors import FlexsyncError
from flexsync_cli.services.run import Report, Request, run

DRY_RUN = click.option("--dry-run", is_flag=True, help="Only show what it would do; write nothing to Admin or Flexmail.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout, and nothing else there.")
INTERESTS = click.option(
    "--with-interests/--no-interests",
    "interests",
    default=None,
    help="Send the CRM interests, or leave them out, this time; else as sync.interests says.",
)


def do(
    options: GlobalOptions, command: str, request: Request, *, dry_run: bool = False, as_json: bool = False, mails: bool = False
) -> int:
    """Run these steps; the exit code. `mails` for a command that may have something to mail."""

    def work(it: Opened) -> Report:
        return run(it.session, it.lock, request, open_post(it.office) if mails else None)

    return perform(options, command, work, dry_run=dry_run, as_json=as_json)


@seldom_collected()
def perform(
    options: GlobalOptions,
    command: str,
    work: Callable[[Opened], Report],
    *,
    dry_run: bool = False,
    as_json: bool = False,
    render: Callable[[Report, GlobalOptions], None] = show_report,
) -> int:
    """Run something that reports; its outcome on stdout, the talk on stderr."""
    recorded: Mapping[str, object] | None = None
    console = stderr_console()
    try:
        with ConsoleReporter(console, quiet=options.quiet or as_json, verbose=options.verbosity > 0) as reporter:
            office = read_office(options.config, options.verbosity, reporter)
            with open_logged(office, command, reporter, dry_run=dry_run) as opened:
                try:
                    report = work(opened)
                finally:
                    recorded = _recorded(opened)
                log_end(command, report)
    except FlexsyncError as error:
        if as_json:
            _print(recorded or document(RunFacts(command, "", dry_run, error.exit_code, CallCounts(), 0), []))
        raise
    if as_json:
        tell_texts(console, report)
        tell_errors(console, report)
        _print(report.document)
    else:
        render(report, options)
    return int(report.exit_code)


def _recorded(opened: Opened) -> Mapping[str, object] | None:
    """What the state keeps of this run, also where it ended early."""
    mine = (each for each in opened.session.state.runs.last(1) if each.id == opened.session.run_id)
    return next((each.document for each in mine), None)


def _print(found: Mapping[str, object]) -> None:
    with suppress(BrokenPipeError):  # a reader that has left (`| head`) changes neither what was done nor the exit code
        click.echo(json.dumps(found, ensure_ascii=False))

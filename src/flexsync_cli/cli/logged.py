"""What the log keeps of a run as a whole: that it began, what each step came to, and how it ended."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from flexsync_cli.bootstrap import Office, Opened, open_session
from flexsync_cli.cli.reporter import ConsoleReporter
from flexsync_cli.errors import FlexsyncError, Interrupted
from flexsync_cli.log import event
from flexsync_cli.services.run import Report

logger = logging.getLogger("flexsync_cli.run")


@contextmanager
def open_logged(office: Office, command: str, reporter: ConsoleReporter, *, dry_run: bool) -> Iterator[Opened]:
    """A session in which the reporter may ask; its begin is in the log, and whatever ends it early."""
    try:
        with open_session(office, command, reporter, dry_run=dry_run) as opened:
            event(logger, "run.started", command=command, dry_run=dry_run)
            opened.session.ask = reporter.ask
            yield opened
    except FlexsyncError as error:
        level = logging.WARNING if isinstance(error, Interrupted) else logging.ERROR
        event(logger, "run.ended", level=level, command=command, exit_code=int(error.exit_code), error=str(error))
        raise


def log_end(command: str, report: Report) -> None:
    """Each step with what it counted, 0 left out, and why it failed where it did; then the exit code."""
    for outcome in report.outcomes:
        level, error = (logging.ERROR, {"error": outcome.error}) if outcome.error else (logging.INFO, {})
        counts = {key: number for key, number in outcome.counts.items() if number}
        facts = {"step": outcome.name, "calls": outcome.calls, "seconds": round(outcome.seconds, 1)}
        event(logger, "step.ended", level=level, **facts, **counts, **error)
    event(logger, "run.ended", command=command, exit_code=int(report.exit_code))

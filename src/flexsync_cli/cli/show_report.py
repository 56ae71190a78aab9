"""A report on the console: what needs a hand, what waits for a word, a line a step; what went wrong, and what is next."""

from rich.console import Console

from flexsync_cli.cli.approvals import tell_waiting, waiting
from flexsync_cli.cli.attention import tell_matters, tell_next
from flexsync_cli.cli.console import say, stderr_console, stdout_console
from flexsync_cli.cli.context import GlobalOptions
from flexsync_cli.cli.matters import matters
from flexsync_cli.cli.tables import step_line
from flexsync_cli.services.run import Report


def show_report(report: Report, options: GlobalOptions) -> None:
    """Results on stdout; errors, refusals and hints on stderr."""
    console, errors = stdout_console(), stderr_console()
    found = matters(report)
    tell_matters(console, found)
    tell_waiting(console, [each for each in waiting(report) if each.is_offer])
    tell_steps(console, report)
    tell_errors(errors, report)
    if not options.quiet:
        tell_next(errors, found)


def tell_steps(console: Console, report: Report) -> None:
    """A line a step."""
    for outcome in report.outcomes:
        say(console, step_line(outcome))


def tell_errors(console: Console, report: Report) -> None:
    """What failed, and what was refused, with the way out."""
    tell_failures(console, report)
    tell_waiting(console, [each for each in waiting(report) if not each.is_offer])


def tell_failures(console: Console, report: Report) -> None:
    """Why a step did not come to its end."""
    for outcome in report.outcomes:
        if outcome.error:
            say(console, f"error: {outcome.name}: {outcome.error}", "red")

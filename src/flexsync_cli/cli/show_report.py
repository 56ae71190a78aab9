"""A report on the console: what needs a hand, what waits for a word, a line a step; what went wrong, and what is next."""

from rich.console import Console

from flexsync_cli.cli.approvals import tell_waiting, waiting
from flexsync_cli.cli.attention import tell_matters, tell_next
from flexsync_cli.cli.console import say, stderr_console, stdout_console
from flexsync_cli.cli.context import GlobalOptions
from flexsync_cli.cli.matters import matters
from flexsync_cli.cli.tables import step_line
from flexsync_cli.domain.forecast import WAITS
from flexsync_cli.domain.plan import StepOutcome
from flexsync_cli.domain.push import PushPlan
from flexsync_cli.services.run import Report

NOT_SELECTED = "not to be mailed: its newsletter is not ticked, it is not active, or its CRM type is not selected"


def show_report(report: Report, options: GlobalOptions) -> None:
    """Results on stdout; errors, refusals and hints on stderr."""
    console, errors = stdout_console(), stderr_console()
    found = matters(report)
    if report.push and report.push.partial:
        _tell_only(console, report.push)
    if not options.quiet and not report.texts:
        tell_matters(console, found)
    tell_waiting(console, [each for each in waiting(report) if each.is_offer])
    tell_texts(console, report)
    tell_steps(console, report)
    tell_errors(errors, report)
    if not options.quiet:
        tell_next(errors, found, report.config)


def _tell_only(console: Console, plan: PushPlan) -> None:
    """What became of the few that were asked for."""
    for relation_id, verdict in plan.verdicts.items():
        say(console, f"relation {relation_id}: {verdict}")
    if not plan.verdicts and not plan.changes:
        say(console, NOT_SELECTED)


def tell_texts(console: Console, report: Report) -> None:
    """The mails, where no server is there to send them; they tell what needs a hand, too."""
    for line in "\n".join(report.texts).splitlines():
        say(console, line)


def tell_steps(console: Console, report: Report) -> None:
    """A line a step."""
    for outcome in report.outcomes:
        style = "red" if outcome.error else "yellow" if outcome.counts["failed"] else None
        say(console, step_line(outcome), style, listed=True)


def tell_errors(console: Console, report: Report) -> None:
    """What failed, and what was refused, with the way out."""
    tell_failures(console, report)
    _tell_leaves(console, report)
    tell_waiting(console, [each for each in waiting(report) if not each.is_offer])


def _tell_leaves(console: Console, report: Report) -> None:
    """How many are still mailed although the office said no."""
    for outcome in report.outcomes:
        if waits := outcome.counts["leaves_waiting"]:
            people = "1 person who leaves is" if waits == 1 else f"{waits} people who leave are"
            say(console, f"{outcome.name}: {people} still mailed until a later run, which does them first", "yellow")


def tell_failures(console: Console, report: Report) -> None:
    """Why steps did not come to their end, each cause once; what only waits for the month's calls is no error."""
    causes: dict[str, list[StepOutcome]] = {}
    for outcome in report.outcomes:
        if outcome.error:
            causes.setdefault(WAITS if outcome.error.startswith(WAITS) else outcome.error, []).append(outcome)
    for cause, stopped in causes.items():
        told = f"{', '.join(outcome.name for outcome in stopped)}: {stopped[0].error}"
        say(console, told if cause == WAITS else f"error: {told}", "yellow" if cause == WAITS else "red")

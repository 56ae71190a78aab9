"""A plan on the console: the groups, the relations behind each number, what the guard would refuse, the price."""

from collections import defaultdict

from rich.console import Console

from flexsync_cli.cli.approvals import tell_waiting, waiting
from flexsync_cli.cli.attention import tell_matters, tell_next
from flexsync_cli.cli.console import say, stderr_console, stdout_console
from flexsync_cli.cli.context import GlobalOptions
from flexsync_cli.cli.matters import matters
from flexsync_cli.cli.show_calls import calls_lines
from flexsync_cli.cli.show_price import price_line
from flexsync_cli.cli.show_report import tell_failures, tell_steps
from flexsync_cli.cli.tables import examples, print_section
from flexsync_cli.domain.model import RelationId
from flexsync_cli.domain.plan import Leave, Verdict
from flexsync_cli.domain.preview import Adoption
from flexsync_cli.domain.push import PushPlan
from flexsync_cli.services.run import Report

MEANING = {
    Verdict.CREATED: "would be created",
    Verdict.UPDATED: "would be updated",
    Verdict.ADOPTED: "are there already, equal: linked without a call",
    Verdict.UNCHANGED: "stay as they are",
    Verdict.SHADOWED: "share an address with a relation that is sent",
    Verdict.OUT: "are out: not mailed, whatever Admin says",
    Verdict.PARKED: "were refused by Flexmail, and wait for a change",
    Verdict.HELD: "are held: left as they are on both sides",
    Verdict.WAITING: "wait: for Flexmail, or for the month's calls",
}

LEAVES_WAIT = "still mailed until there are calls again, then the first to leave"


def show_plan(report: Report, options: GlobalOptions) -> None:
    """Print it on stdout; what failed on stderr."""
    console, errors = stdout_console(), stderr_console()
    if report.adoption:
        _show_adoption(console, report.adoption)
    if report.push:
        _show_push(console, report.push)
    found = matters(report)
    tell_matters(console, found)
    tell_waiting(console, waiting(report))
    tell_steps(console, report)
    for line in calls_lines(report.calls) if report.calls else ():
        say(console, line)
    if report.price is not None:
        say(console, price_line(report, report.price))
    tell_failures(errors, report)
    if not options.quiet:
        tell_next(errors, found, report.config)


def _show_adoption(console: Console, adoption: Adoption) -> None:
    rows = [
        ("in both, equal", adoption.equal, "linked"),
        ("in both, different", adoption.differing, "Flexmail gets Admin's values"),
        ("only in Admin", adoption.only_admin, "created in Flexmail"),
        ("only in Flexmail", adoption.only_flexmail, "left alone"),
        ("active in Flexmail, not to be mailed by Admin", adoption.not_to_be_mailed, "kept as a plan to approve"),
    ]
    print_section(console, ("first run: the two sides", "people", "what a push does"), rows)


def _show_push(console: Console, plan: PushPlan) -> None:
    groups: dict[Verdict, list[RelationId]] = defaultdict(list)
    for relation_id, verdict in plan.verdicts.items():
        groups[verdict].append(relation_id)
    rows = [
        (len(groups[verdict]), meaning, examples(groups[verdict])) for verdict, meaning in MEANING.items() if groups[verdict]
    ]
    leaves = [change.relation_id for change in plan.changes if isinstance(change, Leave)]
    if leaves:
        rows.append((len(leaves), "would leave: unticked or inactive", examples(leaves)))
    waiting = [change.relation_id for change in plan.route.leaves_waiting] if plan.route else []
    if waiting:
        rows.append((len(waiting), LEAVES_WAIT, examples(waiting)))
    print_section(console, ("people", "what", "relations"), rows)

"""A plan on the console: the groups, the relations behind each number, what the guard would refuse, the price."""

from collections import defaultdict
from collections.abc import Iterable

from rich.console import Console

from flexsync_cli.cli.console import print_table, stdout_console, step_line
from flexsync_cli.cli.work import tell_errors
from flexsync_cli.domain.model import RelationId
from flexsync_cli.domain.plan import Leave, Verdict
from flexsync_cli.domain.preview import Adoption
from flexsync_cli.domain.price import minutes
from flexsync_cli.domain.push import PushPlan
from flexsync_cli.services.run import Report

EXAMPLES = 5
MEANING = {
    Verdict.CREATED: "would be created",
    Verdict.UPDATED: "would be updated",
    Verdict.ADOPTED: "are there already, equal: linked without a call",
    Verdict.UNCHANGED: "stay as they are",
    Verdict.SHADOWED: "share an address with a relation that is sent",
    Verdict.OUT: "are out: not mailed, whatever Admin says",
    Verdict.PARKED: "were refused by Flexmail, and wait for a change",
    Verdict.HELD: "are held: left as they are",
    Verdict.WAITING: "wait: Flexmail takes no new contacts now",
}


def show_plan(report: Report, per_minute: int) -> None:
    """Print it on stdout."""
    console = stdout_console()
    tell_errors(report)
    if report.adoption:
        _show_adoption(console, report.adoption)
    if report.push:
        _show_push(console, report.push)
    for outcome in report.outcomes:
        console.print(step_line(outcome))
    if report.price is not None:
        wait = minutes(report.price, per_minute)
        console.print(f"price: {report.price} calls" + (f", {wait} minutes" if wait else ", under a minute"))


def _show_adoption(console: Console, adoption: Adoption) -> None:
    rows = [
        ("in both, equal", adoption.equal, "linked"),
        ("in both, different", adoption.differing, "Flexmail gets Admin's values"),
        ("only in Admin", adoption.only_admin, "created in Flexmail"),
        ("only in Flexmail", adoption.only_flexmail, "left alone"),
        ("active in Flexmail, not to be mailed by Admin", adoption.not_to_be_mailed, "never changed by itself: approve"),
    ]
    print_table(console, ("first run: the two sides", "people", "what a push does"), rows)


def _show_push(console: Console, plan: PushPlan) -> None:
    groups: dict[Verdict, list[RelationId]] = defaultdict(list)
    for relation_id, verdict in plan.verdicts.items():
        groups[verdict].append(relation_id)
    rows = [
        (len(groups[verdict]), meaning, _examples(groups[verdict])) for verdict, meaning in MEANING.items() if groups[verdict]
    ]
    leaves = [change.relation_id for change in plan.changes if isinstance(change, Leave)]
    if leaves:
        rows.append((len(leaves), "would leave: unticked or inactive", _examples(leaves)))
    print_table(console, ("people", "what", "relations"), rows)


def _examples(relation_ids: Iterable[RelationId]) -> str:
    known = list(relation_ids)
    more = f" and {len(known) - EXAMPLES} more" if len(known) > EXAMPLES else ""
    return ", ".join(known[:EXAMPLES]) + more

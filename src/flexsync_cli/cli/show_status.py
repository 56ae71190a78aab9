"""Where things stand, on the console: the runs, then the figures, then what waits for a person."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from rich.console import Console

from flexsync_cli.cli.approvals import tell_waiting, waiting
from flexsync_cli.cli.attention import tell_matters
from flexsync_cli.cli.console import say
from flexsync_cli.cli.matters import matters
from flexsync_cli.cli.show_calls import calls_lines
from flexsync_cli.cli.show_waiting import waiting_lines
from flexsync_cli.cli.tables import print_table
from flexsync_cli.domain.months import BRUSSELS, day_of
from flexsync_cli.domain.plan import Note, StepOutcome
from flexsync_cli.ports import Run
from flexsync_cli.services.run import Report
from flexsync_cli.services.status import Status, meaning

MINUTE = timedelta(minutes=1)


def show_status(console: Console, found: Status) -> None:
    """Print it; times are Brussels'."""
    if found.runs:
        rows = [(local(run.started), _lasted(run), run.command, _code(run), meaning(run)) for run in found.runs]
        print_table(console, ("last runs", "took", "command", "exit", "meaning"), rows)
    else:
        say(console, "nothing has run yet: flexsync plan shows what the first run would do")
    for line in _figures(found):
        say(console, line)
    report = _as_report(found)
    told = matters(report)
    if told:
        say(console, "")
        tell_matters(console, told, whole=True)
    tell_waiting(console, waiting(report))
    if not (told or found.plans):
        say(console, "nothing waits for you")


def _figures(found: Status) -> Iterator[str]:
    if found.due is not None:
        late = ", which is past: see flexsync schedule check" if found.due + MINUTE < found.at else ""
        yield f"next run: due {local(found.due, found.at)}{late}"
    yield from calls_lines(found.calls)
    yield f"links: {found.links} people are mailed through flexsync"
    yield from waiting_lines(found)


def _as_report(found: Status) -> Report:
    """As a run would tell them: to-dos and plans, who is parked, and what the last run found."""
    data = [(parked.relation_id, (("problem", parked.problem), ("field", parked.field))) for parked in found.parked]
    notes = [Note(relation_id, "parked", each) for relation_id, each in data]
    notes += found.findings
    return Report([StepOutcome("status", notes=notes)], todos=list(found.todos), plans=list(found.plans), config=found.config)


def local(moment: datetime, now: datetime | None = None) -> str:
    """A moment as the office's clock shows it; without its day where that is today's."""
    form = "%H:%M" if now is not None and day_of(moment) == day_of(now) else "%Y-%m-%d %H:%M"
    return f"{moment.astimezone(BRUSSELS):{form}}"


def _lasted(run: Run) -> str:
    if run.ended is None:
        return ""
    seconds = round((run.ended - run.started).total_seconds())
    return f"{seconds} s" if seconds < MINUTE.total_seconds() else f"{seconds // 60} min {seconds % 60:02} s"


def _code(run: Run) -> int | str:
    return "" if run.exit_code is None else run.exit_code

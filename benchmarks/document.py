"""`docs/performance.md`, made of what was measured."""

import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from benchmarks import floor, table
from benchmarks.agenda import DAYS
from benchmarks.month import FEWER_KINDS, KINDS_OF_DAY, SIZES
from benchmarks.naive import MOST
from benchmarks.office import EACH, INTERESTS, LIMIT
from benchmarks.promises import Verdict
from benchmarks.row import Row

PATH = Path(__file__).parents[1] / "docs" / "performance.md"
_TEMPLATE = Path(__file__).with_name("performance.md.j2")


def document(rows: Sequence[Row], verdicts: Sequence[Verdict]) -> str:
    """The whole text, without a date: it changes only where something was measured otherwise."""
    markdown = Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)  # noqa: S701 - no HTML
    return markdown.from_string(_TEMPLATE.read_text("utf-8")).render(
        scenarios=_groups([row for row in rows if not row.is_month]),
        months=_groups([row for row in rows if row.is_month]),
        verdicts=verdicts,
        table=table.markdown,
        rules=floor.RULES,
        days=DAYS,
        kinds=KINDS_OF_DAY,
        fewer=FEWER_KINDS,
        times=_times,
        offices=SIZES,
        limit=LIMIT,
        each=EACH,
        interests=len(INTERESTS),
        really=MOST,
        by_rule=table.BY_RULE,
        composed=table.COMPOSED,
        cores=os.cpu_count(),
        busy=_is_busy(),
        system=platform.system(),
        python=platform.python_version(),
    )


def _groups(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """By size, each with its title."""
    sizes = sorted({row.relations for row in rows})
    return [(f"{size:,} relations", [row for row in rows if row.relations == size]) for size in sizes]


def _is_busy() -> bool:
    """Whether this machine has much more to do than the benchmarks, which keep each core busy once."""
    return hasattr(os, "getloadavg") and os.getloadavg()[1] > 2 * (os.cpu_count() or 1)


def _times(kinds: Mapping[int, int]) -> str:
    """Which days, and how often each is counted."""
    return ", ".join(f"day {day + 1} ({number} times)" for day, number in kinds.items())

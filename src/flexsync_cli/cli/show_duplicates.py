"""The duplicate report as a table: in groups for a person at a terminal, a row a line for a pipe."""

from collections.abc import Sequence
from dataclasses import astuple
from itertools import groupby
from operator import attrgetter

from rich.console import Console

from flexsync_cli.cli.tables import print_groups, print_table
from flexsync_cli.domain.duplicates import COLUMNS, DuplicateRow


def show_duplicates(console: Console, rows: Sequence[DuplicateRow]) -> None:
    """Nothing where there are none."""
    if console.is_terminal:
        groups = groupby(rows, key=attrgetter("address"))
        print_groups(console, [(address, [_short(row) for row in group]) for address, group in groups])
    else:
        print_table(console, [column.replace("_", " ") for column in COLUMNS], [astuple(row) for row in rows])


def _short(row: DuplicateRow) -> tuple[str, ...]:
    """What decides is in `why`, so that a row has room on a narrow terminal."""
    return row.relation_id, row.role, f"{row.name} {row.first_name}".strip(), row.why

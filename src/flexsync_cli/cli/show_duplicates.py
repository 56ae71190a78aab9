"""The duplicate report as a table: in groups for a person at a terminal, a row a line for a pipe."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple
from itertools import groupby
from operator import attrgetter

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from flexsync_cli.cli.console import printable
from flexsync_cli.cli.tables import print_table
from flexsync_cli.domain.duplicates import COLUMNS, DuplicateRow, Role

MOST_WIDTH = 110
# Who is sent, and who is none of the newsletter's.
STYLES = {Role.HOLDER: "green", Role.NOT_ELIGIBLE: "dim"}


def show_duplicates(console: Console, rows: Sequence[DuplicateRow]) -> None:
    """Nothing where there are none."""
    if console.is_terminal:
        groups = groupby(rows, key=attrgetter("address"))
        _print_groups(console, [(address, [_short(row) for row in group]) for address, group in groups])
    else:
        print_table(console, [column.replace("_", " ") for column in COLUMNS], [astuple(row) for row in rows])


def _short(row: DuplicateRow) -> tuple[str, ...]:
    """What decides is in `why`, so that a row has room on a narrow terminal."""
    return row.relation_id, row.role, f"{row.name} {row.first_name}".strip(), row.why


def _print_groups(console: Console, groups: Iterable[tuple[str, Sequence[Sequence[str]]]]) -> None:
    """Each group under its heading, the columns of all in line; the last two share what room there is."""
    known = list(groups)
    columns = zip(*(row for _, rows in known for row in rows), strict=True)
    widths = [max(map(cell_len, column)) for column in columns]
    for heading, rows in known:
        table = Table.grid(padding=(0, 2, 0, 0), expand=True)
        for width in widths[:-2]:
            table.add_column(width=width)
        for _ in widths[-2:]:
            table.add_column(ratio=1, overflow="fold")
        for row in rows:
            table.add_row(*(Text(printable(cell), STYLES.get(Role(row[1]), "")) for cell in row))
        console.print(Text(printable(heading)), style="bold")
        console.print(Padding(table, (0, 0, 0, 2)), width=min(console.width, MOST_WIDTH), soft_wrap=False)

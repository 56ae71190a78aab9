"""The rows, for a console of a hundred columns and for a document."""

from collections.abc import Sequence

from benchmarks.naive import Naive
from benchmarks.row import Row, minutes_of

_WIDTHS = (27, 7, 7, 7, 8, 5, 9, 7, 12)
_HEAD = ("", "REST", "SOAP", "min", "CPU s", "MB", "SQL", "floor", "naive")
_TITLES = ("", "REST calls", "SOAP calls", "minutes", "CPU s", "peak MB", "SQL", "floor", "naive client", "its minutes")
COMPOSED, BY_RULE = "~", "="


def head(title: str) -> str:
    """The first line of a group of rows."""
    return line((title, *_HEAD[1:]))


def line(cells: Sequence[str]) -> str:
    """Aligned: the name on the left, numbers on the right."""
    name, *numbers = (cell.ljust(width) if not place else cell.rjust(width) for place, (cell, width) in _placed(cells))
    return " ".join([name, *numbers])


def cells(row: Row) -> tuple[str, ...]:
    """As the console shows them."""
    spent = row.spent
    return (
        row.scenario,
        *(f"{value:,.0f}" for value in (spent.rest, spent.soap, spent.minutes)),
        f"{spent.cpu_seconds:,.1f}" if spent.cpu_seconds else "",
        f"{spent.megabytes:,.0f}" if spent.megabytes else "",
        f"{spent.statements:,.0f}" if spent.statements else "",
        f"{row.floor:,}",
        _naive(row.naive),
    )


def markdown(title: str, rows: Sequence[Row]) -> str:
    """A table of a group."""
    lines = [(title, *_TITLES[1:]), ("---", *["---:"] * (len(_TITLES) - 1)), *map(_markdown_cells, rows)]
    return "\n".join(f"| {' | '.join(each)} |" for each in lines)


def _markdown_cells(row: Row) -> tuple[str, ...]:
    name, *rest = cells(row)
    minutes = "" if row.naive is None else f"{minutes_of(row.naive.calls):,}"
    return (f"{COMPOSED} {name}" if row.composed else name, *rest, minutes)


def _naive(naive: Naive | None) -> str:
    if naive is None:
        return ""
    return f"{BY_RULE}{naive.calls:,}" if naive.by_rule else f"{naive.calls:,}"


def _placed(cells: Sequence[str]) -> enumerate[tuple[str, int]]:
    return enumerate(zip(cells, _WIDTHS, strict=True))

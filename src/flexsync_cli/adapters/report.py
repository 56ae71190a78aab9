"""The report of duplicates as a file for a spreadsheet: CSV, or xlsx with the groups in colour."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TextIO

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from flexsync_cli.domain.duplicates import COLUMNS, DuplicateRow, Role
from flexsync_cli.domain.text import neutral_cell
from flexsync_cli.errors import Misconfigured

# At the head of a CSV, Excel takes it for the sign of UTF-8.
BOM = "\ufeff"

_WIDTHS = (34, 12, 30, 20, 10, 10, 11, 13, 44)  # in characters, one a column
_BANDS = ("#FFFFFF", "#E8F0F7")
_HEADER = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#3B5B7A", "align": "left"}


def write_csv(rows: Iterable[DuplicateRow], stream: TextIO, delimiter: str = ";") -> None:
    """Write heads and rows; the stream must have been opened with newline="" and must not change line ends."""
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(map(_cells, rows))


def write_xlsx(rows: Sequence[DuplicateRow], path: Path) -> None:
    """Write a workbook of one sheet: the groups in two alternating colours, each holder in bold.

    Raises Misconfigured where the file can't be written.
    """
    try:
        # In memory: addresses and names have no business in the folder of temporary files.
        with Workbook(path, {"in_memory": True}) as book:
            _fill(book, rows)
    except FileCreateError:
        problem = f"{path}: this file can't be written; close it where it is open, or choose another one"
        raise Misconfigured(problem) from None


def _fill(book: Workbook, rows: Sequence[DuplicateRow]) -> None:
    sheet = book.add_worksheet("Duplicates")
    _lay_out(sheet, len(rows))
    sheet.write_row(0, 0, COLUMNS, book.add_format(_HEADER))
    bands = [_formats(book, colour) for colour in _BANDS]
    for number, (band, row) in enumerate(_banded(rows), start=1):
        cell_format = bands[band][row.role is Role.HOLDER]
        for column, cell in enumerate(_cells(row)):
            # write_string alone makes neither formulas, links nor numbers of text.
            sheet.write_string(number, column, cell, cell_format)


def _lay_out(sheet: Worksheet, count: int) -> None:
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, count, len(COLUMNS) - 1)
    # Ids are text, and Excel would put a mark on each.
    sheet.ignore_errors({"number_stored_as_text": f"A1:{xl_rowcol_to_cell(count, len(COLUMNS) - 1)}"})
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)


def _formats(book: Workbook, colour: str) -> tuple[Format, Format]:
    """The formats of one band: of any relation, and of a holder."""
    band = {"bg_color": colour, "border": 1, "border_color": "#D5DDE5"}
    return book.add_format(band), book.add_format(band | {"bold": True})


def _banded(rows: Iterable[DuplicateRow]) -> Iterator[tuple[int, DuplicateRow]]:
    """Each row with the colour of its group, 0 or 1 in turn."""
    for number, (_, group) in enumerate(groupby(rows, key=attrgetter("address"))):
        for row in group:
            yield number % len(_BANDS), row


def _cells(row: DuplicateRow) -> list[str]:
    return [neutral_cell(cell) for cell in astuple(row)]

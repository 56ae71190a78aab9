"""The report of duplicates, opened again by a spreadsheet's eyes."""

import csv
import io
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from flexsync_cli.adapters.report import BOM, write_csv, write_xlsx
from flexsync_cli.domain.duplicates import COLUMNS, DuplicateRow, Role
from flexsync_cli.errors import Misconfigured

HEADS = ["address", "relation_id", "name", "first_name", "crm_type", "active", "newsletter", "role", "why"]


def row(address: str, relation_id: str, role: Role = Role.SHADOWED, *, name: str = "Peeters", why: str = "") -> DuplicateRow:
    return DuplicateRow(address, relation_id, name, "Réné", "3", "yes", "no", role, why)


ROWS = [
    row("a@kantoor.be", "1", Role.HOLDER, why="lowest id"),
    row("a@kantoor.be", "2", name='Peeters; "Zonen"\r\nNV'),
    row("b@kantoor.be", "3", name='=HYPERLINK("http://example.be")'),
    row("b@kantoor.be", "4", Role.NOT_ELIGIBLE, name="http://example.be"),
    row("c@kantoor.be", "5", name="half \ud83e\x00"),
]


def as_csv(rows: list[DuplicateRow], delimiter: str = ";") -> str:
    stream = io.StringIO(newline="")
    write_csv(rows, stream, delimiter)
    return stream.getvalue()


def sheet_of(path: Path) -> Worksheet:
    sheet = load_workbook(path).active
    assert isinstance(sheet, Worksheet)
    return sheet


def test_csv_to_the_letter() -> None:
    assert as_csv(ROWS[:1]) == (
        "address;relation_id;name;first_name;crm_type;active;newsletter;role;why\r\n"
        "a@kantoor.be;1;Peeters;Réné;3;yes;no;holder;lowest id\r\n"
    )


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_reads_back_whatever_the_values_hold(delimiter: str) -> None:
    read = list(csv.reader(io.StringIO(as_csv(ROWS, delimiter), newline=""), delimiter=delimiter))
    assert read[0] == HEADS == list(COLUMNS)
    assert [cells[2] for cells in read[1:]] == [
        "Peeters",
        'Peeters; "Zonen" NV',
        '\'=HYPERLINK("http://example.be")',
        "http://example.be",
        "half \ufffd",
    ]


def test_csv_of_nothing_has_its_heads() -> None:
    assert as_csv([]) == ";".join(HEADS) + "\r\n"


def test_a_csv_file_with_the_mark_is_utf_8_to_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "dubbels.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(BOM)
        write_csv(ROWS, stream)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfaddress;")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        assert [cells["first_name"] for cells in csv.DictReader(stream, delimiter=";")] == ["Réné"] * len(ROWS)


def test_xlsx_holds_the_same_as_text(tmp_path: Path) -> None:
    write_xlsx(ROWS, tmp_path / "dubbels.xlsx")
    sheet = sheet_of(tmp_path / "dubbels.xlsx")
    read = list(csv.reader(io.StringIO(as_csv(ROWS), newline=""), delimiter=";"))
    cells = list(sheet.iter_rows())
    assert [[cell.value or "" for cell in line] for line in cells] == read
    assert {cell.data_type for line in cells for cell in line if cell.value} == {"s"}
    assert not any(cell.hyperlink for line in cells for cell in line)


def test_xlsx_can_be_filtered_and_keeps_its_heads_in_sight(tmp_path: Path) -> None:
    write_xlsx(ROWS, tmp_path / "dubbels.xlsx")
    sheet = sheet_of(tmp_path / "dubbels.xlsx")
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:I6"
    assert sheet.column_dimensions["A"].width > 30


def test_xlsx_shows_groups_in_turning_colours_and_holders_in_bold(tmp_path: Path) -> None:
    write_xlsx(ROWS, tmp_path / "dubbels.xlsx")
    sheet = sheet_of(tmp_path / "dubbels.xlsx")
    colours = [sheet.cell(line, 1).fill.start_color.rgb for line in range(2, 7)]
    assert colours[0] == colours[1] == colours[4] != colours[2] == colours[3]
    assert [bool(sheet.cell(line, 3).font.bold) for line in range(2, 7)] == [True, False, False, False, False]


def test_xlsx_of_nothing_opens(tmp_path: Path) -> None:
    write_xlsx([], tmp_path / "dubbels.xlsx")
    assert [cell.value for cell in sheet_of(tmp_path / "dubbels.xlsx")[1]] == HEADS


def test_a_place_that_cannot_be_written_is_told_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"dubbels\.xlsx: this file can't be written; close it") as caught:
        write_xlsx(ROWS, tmp_path / "nowhere" / "dubbels.xlsx")
    assert "kantoor" not in str(caught.value)

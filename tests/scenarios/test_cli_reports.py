"""`dedupe-report` and `pull-unsubscribes` at the command line."""

import csv
import io
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from tests.scenarios.world import World

COLUMNS = ["address", "relation_id", "name", "first_name", "crm_type", "active", "newsletter", "role", "why"]


@pytest.fixture
def shared(world: World) -> World:
    """Two addresses that two or three relations have, one that one has."""
    world.relation(1, "info@example.be", name="Peeters; & Zn", FIRSTNAME="=cmd()")
    world.relation(2, "INFO@example.be", name="Évrard", ticked=False)
    world.relation(3, "alleen@example.be")
    world.relation(12, "zaak@example.be", active=0)
    world.relation(11, "zaak@example.be", name="Łukasz")
    world.relation(10, "zaak@example.be")
    return world


def test_redirected_it_is_a_csv_that_excel_and_python_read_alike(shared: World, tmp_path: Path) -> None:
    target = tmp_path / "dupes.csv"
    with target.open("wb") as stdout:
        command = [sys.executable, "-m", "flexsync_cli", "--config", str(shared.config), "dedupe-report"]
        done = subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, check=False, timeout=60, text=True)
    assert done.returncode == 0
    assert done.stderr.splitlines()[-1].startswith("5 relations share 2 addresses")
    assert target.read_bytes().startswith(b"\xef\xbb\xbfaddress;")
    with target.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream, delimiter=";"))
    assert rows[0] == COLUMNS
    assert [(row[0], row[1], row[7]) for row in rows[1:]] == [
        ("info@example.be", "1", "holder"),
        ("info@example.be", "2", "not eligible"),
        ("zaak@example.be", "10", "holder"),
        ("zaak@example.be", "11", "shadowed"),
        ("zaak@example.be", "12", "not eligible"),
    ]
    assert rows[1][2:4] == ["Peeters; & Zn", "'=cmd()"]


def test_the_console_in_cp1252_does_not_change_the_file(shared: World, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "flexsync_cli", "--config", str(shared.config), "dedupe-report"]
    environment = {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    done = subprocess.run(command, capture_output=True, check=True, timeout=60, env=environment)
    assert "Łukasz" in done.stdout.decode("utf-8-sig")
    assert done.stdout.count(b"\r\n") == 6


def test_another_delimiter_and_a_file_for_powershell(shared: World, tmp_path: Path) -> None:
    target = tmp_path / "dupes.csv"
    result = shared.run("dedupe-report", "--output", str(target), "--delimiter", ",")
    assert (result.code, result.out) == (0, "")
    assert result.err.splitlines()[-1].endswith(f"; written to {target}")
    assert next(csv.reader(io.StringIO(target.read_text("utf-8-sig")))) == COLUMNS


def test_the_workbook_has_bands_and_holders_in_bold_and_no_formulas(shared: World, tmp_path: Path) -> None:
    target = tmp_path / "dupes.xlsx"
    assert shared.run("dedupe-report", "--output", str(target)).code == 0
    sheet = openpyxl.load_workbook(target).active
    assert [cell.value for cell in sheet[1]] == COLUMNS
    assert [bool(row[0].font.bold) for row in sheet.iter_rows(min_row=2)] == [True, False, True, False, False]
    colours = [row[0].fill.start_color.rgb for row in sheet.iter_rows(min_row=2)]
    assert colours[0] == colours[1] != colours[2] == colours[3] == colours[4]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}


def test_a_table_through_a_pipe_is_a_line_a_row(shared: World) -> None:
    lines = shared.run("dedupe-report", "--format", "table").out.splitlines()
    assert lines[0].split() == ["address", "relation", "id", *COLUMNS[2:3], "first", "name", "crm", "type", *COLUMNS[5:]]
    assert len(lines) == 6


def test_no_duplicates_are_no_failure(world: World) -> None:
    world.relations(2)
    result = world.run("dedupe-report")
    assert (result.code, result.out.strip("\ufeff\r\n")) == (0, ";".join(COLUMNS))
    assert result.err.splitlines()[-1].startswith("no address occurs twice")
    assert world.run("dedupe-report", "--format", "table").code == 0


def test_quiet_is_data_alone(shared: World) -> None:
    assert "share" not in shared.run("-q", "dedupe-report").err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--format", "xlsx"], "xlsx needs a file: --output duplicates.xlsx"),
        (["--format", "table", "--output", "x.txt"], "a table is for the console"),
        (["--delimiter", "ab"], "one character, such as ; or ,"),
        (["--output", "nowhere/there/x.csv"], "can't be written"),
    ],
)
def test_a_mistake_is_2_and_says_the_way_out(shared: World, arguments: list[str], told: str) -> None:
    result = shared.process("dedupe-report", *arguments)
    assert (result.code, result.out) == (2, "")
    assert told in result.err


def test_a_terminal_gets_groups_that_fit(shared: World, monkeypatch: pytest.MonkeyPatch) -> None:
    pty = pytest.importorskip("pty")  # not on Windows
    chunks: list[bytes] = []
    os = pytest.importorskip("os")

    def read(descriptor: int) -> bytes:
        chunks.append(os.read(descriptor, 4096))
        return chunks[-1]

    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    code = pty.spawn([sys.executable, "-m", "flexsync_cli", "--config", str(shared.config), "-q", "dedupe-report"], read)
    said = re.sub(r"\x1b\[[\d;]*m", "", b"".join(chunks).decode())
    assert code == 0
    groups = said[said.index("info@example.be") :].splitlines()  # after the warnings
    assert max(map(len, groups)) <= 80


def test_opt_outs_are_pulled_by_a_command_of_their_own(world: World) -> None:
    world.with_soap()
    world.relations(2)
    world.push()
    world.flexmail.unsubscribe("relation1@example.be")
    dry = world.run("pull-unsubscribes", "--dry-run", "--json")
    assert (dry.code, dry.document["dry_run"], dry.counts("opt_outs")["unticked"]) == (0, True, 1)
    assert world.is_ticked(1)
    result = world.run("pull-unsubscribes")
    assert (result.code, world.is_ticked(1), world.is_ticked(2)) == (0, False, True)
    assert result.out.startswith("opt_outs: 1 events, 0 states, 1 unticked, 0 gone, ")

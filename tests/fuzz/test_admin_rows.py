"""Whatever an office has typed into Admin: a run ends by itself, spreadsheets and mails get it as text and nothing more."""

import csv
import io
import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flexsync_cli.adapters.mail.letters import JinjaLetters
from flexsync_cli.adapters.report import write_csv, write_xlsx
from flexsync_cli.domain.bounce_mail import BounceNews
from flexsync_cli.domain.duplicates import DuplicateRow, Role
from flexsync_cli.ports import Envelope, Letter
from tests.fuzz import EXAMPLES
from tests.fuzz.addresses import ADDRESSES
from tests.scenarios.world import World

ODD = (
    '=HYPERLINK("http://example.com";"x")',
    "+1+cmd|'/C calc'!A0",
    "\t=1+1",
    " =1+1",
    "\u200b=1+1",
    "\uff1d1+1",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "a\r\nBcc: iemand@example.com\r\n\r\nx",
    "nul\x00byte",
    "\u202egnp.exe",
    "[bold red]markup[/]",
    "\x1b[2J\x1b]0;titel\x07",
    "jörg@münchen.example",
    f"{'a' * 254}@{'b' * 62}.be",
    "\U0001f600" * 30,
    "'; DROP TABLE CUSTOMER; --",
    "",
    " ",
)
TEXTS = st.sampled_from(ODD) | st.text(max_size=60)
FORMULA = re.compile(r"\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
DONE, UNAVAILABLE = (0, 1, 3), 4
MOMENT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def rows() -> list[DuplicateRow]:
    return [
        DuplicateRow("iemand@example.be", str(number), text, text, text, "yes", "yes", Role.HOLDER, text)
        for number, text in enumerate([*ODD, "\ud800alone"])
    ]


def test_no_cell_of_the_csv_is_a_formula_or_breaks_its_line(rows: list[DuplicateRow]) -> None:
    stream = io.StringIO(newline="")
    write_csv(rows, stream)
    stream.getvalue().encode()
    read = list(csv.reader(io.StringIO(stream.getvalue(), newline=""), delimiter=";"))
    assert len(read) == len(rows) + 1
    assert not [cell for row in read[1:] for cell in row if FORMULA.match(cell) or "\n" in cell or "\0" in cell]


def test_no_cell_of_the_workbook_is_anything_but_text(rows: list[DuplicateRow], tmp_path: Path) -> None:
    path = tmp_path / "duplicates.xlsx"
    write_xlsx(rows, path)
    book = openpyxl.load_workbook(path)
    assert {cell.data_type for row in book.active.iter_rows(min_row=2) for cell in row} <= {"s", "n"}
    assert not [cell for row in book.active.iter_rows(min_row=2) for cell in row if cell.hyperlink]


@settings(max_examples=EXAMPLES)
@given(subject=TEXTS, text=TEXTS)
def test_no_text_makes_a_header_of_a_mail(subject: str, text: str) -> None:
    letters = JinjaLetters()
    plain = letters.bounces(BounceNews(()), "nl")
    envelope = Envelope("flexsync@example.be", ("els@example.be",), MOMENT, "1@example.be")
    honest = message_from_bytes(letters.message(plain, envelope), policy=default)
    odd = message_from_bytes(letters.message(Letter(subject, plain.html, text), envelope), policy=default)
    assert odd.keys() == honest.keys()


def test_a_run_over_odd_rows(world: World) -> None:
    """Everything odd at once, in every column, with a field of ten million characters; then the same again does nothing."""
    world.configure(fields={"software": "ACC_SOFTWARE"}, summary={"when": "always", "language": "nl"})
    world.flexmail.add_custom_field("software")
    fill(world)
    first = world.run("run")
    assert first.code in DONE, first.err
    world.flexmail.reset_calls()
    again = world.run("run")
    assert again.code in DONE, again.err
    assert not world.writes(), "what was odd stays as it was sent"
    for said in (first.out, first.err, again.out):
        assert not re.search(r"[\x00\x07\x1b\u202e]", said), "nothing steers the terminal"


def fill(world: World) -> None:
    for number, text in enumerate(ODD, start=1):
        email = f"relatie{number}@example.be"
        world.relation(number, email, name=text, FIRSTNAME=text, ACC_SOFTWARE=text, LANGUAGE=text[:20])
        world.relation(100 + number, text, name="Peeters")
    world.relation(200, "groot@example.be", name="x" * 10_000_000, ACC_SOFTWARE="y" * 10_000_000)
    world.relation(201, "z" * 10_000_000)


def test_text_that_is_no_text_is_told(world: World) -> None:
    """Bytes that are no UTF-8 in a text column: half read would be half a list of persons."""
    world.relations(3)
    world.sql("UPDATE CUSTOMER SET NAME = CAST(X'41FF42' AS TEXT) WHERE CUSTOMER_ID = 2")
    result = world.push()
    assert result.code == UNAVAILABLE, result.err
    assert not world.writes()


@settings(max_examples=max(3, EXAMPLES // 20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    email=st.text(st.characters(exclude_categories=["Cs"]), max_size=300) | ADDRESSES,
    texts=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=300), min_size=3, max_size=3),
)
def test_a_push_of_any_text(world: World, email: str, texts: list[str]) -> None:
    world.sql("DELETE FROM CUSTOMER")
    world.sql("DELETE FROM CUSTOMER_PERMANENT")
    name, first_name, language = texts
    world.relation(1, email, name=name, FIRSTNAME=first_name, LANGUAGE=language)
    world.relation(2, "tweede@example.be", name=name, FIRSTNAME=first_name, LANGUAGE="N")
    assert world.push("--dry-run").code in DONE
    assert world.push().code in DONE

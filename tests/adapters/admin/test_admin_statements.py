"""Every statement that the adapter runs, as SQL Server would get it."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlglot
from sqlalchemy import Engine, TextClause, event, make_url
from sqlalchemy.sql.elements import ClauseElement
from sqlglot import exp

from flexsync_cli.adapters.admin.lock import LET_GO, TAKE
from flexsync_cli.domain.model import FIELD
from flexsync_cli.ports import Communication, NewRelation
from tests.adapters.admin.office import office_at, sqlite_url


def run_everything(folder: Path) -> Iterator[ClauseElement]:
    """Use the whole port, and hand over what was executed."""
    seen: list[ClauseElement] = []

    def note(_connection: object, element: object, *_rest: object) -> None:
        if isinstance(element, ClauseElement) and not isinstance(element, TextClause):
            seen.append(element)

    with office_at(sqlite_url(folder)) as office, closing(office.open()) as admin:
        event.listen(Engine, "before_execute", note)
        list(admin.relations())
        admin.relation("1")
        admin.untick(["1", "2"])
        admin.tick(["1", "12"])
        admin.rewrite("1", {}, {"name": "X", FIELD + "birth": "1990-01-01", FIELD + "acc_software": "Admin-Consult"})
        admin.add_relation(NewRelation("X", "", "x@example.be", "N", {"birth": "1990-01-01"}, {"ORIGIN": "Flexmail"}))
        admin.add_communication(Communication("1", date(2025, 6, 1), datetime(2025, 6, 1, tzinfo=UTC), "s", "t", "r"))
        event.remove(Engine, "before_execute", note)
    yield from seen


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    dialect = make_url("mssql+pyodbc://").get_dialect()()
    return sorted(
        {
            str(one.compile(dialect=dialect, compile_kwargs={"render_postcompile": True}))
            for one in run_everything(tmp_path_factory.mktemp("office"))
        }
    )


def test_all_kinds_of_statements_are_there(compiled: list[str]) -> None:
    assert {statement.split()[0] for statement in compiled} == {"SELECT", "INSERT", "UPDATE"}
    assert len(compiled) >= 12


def test_every_statement_is_t_sql(compiled: list[str]) -> None:
    for statement in [*compiled, TAKE, LET_GO]:
        assert all(sqlglot.parse(statement, read="tsql")), statement


def test_no_statement_has_output_or_returning(compiled: list[str]) -> None:
    for statement in compiled:
        assert "OUTPUT" not in statement
        assert "RETURNING" not in statement


def test_no_exists_in_a_select_list(compiled: list[str]) -> None:
    assert not any("EXISTS" in statement.upper() for statement in compiled)


def test_names_of_the_configuration_are_quoted_and_values_bound(compiled: list[str]) -> None:
    for statement in compiled:
        assert "[CUSTOMER" in statement or "[COMMUNICATION" in statement or "[ACC_SOFTWARE" in statement
        assert "'" not in statement


def test_relations_are_read_with_the_mapped_columns_only(compiled: list[str]) -> None:
    listing = next(one for one in compiled if "ORDER BY" in one and "[EMAIL]" in one)
    names = {column.name for column in sqlglot.parse_one(listing, read="tsql").find_all(exp.Column)}
    assert "ORIGIN" not in names
    assert {"EMAIL", "NEWSLETTER", "BIRTH", "LABEL"} <= names

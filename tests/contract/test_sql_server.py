"""What is SQL Server's own: its application lock, and triggers that answer. Only the database that FLEXSYNC_TEST_ADMIN_URL
names can tell; what is sent to it is at least T-SQL."""

import os
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlglot
from sqlalchemy import CursorResult

from flexsync_cli.errors import AdminUnavailable, AlreadyRunning
from flexsync_cli.ports import Admin, NewRelation
from tests.adapters.admin.office import Office, office_at, sample_relations, sqlite_url
from tests.contract import sql_server

NEW = NewRelation("Nieuw", "", "nieuw@example.be", "N", {}, {"ORIGIN": "Flexmail"})
UNTICKED = 3


@pytest.fixture
def server() -> Iterator[Office]:
    url = os.environ.get("FLEXSYNC_TEST_ADMIN_URL", "")
    if not url.startswith("mssql"):
        pytest.skip("FLEXSYNC_TEST_ADMIN_URL names no SQL Server")
    with office_at(url, f"T{uuid.uuid4().hex[:8]}_") as office:
        yield office


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Office]:
    with office_at(sqlite_url(tmp_path)) as office:
        yield office


def assert_nobody_is_added(admin: Admin) -> None:
    with pytest.raises(AdminUnavailable, match="without telling its id; undone"):
        admin.add_relation(NEW)
    assert list(admin.relations()) == sample_relations()


def test_one_flexsync_at_a_time_wherever_it_runs(server: Office) -> None:
    with closing(server.open()) as first, closing(server.open()) as second:
        with first.lock():
            with pytest.raises(AlreadyRunning, match="another server"), second.lock():
                pass
            assert first.untick(["1"])  # who holds it works on
        with second.lock(), pytest.raises(AlreadyRunning), first.lock():
            pass


def test_a_trigger_that_answers_with_an_id_ticks_nobody(server: Office) -> None:
    log = sql_server.changes(server)
    log.create(server.engine)
    server.run(sql_server.trigger(server.customer, log, "INSERT", f"SELECT {UNTICKED} AS NUMBER;"))
    with closing(server.open()) as admin:
        assert_nobody_is_added(admin)


@pytest.mark.parametrize("answer", [(UNTICKED,), (None,), None])
def test_another_relation_is_not_taken_for_the_new_one(
    embedded: Office, monkeypatch: pytest.MonkeyPatch, answer: tuple[int | None] | None
) -> None:
    with closing(embedded.open()) as admin:
        monkeypatch.setattr(CursorResult, "inserted_primary_key", answer)
        assert_nobody_is_added(admin)


def test_an_answer_that_is_no_number_is_refused(embedded: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(_result: object) -> None:
        int("again")

    with closing(embedded.open()) as admin:
        monkeypatch.setattr(CursorResult, "inserted_primary_key", property(read))
        assert_nobody_is_added(admin)


def test_the_triggers_are_t_sql(embedded: Office) -> None:
    statements = [sql_server.created(sql_server.changes(embedded)), *sql_server.triggers(embedded)]
    assert len(statements) == 1 + 4 * 2
    for statement in statements:
        assert all(sqlglot.parse(statement, read="tsql", error_level=sqlglot.ErrorLevel.RAISE)), statement
    assert len({statement.split(" ON ")[0] for statement in statements[1:]}) == 4 * 2, "each has a name of its own"

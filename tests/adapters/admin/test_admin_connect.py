"""From `admin.connection` to an engine, or to a message that says what to do."""

import sys
import traceback
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsync_cli.adapters.admin import odbc
from flexsync_cli.adapters.admin.connect import make_engine
from flexsync_cli.adapters.admin.database import Database
from flexsync_cli.errors import AdminLoginRefused, Misconfigured

SQL_SERVER = "Driver={ODBC Driver 18 for SQL Server};Server=SQL01;Database=Admin;UID=flexsync"


class ScriptedDriver(SimpleNamespace):
    """A driver module that keeps the connection string it is asked to open, and is never reached."""

    version = "5.2.0"
    paramstyle = "qmark"
    Error = ConnectionError
    ProgrammingError = BrokenPipeError
    Cursor = object
    asked: str = ""

    def drivers(self) -> list[str]:
        return ["ODBC Driver 18 for SQL Server", "FreeTDS"]

    def dataSources(self) -> dict[str, str]:  # noqa: N802 - pyodbc's name
        return {"Boekhouding": "FreeTDS"}

    def connect(self, connection: str, **_arguments: object) -> None:
        self.asked = connection
        raise AssertionError("asked")


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> ScriptedDriver:
    scripted = ScriptedDriver()
    monkeypatch.setitem(sys.modules, "pyodbc", scripted)
    return scripted


@pytest.mark.parametrize("password", ["simple", "a;b", "a}b", "{a}", "}};PWD=x", " blank ", "+%41&=", "é💡", "a'b\"c"])
def test_a_password_comes_through_whole(driver: ScriptedDriver, password: str) -> None:
    engine = make_engine(SQL_SERVER, password, Path())
    with pytest.raises(AssertionError, match="asked"):
        engine.connect()
    assert odbc.value_of(driver.asked, "PWD") == password
    assert odbc.value_of(driver.asked, "driver") == "ODBC Driver 18 for SQL Server"
    assert odbc.value_of(driver.asked, "UID") == "flexsync"
    assert f"PWD={password}" not in repr(engine)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_any_password_can_be_read_back(password: str) -> None:
    merged = odbc.with_password("Driver={a;b}}c};PWD=old;Server=x", password)
    assert odbc.value_of(merged, "pwd") == password
    assert odbc.value_of(merged, "driver") == "a;b}c"
    assert odbc.value_of(merged, "server") == "x"


def test_the_password_of_a_url(driver: ScriptedDriver) -> None:
    url = "mssql+pyodbc://flexsync@SQL01/Admin?driver=ODBC+Driver+18+for+SQL+Server"
    with pytest.raises(AssertionError, match="asked"):
        make_engine(url, "p;}w", Path()).connect()
    assert odbc.value_of(driver.asked, "PWD") == "p;}w"


def test_a_missing_data_source_is_told_with_those_that_are_there(driver: ScriptedDriver) -> None:
    with pytest.raises(Misconfigured, match=r'no data source "Admin".*it has: Boekhouding; .*Driver='):
        make_engine("DSN=Admin;UID=x", None, Path())
    make_engine("DSN=BOEKHOUDING", None, Path())


def test_a_missing_driver_is_told_with_those_that_are_there(driver: ScriptedDriver) -> None:
    with pytest.raises(
        Misconfigured,
        match=r'no ODBC driver "ODBC Driver 17.*installed: ODBC Driver 18.*FreeTDS.*; install it, or correct Driver=',
    ):
        make_engine(SQL_SERVER.replace("18", "17"), None, Path())


def test_without_unixodbc_the_message_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyodbc", None)  # as without the library
    with pytest.raises(Misconfigured, match="unixODBC"):
        make_engine(SQL_SERVER, None, Path())


@pytest.mark.parametrize("connection", ["", "SQL01", "nothing://x", "sqlite://user@host/x.db", "mssql+wrong://x", "://"])
def test_a_connection_that_is_none(connection: str, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"^admin\.connection: "):
        make_engine(connection, "geheim", tmp_path)


@pytest.mark.parametrize("name", ["missing.db", "folder", "file:missing.db"])
def test_an_sqlite_file_is_never_made(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(Misconfigured, match="there is no SQLite file"):
        make_engine(f"sqlite:///{name}", None, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_relative_sqlite_path_is_relative_to_the_base(tmp_path: Path) -> None:
    folder = tmp_path / "é & #1?"
    folder.mkdir()
    (folder / "admin.db").touch()
    engine = make_engine("sqlite:///admin.db", None, folder)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA database_list").one()[2] == str(folder / "admin.db")
    engine.dispose()


def test_nothing_of_odbc_is_imported_for_sqlite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyodbc", None)  # importing it would fail
    (tmp_path / "admin.db").touch()
    make_engine("sqlite:///admin.db", None, tmp_path).dispose()


def test_a_refused_login_is_tried_once_only(driver: ScriptedDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    def refuse(_connection: str, **_arguments: object) -> None:
        tries.append(1)
        raise ConnectionError("28000", "[28000] [Microsoft]Login failed for user 'flexsync'. (18456) (SQLDriverConnect)")

    monkeypatch.setattr(driver, "connect", refuse)
    database = Database(make_engine(SQL_SERVER, "geheim", Path()))
    for use in (database.reading, database.writing, database.reading):
        with pytest.raises(AdminLoginRefused, match="not tried again") as raised, use():
            pass
        assert "geheim" not in "".join(traceback.format_exception(raised.value))
    assert len(tries) == 1

"""From `admin.connection` to an engine: drivers are imported here and only then."""

import re
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Protocol

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from flexsync_cli.adapters.admin import odbc
from flexsync_cli.errors import Misconfigured

LOGIN_SECONDS = 15
STATEMENT_SECONDS = 120
LOCK_MILLISECONDS = 20_000

_URL = re.compile(r"[A-Za-z][\w+.-]*://")
_MEMORY = ("", ":memory:")


class _OdbcCursor(Protocol):
    def execute(self, statement: str) -> object: ...

    def close(self) -> None: ...


class _OdbcConnection(Protocol):
    timeout: int

    def cursor(self) -> _OdbcCursor: ...


def make_engine(connection: str, password: str | None, base: Path) -> Engine:
    """An engine that has not connected yet.

    `connection` is an ODBC string or an SQLAlchemy URL; `base` is what a relative SQLite path is relative to. The password
    stays out of the engine's URL, whose repr shows an ODBC string as it is. Raises Misconfigured.
    """
    url = url_of(connection)
    if url.get_backend_name() == "sqlite":
        return _create(_existing_file(url, base), {"timeout": LOGIN_SECONDS})
    if url.drivername not in ("mssql", "mssql+pyodbc"):
        return _create(url.set(password=password) if password else url, {})
    return _odbc_engine(url.set(drivername="mssql+pyodbc"), password)


def url_of(connection: str) -> URL:
    """An ODBC string or an SQLAlchemy URL, as a URL. Raises Misconfigured."""
    if _URL.match(connection):
        try:
            return make_url(connection)
        except (ArgumentError, ValueError):
            raise Misconfigured("admin.connection: this is no SQLAlchemy URL") from None
    if not odbc.pairs(connection):
        raise Misconfigured("admin.connection: neither an ODBC string (Driver=...;Server=...) nor an SQLAlchemy URL")
    return URL.create("mssql+pyodbc", query={"odbc_connect": connection})


def _create(url: URL, connect_args: dict[str, object]) -> Engine:
    try:
        return create_engine(url, connect_args=connect_args, hide_parameters=True, pool_pre_ping=True)
    except NoSuchModuleError:
        raise Misconfigured(f"admin.connection: SQLAlchemy knows no database {url.drivername}") from None
    except ImportError:
        raise Misconfigured(f"admin.connection: the Python driver of {url.drivername} is not installed") from None
    except ArgumentError:
        raise Misconfigured(f"admin.connection: not a valid URL of {url.drivername}") from None


def _existing_file(url: URL, base: Path) -> URL:
    """The URL of a file that is there, opened so that SQLite can't make it."""
    name = url.database or ""
    if name in _MEMORY:
        return url
    path = base / name.removeprefix("file:")
    if not path.is_file():
        raise Misconfigured(f"admin.connection: there is no SQLite file {path}; flexsync reads an Admin, it never makes one")
    return url.set(database=path.resolve().as_uri(), query={"mode": "rw", **url.query, "uri": "true"})


def _odbc_engine(url: URL, password: str | None) -> Engine:
    pyodbc = _pyodbc()
    vars(pyodbc)["pooling"] = False  # SQLAlchemy has a pool; two would keep an application lock alive after it was let go
    _require_driver(url, pyodbc.drivers())
    _require_source(url, pyodbc)
    engine = _create(url, {"timeout": LOGIN_SECONDS})

    @event.listens_for(engine, "do_connect")
    def log_in(_dialect: object, _record: object, args: list[str], _keywords: object) -> None:
        if password:
            args[0] = odbc.with_password(args[0], password)

    @event.listens_for(engine, "connect")
    def prepare(connection: _OdbcConnection, _record: object) -> None:
        # Without NOCOUNT a trigger's row counts come first, and an error behind them would go unseen.
        connection.timeout = STATEMENT_SECONDS
        cursor = connection.cursor()
        cursor.execute(f"SET NOCOUNT ON; SET LOCK_TIMEOUT {LOCK_MILLISECONDS}")
        cursor.close()

    return engine


def _pyodbc() -> ModuleType:
    try:
        return import_module("pyodbc")
    except ImportError:
        raise Misconfigured(
            "admin.connection: ODBC can't be loaded. On Linux install unixODBC (Debian: `apt install unixodbc`) "
            "and Microsoft's ODBC driver; on Windows install flexsync again"
        ) from None


def _require_source(url: URL, pyodbc: ModuleType) -> None:
    """Name the data sources that there are, where the wanted one is missing."""
    text = url.query.get("odbc_connect")
    wanted = odbc.value_of(text, "dsn") if isinstance(text, str) else None
    if not wanted:
        return
    installed = list(pyodbc.dataSources())
    if wanted.casefold() not in {name.casefold() for name in installed}:
        there = ", ".join(installed) or "none"
        raise Misconfigured(
            f'admin.connection: ODBC has no data source "{wanted}" that this account sees; it has: {there}; '
            "make it a system data source (64 bits), or name the server itself: Driver=...;Server=...;Database=..."
        )


def _require_driver(url: URL, installed: list[str]) -> None:
    """Name the drivers that there are where the wanted one is missing: ODBC itself only says "file not found"."""
    text = url.query.get("odbc_connect")
    wanted = odbc.value_of(text, "driver") if isinstance(text, str) else url.query.get("driver")
    if not isinstance(wanted, str) or "/" in wanted or "\\" in wanted:
        return
    if wanted.casefold() not in {name.casefold() for name in installed}:
        there = ", ".join(installed) or "none"
        way_out = "install it, or correct Driver= in the connection"
        raise Misconfigured(f'admin.connection: no ODBC driver "{wanted}" on this machine; installed: {there}; {way_out}')

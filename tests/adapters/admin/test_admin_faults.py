"""The database's errors as ours: named, with the way out, without a value."""

import sqlite3

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError

from flexsync_cli.adapters.admin.faults import fault, is_refusal
from flexsync_cli.errors import AdminLoginRefused, AdminUnavailable, FlexsyncError, Misconfigured

MICROSOFT = "[Microsoft][ODBC Driver 18 for SQL Server]"


class DriverError(Exception):
    """As pyodbc raises: SQLSTATE, then the text with the server's numbers."""


def odbc(state: str, text: str, *, statement: str | None = "SELECT 1") -> DBAPIError:
    return DBAPIError(statement, None, DriverError(state, f"[{state}] {MICROSOFT}{text}"))


CASES: list[tuple[DBAPIError, type[FlexsyncError], str]] = [
    (
        odbc("28000", "Login failed for user 'jan'. (18456) (SQLDriverConnect)", statement=None),
        AdminLoginRefused,
        "not tried again",
    ),
    (
        odbc("42000", "Login failed for user 'jan'. (18456) (SQLDriverConnect)", statement=None),
        AdminLoginRefused,
        "not tried again",
    ),
    (odbc("42000", "Cannot open database; [28000] Login failed (4060); x (18456)"), AdminLoginRefused, "not into the database"),
    (
        odbc("08001", "SSL Provider: certificate verify failed: self-signed (-1) (SQLDriverConnect)", statement=None),
        AdminUnavailable,
        "TrustServerCertificate=yes.*price",
    ),
    (
        odbc("HYT00", "Login timeout expired (0) (SQLDriverConnect)", statement=None),
        AdminUnavailable,
        "can't be reached.*firewall",
    ),
    (odbc("08S01", "Unable to connect (20009) (SQLDriverConnect)", statement=None), AdminUnavailable, "can't be reached"),
    (odbc("HYT00", "Query timeout expired (0) (SQLExecDirectW)"), AdminUnavailable, "took too long"),
    (
        odbc("42000", "Lock request time out period exceeded. (1222) (SQLExecDirectW)"),
        AdminUnavailable,
        "locked by another program",
    ),
    (odbc("40001", "deadlocked (1205) (SQLExecDirectW)"), AdminUnavailable, "deadlock"),
    (odbc("42000", "The UPDATE permission was denied on 'jan' (229) (SQLExecDirectW)"), AdminUnavailable, "GRANT script"),
    (odbc("IM002", "Data source name not found (0) (SQLDriverConnect)", statement=None), Misconfigured, "no such driver"),
    (odbc("01000", "Can't open lib 'x' : file not found (0)", statement=None), Misconfigured, "no such driver"),
    (
        odbc("22001", "String or binary data would be truncated: 'jan'. (2628) (SQLExecDirectW)"),
        AdminUnavailable,
        "longer than",
    ),
    (odbc("42000", "Something else 'jan' (999) (SQLExecDirectW)"), AdminUnavailable, "SQLSTATE 42000, 999"),
]


@pytest.mark.parametrize(("error", "kind", "text"), CASES)
def test_a_message_says_what_and_the_way_out(error: DBAPIError, kind: type[FlexsyncError], text: str) -> None:
    with pytest.raises(kind, match=text) as raised:
        raise fault(error)
    assert type(raised.value) is kind
    assert "jan" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("SQLITE_READONLY_DIRECTORY", "right to write"),
        ("SQLITE_BUSY", "locked"),
        ("SQLITE_FULL", "full"),
        ("SQLITE_X", "SQLITE_X"),
    ],
)
def test_messages_of_sqlite(name: str, text: str) -> None:
    error = sqlite3.OperationalError("jan")
    error.sqlite_errorname = name
    with pytest.raises(AdminUnavailable, match=text):
        raise fault(DBAPIError("x", None, error))


def test_a_refusal_is_a_constraint_a_trigger_or_a_right() -> None:
    assert is_refusal(odbc("42000", "denied (229) (SQLExecDirectW)"))
    assert is_refusal(odbc("42000", "Not allowed (50000) (SQLExecDirectW); [42000] x The transaction ended (3609)"))
    assert is_refusal(odbc("22001", "String or binary data would be truncated: 'jan'. (2628) (SQLExecDirectW)"))
    assert is_refusal(
        odbc("22003", "Arithmetic overflow error converting expression to data type int. (8115) (SQLExecDirectW)")
    )
    assert is_refusal(IntegrityError("x", None, sqlite3.IntegrityError("no")))
    assert not is_refusal(odbc("42000", "Lock request time out (1222) (SQLExecDirectW)"))
    assert not is_refusal(DBAPIError("x", None, sqlite3.OperationalError("locked")))

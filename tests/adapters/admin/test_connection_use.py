"""What a connection says of itself."""

import pytest
import sqlglot
from sqlalchemy import URL

from flexsync_cli.adapters.admin.connection_use import ConnectionUse, connection_use
from flexsync_cli.adapters.admin.describe import Right
from flexsync_cli.adapters.admin.rights import question

DRIVER_18 = "Driver={ODBC Driver 18 for SQL Server};Server=SQL01;Database=Admin"


@pytest.mark.parametrize(
    ("connection", "use"),
    [
        (DRIVER_18, ConnectionUse("ODBC Driver 18 for SQL Server")),
        (
            f"{DRIVER_18};TrustServerCertificate=yes;UID=x",
            ConnectionUse("ODBC Driver 18 for SQL Server", trusts_any=True, login="x"),
        ),
        (f"{DRIVER_18};Encrypt=no", ConnectionUse("ODBC Driver 18 for SQL Server", encrypted=False)),
        (DRIVER_18.replace("18", "17"), ConnectionUse("ODBC Driver 17 for SQL Server", encrypted=False)),
        ("Driver=FreeTDS;Server=tcp:localhost,1433", ConnectionUse("FreeTDS", encrypted=False, local=True)),
        ("Driver=FreeTDS;Server=.\\ADMIN;Encrypt=strict", ConnectionUse("FreeTDS", local=True)),
        (
            "mssql+pyodbc://svc@SQL01/Admin?driver=ODBC+Driver+18+for+SQL+Server",
            ConnectionUse("ODBC Driver 18 for SQL Server", login="svc"),
        ),
        ("sqlite:///admin.db", ConnectionUse()),
    ],
)
def test_what_it_says(connection: str, use: ConnectionUse) -> None:
    assert connection_use(connection) == use


@pytest.mark.parametrize("column", ["", "NEWS]LETTER"])
def test_the_question_for_a_right_is_t_sql(column: str) -> None:
    dialect = URL.create("mssql+pyodbc").get_dialect()()
    statement = question(Right("UPDATE", "dbo.O'BRIEN", ("NEWS]LETTER",)), column)
    written = str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    assert sqlglot.parse_one(written, read="tsql")
    assert "[dbo].[O''BRIEN]" in written

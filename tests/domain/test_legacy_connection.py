import pytest

from flexsync_cli.domain.legacy_connection import of_parts, server_of, understand


@pytest.mark.parametrize(
    ("old", "text", "password"),
    [
        (
            r"Data Source=SQL01\ADM;Initial Catalog=Admin;User ID=sync;Password=ge;heim",
            r"Driver={ODBC Driver 18 for SQL Server};Server=SQL01\ADM;Database=Admin;UID=sync",
            "ge",
        ),
        (
            """Server=SQL01,1433;Database=Admin;User ID=sync;Password="ge;h""eim";TrustServerCertificate=True""",
            "Driver={ODBC Driver 18 for SQL Server};Server=SQL01,1433;Database=Admin;UID=sync;TrustServerCertificate=yes",
            'ge;h"eim',
        ),
        (
            "Data Source=SQL01;Initial Catalog=Admin;Integrated Security=SSPI;MultipleActiveResultSets=True",
            "Driver={ODBC Driver 18 for SQL Server};Server=SQL01;Database=Admin;Trusted_Connection=yes",
            "",
        ),
        ("DSN=Admin;UID=sync;PWD={a}}b};", "DSN=Admin;UID=sync", "a}b"),
        (
            "driver={SQL Server};server=SQL01;database=Admin;pwd=geheim",
            "driver={SQL Server};server=SQL01;database=Admin",
            "geheim",
        ),
        ("sqlite:///admin.db", "sqlite:///admin.db", ""),
        ("mssql+pyodbc://sync:a%40b@SQL01/Admin?driver=x", "mssql+pyodbc://sync@SQL01/Admin?driver=x", "a@b"),
    ],
)
def test_a_connection_string_becomes_one_without_its_password(old: str, text: str, password: str) -> None:
    found = understand(old)
    assert found is not None
    assert (found.text, found.password) == (text, password)
    assert not password or password not in repr(found)


@pytest.mark.parametrize("text", ["", "Admin", "a=b", "mssql://h/d?odbc_connect=PWD%3Dx", "Server=a\nb", "http://[x"])
def test_what_is_none_or_may_hide_a_password_is_not_understood(text: str) -> None:
    assert understand(text) is None


@pytest.mark.parametrize(
    ("connection", "server"),
    [
        (r"Driver={x};Server=tcp:SQL01\ADM,1433;Database=Admin", "SQL01"),
        ("mssql+pyodbc://sync@sql01.kantoor.be:1433/Admin", "sql01.kantoor.be"),
        (r"Driver={x};Server=.\ADM", ""),
        ("Driver={x};Server=(local)", ""),
        ("Driver={x};Server=a b&calc", ""),
        ("DSN=Admin", ""),
        ("sqlite:///admin.db", ""),
    ],
)
def test_the_machine_is_read_from_the_connection(connection: str, server: str) -> None:
    assert server_of(connection) == server


def test_single_settings_make_one() -> None:
    found = of_parts({"server": "SQL01", "database": "Admin", "user": "sync", "password": "x"})
    assert found is not None
    assert found.text == "Driver={ODBC Driver 18 for SQL Server};Server=SQL01;Database=Admin;UID=sync"
    assert found.password == "x"
    assert of_parts({"server": "SQL01"}) is None

import pytest

from flexsync_cli.domain.legacy_connection import Connection, has_server, names_server, of_parts, server_of, understand


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
        ("mssql://sync:a@b:c@SQL01/Admin", "mssql://sync@SQL01/Admin", "a@b:c"),
        ("DSN=Admin;Trusted_Connection=yes", "DSN=Admin;Trusted_Connection=yes", ""),
        ("FileDSN=admin.dsn;UID=sync;PWD=geheim", "FileDSN=admin.dsn;UID=sync", "geheim"),
        ("DSN=Admin;UID={a}}b};PWD=geheim", "DSN=Admin;UID={a}}b}", "geheim"),
        (
            "Driver={SQL Server};Address=SQL01,1433;Database=Admin",
            "Driver={SQL Server};Address=SQL01,1433;Database=Admin",
            "",
        ),
        ("DSN=Admin;UID=sync;Password=geheim", "DSN=Admin;UID=sync", "geheim"),
        ("DSN=Admin;Password='ge;h''eim'", "DSN=Admin", "ge;h'eim"),
        ("DSN=Admin;Password=geheim}", "DSN=Admin", "geheim}"),
        ('DSN=Admin;Password="', "DSN=Admin", '"'),
        ('DSN=Admin;Password=""', "DSN=Admin", ""),
        (
            "Server=A;Database=B;User ID=sync;Integrated Security=False;Encrypt=False",
            "Driver={ODBC Driver 18 for SQL Server};Server=A;Database=B;UID=sync;Encrypt=no",
            "",
        ),
        (
            "Server=A;Database=B;User ID=sync;Password=geheim;Integrated Security=True",
            "Driver={ODBC Driver 18 for SQL Server};Server=A;Database=B;Trusted_Connection=yes",
            "",
        ),
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
        ("Driver={x};Server=TCP:SQL01,1433", "SQL01"),
        ("http://[x", ""),
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


@pytest.mark.parametrize(
    ("connection", "named"),
    [
        ("Driver={FreeTDS};Server=SQL01;Database=A", True),
        ("Driver={FreeTDS};Server=.;Database=A", True),
        ("DSN=Admin;UID=x", False),
        ("", False),
        ("sqlite:///admin.db", True),
    ],
)
def test_a_data_source_keeps_its_server_elsewhere(connection: str, named: bool) -> None:
    assert names_server(connection) is named


@pytest.mark.parametrize(
    ("connection", "on_a_server"), [("sqlite:///admin.db", False), (" SQLite:///admin.db", False), ("DSN=Admin", True)]
)
def test_a_file_is_on_no_server(connection: str, on_a_server: bool) -> None:
    assert has_server(connection) is on_a_server


@pytest.mark.parametrize(
    ("old", "note"),
    [("Server=A;Database=B", "made an ODBC string of .NET's"), ("DSN=A", ""), ("mssql://A/B", "")],
)
def test_what_was_made_of_another_string_is_told(old: str, note: str) -> None:
    found = understand(old)
    assert found is not None
    assert found.note == note


def test_a_connection_within_one_of_entity_framework() -> None:
    found = understand(
        'metadata=res://*;provider=System.Data.SqlClient;provider connection string="Data Source=A;Initial Catalog=B"'
    )
    assert found is not None
    assert found.text == "Driver={ODBC Driver 18 for SQL Server};Server=A;Database=B"


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ({"dsn": "Admin", "user": "sync"}, "DSN=Admin;UID=sync"),
        ({"dsn": "Admin", "server": "SQL01", "database": "B"}, "DSN=Admin;Trusted_Connection=yes"),
        (
            {"server": "SQL01", "database": "Admin", "driver": "FreeTDS"},
            "Driver={FreeTDS};Server=SQL01;Database=Admin;Trusted_Connection=yes",
        ),
    ],
)
def test_what_is_made_of_single_settings_is_told(parts: dict[str, str], text: str) -> None:
    assert of_parts(parts) == Connection(text, "", "an ODBC string was made of its parts")

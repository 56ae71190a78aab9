"""What `check` tells of a SQL Server, which this machine need not have."""

from collections.abc import Callable

import pytest

from flexsync_cli.domain.model import Relation
from flexsync_cli.errors import AdminLoginRefused, AdminUnavailable, FlexsyncError, Misconfigured
from flexsync_cli.services.check import Finding, Mark, Mender
from flexsync_cli.services.check_admin import Connection, Database, Rights, check_admin

SERVER = Connection("ODBC Driver 18 for SQL Server")
TABLES = {"dbo.CUSTOMER": ("ID", "EMAIL")}
ROWS = (Relation("1", "Peeters", "", "een@example.be", "N", "3", active=True, newsletter=True),)


def failing(error: FlexsyncError) -> Callable[[], Database]:
    def look() -> Database:
        raise error

    return look


def found(connection: Connection, database: Database) -> dict[str, Finding]:
    return {finding.what: finding for finding in check_admin(connection, lambda: database)}


def wrong(connection: Connection, look: Callable[[], Database]) -> list[tuple[str, Mender | None]]:
    return [(each.what, each.mender) for each in check_admin(connection, look) if each.mark is Mark.BAD]


def test_all_in_order() -> None:
    findings = found(SERVER, Database(TABLES, {}, Rights(), ROWS))
    assert {finding.mark for finding in findings.values()} == {Mark.GOOD}
    assert list(findings) == ["ODBC driver", "TLS to Admin", "login to Admin", "table dbo.CUSTOMER", "rights", "relations"]


@pytest.mark.parametrize(
    ("connection", "mark", "text"),
    [
        (Connection("FreeTDS", encrypted=False), Mark.BAD, "is not encrypted: use ODBC Driver 18, or add Encrypt=yes"),
        (Connection("FreeTDS", encrypted=False, local=True), Mark.GOOD, "not needed: the server is this machine"),
        (Connection("x", trusts_any=True), Mark.GOOD, "TrustServerCertificate=yes"),
    ],
)
def test_encryption(connection: Connection, mark: Mark, text: str) -> None:
    finding = found(connection, Database(TABLES))["TLS to Admin"]
    assert finding.mark is mark
    assert text in finding.text


def test_rights_that_lack_and_rights_that_are_too_many() -> None:
    rights = Rights(("INSERT on dbo.COMMUNICATION",), ("DELETE on dbo.CUSTOMER",))
    bad = [each for each in check_admin(SERVER, lambda: Database(TABLES, {}, rights, ROWS)) if each.mark is Mark.BAD]
    assert [each.text for each in bad] == [
        "the login lacks INSERT on dbo.COMMUNICATION: run the GRANT script below",
        "the login may do more than flexsync needs: DELETE on dbo.CUSTOMER; take that away",
    ]
    assert {each.mender for each in bad} == {Mender.PARTNER}


def test_a_login_that_is_refused_is_a_line_and_nothing_more_is_asked() -> None:
    assert wrong(SERVER, failing(AdminLoginRefused("no"))) == [("login to Admin", Mender.PARTNER)]


def test_a_server_that_is_not_there() -> None:
    assert wrong(SERVER, failing(AdminUnavailable("not there"))) == [("Admin's database", Mender.PARTNER)]


def test_rows_that_cannot_be_read() -> None:
    database = Database(TABLES, {}, Rights(("SELECT on dbo.CUSTOMER",)), unreadable="the login lacks a right")
    assert wrong(SERVER, lambda: database) == [("rights", Mender.PARTNER), ("relations", Mender.PARTNER)]


def test_every_problem_of_the_mapping_is_a_line() -> None:
    problems = ["admin.relations.email: no column", "admin.newsletter.table: no table"]
    assert wrong(SERVER, failing(Misconfigured(problems))) == [
        ("admin.relations.email", Mender.PARTNER),
        ("admin.newsletter.table", Mender.PARTNER),
    ]


def test_a_driver_that_is_missing_says_nothing_of_the_login() -> None:
    findings = list(check_admin(SERVER, failing(Misconfigured('admin.connection: no ODBC driver "x"; installed: none'))))
    assert [each.what for each in findings] == ["admin.connection", "rights"]

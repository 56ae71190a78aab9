"""The rights of a login, asked of a database that answers as SQL Server does."""

from collections.abc import Collection
from sqlite3 import Connection as SqliteConnection

from sqlalchemy import create_engine, event

from flexsync_cli.adapters.admin.mapping import AdminMapping, NewsletterMapping, RelationsMapping
from flexsync_cli.adapters.admin.rights import RightsGap, rights_gap

MAPPING = AdminMapping(
    RelationsMapping("CUSTOMER", "ID", "NAME", "EMAIL", "ACTIVE"), NewsletterMapping("dbo.PERMANENT", "ID", "LETTER")
)
NEEDED = {"SELECT [CUSTOMER]", "SELECT [dbo].[PERMANENT]", "UPDATE [dbo].[PERMANENT] LETTER"}


def gap(granted: Collection[str]) -> RightsGap:
    """The answer of a database where the login has just these rights."""

    def has_perms_by_name(securable: str, kind: str, action: str, column: str = "", column_kind: str = "") -> int | None:
        assert (kind, column_kind) == ("OBJECT", "COLUMN" if column else "")
        return int(f"{action} {securable} {column}".strip() in granted)

    engine = create_engine("sqlite://")

    @event.listens_for(engine, "connect")
    def prepare(connection: SqliteConnection, _record: object) -> None:
        connection.create_function("HAS_PERMS_BY_NAME", -1, has_perms_by_name)

    try:
        with engine.connect() as connection:
            return rights_gap(connection, MAPPING)
    finally:
        engine.dispose()


def test_just_what_is_needed() -> None:
    assert gap(NEEDED) == RightsGap((), ())


def test_what_lacks() -> None:
    found = gap(NEEDED - {"UPDATE [dbo].[PERMANENT] LETTER", "SELECT [CUSTOMER]"})
    assert list(map(str, found.lacking)) == ["SELECT on CUSTOMER", "UPDATE of LETTER on dbo.PERMANENT"]


def test_what_is_too_much() -> None:
    found = gap(NEEDED | {"DELETE [CUSTOMER]", "UPDATE [dbo].[PERMANENT]"})
    assert found.lacking == ()
    assert list(map(str, found.needless)) == ["DELETE on CUSTOMER", "UPDATE on dbo.PERMANENT"]

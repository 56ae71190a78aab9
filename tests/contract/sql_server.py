"""Triggers on the office's tables as Admin may have them, in T-SQL: they count rows, number their own, and select some."""

from sqlalchemy import Column, Identity, Integer, String, Table, make_url
from sqlalchemy.schema import CreateTable

from tests.adapters.admin.office import Office

_DIALECT = make_url("mssql+pyodbc://").get_dialect()()
_QUOTED = _DIALECT.identifier_preparer.quote_identifier
FIRST_CHANGE = 500_000  # no relation has such an id


def changes(office: Office) -> Table:
    """Where the triggers write; dropped with the office's other tables."""
    number = Column("NUMBER", Integer, Identity(start=FIRST_CHANGE), primary_key=True)
    return Table(f"{office.prefix}CHANGES", office.metadata, number, Column("WHAT", String(200)), extend_existing=True)


def created(table: Table) -> str:
    """The statement that makes it."""
    return str(CreateTable(table).compile(dialect=_DIALECT))


def trigger(table: Table, log: Table, what: str, selects: str = "") -> str:
    """AFTER INSERT or UPDATE: two rows of its own, each counted and numbered, and then whatever it selects."""
    name, on, into = (_QUOTED(each) for each in (f"LOG_{table.name}_{what}", table.name, log.name))
    return (
        f"CREATE TRIGGER {name} ON {on} AFTER {what} AS BEGIN SET NOCOUNT OFF; "
        f"INSERT INTO {into} (WHAT) SELECT '{what}' UNION ALL SELECT 'again'; {selects} END"
    )


def triggers(office: Office) -> list[str]:
    """One for each written table and each kind of write. All but one select rows as well: a new relation's id would not be
    told, and that is refused."""
    log = changes(office)
    rows = f"SELECT WHAT FROM {_QUOTED(log.name)};"
    written = (office.customer, office.permanent, office.extra, office.communication)
    return [
        trigger(table, log, what, "" if (table, what) == (office.customer, "INSERT") else rows)
        for table in written
        for what in ("INSERT", "UPDATE")
    ]


def add_triggers(office: Office) -> None:
    """As `Office.add_triggers`, which speaks SQLite."""
    changes(office).create(office.engine)
    office.run(*triggers(office))

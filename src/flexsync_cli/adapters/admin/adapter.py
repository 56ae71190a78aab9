"""The office's database as the services see it."""

from collections.abc import Collection, Generator, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from flexsync_cli.adapters.admin import communications, newsletter, opt_in
from flexsync_cli.adapters.admin.connect import make_engine
from flexsync_cli.adapters.admin.database import Database
from flexsync_cli.adapters.admin.describe import TableUse, describe_tables, unmapped_required_columns
from flexsync_cli.adapters.admin.lock import application_lock
from flexsync_cli.adapters.admin.mapping import AdminMapping
from flexsync_cli.adapters.admin.reading import read_relations
from flexsync_cli.adapters.admin.reflect import Catalog, read_catalog
from flexsync_cli.adapters.admin.rights import RightsGap, rights_gap
from flexsync_cli.adapters.admin.tables import AdminTables, resolve
from flexsync_cli.domain.model import Relation, RelationId, Value
from flexsync_cli.errors import Misconfigured
from flexsync_cli.ports import Communication, FlagResult, NewRelation


def open_admin(connection: str, password: str | None, mapping: AdminMapping, base: Path) -> "SqlAdmin":
    """Connect, and compare the mapping with what is there.

    `connection` is an ODBC string or an SQLAlchemy URL; `base` is what a relative SQLite path is relative to. Raises
    Misconfigured with everything that is wrong, AdminUnavailable, AdminLoginRefused.
    """
    database = Database(make_engine(connection, password, base))
    try:
        with database.reading() as session:
            catalog = read_catalog(session, mapping)
    except BaseException:
        database.close()
        raise
    return SqlAdmin(database, mapping, catalog)


class SqlAdmin:
    """The port `Admin` on SQL Server, SQLite, or whatever SQLAlchemy's statements run on."""

    def __init__(self, database: Database, mapping: AdminMapping, catalog: Catalog) -> None:
        self._database = database
        self._mapping = mapping
        self._catalog = catalog
        self._tables: AdminTables = resolve(mapping, catalog)

    def relations(self) -> Generator[Relation, None, None]:
        """All rows, streamed; the connection stays in use until the last is read, or the iterator closed."""
        with self._database.reading() as connection:
            yield from read_relations(connection, self._tables)

    def relation(self, relation_id: RelationId) -> Relation | None:
        """One row as it is now."""
        with self._database.reading() as connection:
            return next(iter(list(read_relations(connection, self._tables, relation_id))), None)

    def untick(self, relation_ids: Collection[RelationId]) -> Mapping[RelationId, FlagResult]:
        """Untick all of them; where one is refused none is written, and all that were due are REFUSED."""
        return self._set(relation_ids, wanted=False)

    def tick(self, relation_ids: Collection[RelationId]) -> Mapping[RelationId, FlagResult]:
        """Tick all of them, likewise."""
        return self._set(relation_ids, wanted=True)

    def add_relation(self, new: NewRelation) -> RelationId:
        """Create a relation with its newsletter row; its id."""
        with self._database.writing() as connection:
            return opt_in.add_relation(connection, self._tables, new)

    def rewrite(self, relation_id: RelationId, expected: Mapping[str, Value], new: Mapping[str, Value]) -> FlagResult:
        """Compare-and-set values of a relation."""
        with self._database.writing() as connection:
            return opt_in.rewrite(connection, self._tables, relation_id, expected, new)

    def add_communication(self, communication: Communication) -> bool:
        """Write it unless it is there."""
        if self._tables.communications is None:
            raise Misconfigured("admin.communications: no table is configured")
        with self._database.writing() as connection:
            return communications.add_communication(connection, self._tables.communications, communication)

    def has_communications(self) -> bool:
        """Whether a communications table is configured."""
        return self._tables.communications is not None

    def lock(self) -> AbstractContextManager[None]:
        """The application lock on SQL Server; nothing elsewhere."""
        return self._lock()

    def close(self) -> None:
        """Let the connections go."""
        self._database.close()

    def unmapped_required_columns(self) -> Mapping[str, tuple[str, ...]]:
        """Columns an INSERT must fill that nothing in the mapping fills, by table."""
        return unmapped_required_columns(self._mapping, self._catalog)

    def describe_tables(self) -> tuple[TableUse, ...]:
        """What is used of the database, for `check`."""
        return describe_tables(self._mapping, self._catalog)

    def rights_gap(self) -> RightsGap | None:
        """The rights that lack and those that are too many; None where the kind of database has none to ask for."""
        if self._database.dialect != "mssql":
            return None
        with self._database.reading() as connection:
            return rights_gap(connection, self._mapping)

    def _set(self, relation_ids: Collection[RelationId], *, wanted: bool) -> Mapping[RelationId, FlagResult]:
        with self._database.writing() as connection:
            return newsletter.set_newsletter(connection, self._tables, relation_ids, wanted=wanted)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        if self._database.dialect != "mssql":
            yield
            return
        with self._database.reading(autocommit=True) as connection, application_lock(connection):
            yield

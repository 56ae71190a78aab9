"""One SQLite connection and its transactions. A connection belongs to the thread that made it."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import partial
from itertools import islice
from typing import Any, Final, TypeVar, cast

from sqlalchemy import Connection, CursorResult, Executable, NullPool, Row, Select, Transaction, create_engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from flexsync_cli.adapters.state.faults import mapped, mapped_reading
from flexsync_cli.errors import Unavailable

MEMORY: Final = ":memory:"
_BATCH: Final = 1_000

Found = TypeVar("Found")


class Database:
    """Reads and writes; every error that leaves it is one of errors.py."""

    def __init__(self, connection: Connection, where: str) -> None:
        self._connection = connection
        self._where = where
        self.undone = 0  # how often anything was taken back

    @classmethod
    def connect(cls, uri: str, where: str, patience: float = 0.0) -> "Database":
        """Open by SQLite URI; `patience` is how many seconds to wait for another writer."""

        def driver() -> sqlite3.Connection:
            # isolation_level None: transactions begin where we say so, not where sqlite3 guesses.
            connection = sqlite3.connect(uri, uri=True, timeout=patience, isolation_level=None)
            connection.execute("PRAGMA synchronous=FULL")
            return connection

        with mapped(where):
            engine = create_engine("sqlite://", creator=driver, poolclass=NullPool, hide_parameters=True)
            return cls(engine.connect(), where)

    @property
    def connection(self) -> Connection:
        """For the creation of tables; use it within `mapped`."""
        return self._connection

    def in_transaction(self) -> bool:
        """Whether `transaction` is open."""
        return self._connection.in_transaction()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; within another one, all or nothing of this part. Takes the writer's place at once."""
        scope = self._begin()
        try:
            yield
            with mapped(self._where):
                self._must_be_alive()
                scope.commit()
        except BaseException:
            self._undo(scope)
            raise

    def together(self) -> AbstractContextManager[None]:
        """Part of the open transaction, else one of its own: for what an open one may as well take back as a whole."""
        return nullcontext() if self.in_transaction() else self.transaction()

    def rows(self, statement: Executable, **values: object) -> Sequence[Row[Any]]:
        """What a query finds, as of one moment; `values` are what it has parameters for."""
        with mapped_reading(self._where), self._quiet():
            return self._connection.execute(statement, values).all()

    def read(self, statement: Select[Any], make: Callable[..., Found]) -> list[Found]:
        """What `make` makes of the columns of each row, as of one moment; rows are let go in between, for there may be many.

        Read by the driver: SQLAlchemy makes an object of each row, which takes as long as all the rest.
        """
        dialect = self._connection.dialect
        readers = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in statement.selected_columns]
        with mapped_reading(self._where), self._quiet(), self._connection.execute(statement) as result:
            parts = iter(partial(cast("sqlite3.Cursor", result.cursor).fetchmany, _BATCH), [])
            return [found for part in parts for found in map(make, *map(_column, readers, zip(*part, strict=True)))]

    def write(self, statement: Executable, **values: object) -> CursorResult[Any]:
        """One statement, in a transaction of its own or as a part of the open one; `values` are what it has parameters for."""
        return self._execute(statement, values)

    def write_many(self, statement: Executable, rows: Iterable[Mapping[str, object]]) -> None:
        """One statement once a row, however many, all or none."""
        remaining = iter(rows)
        with self.together():
            while batch := list(islice(remaining, _BATCH)):
                self._execute(statement, batch)

    def write_new(self, statement: Executable, rows: Sequence[Mapping[str, object]]) -> Sequence[int]:
        """An insert of rows that get their ids from SQLite; these, in the rows' order: nobody else writes meanwhile."""
        if len(rows) == 1:  # of one the driver tells it, which spares a statement
            return [self._execute(statement, rows[0]).lastrowid]
        with self.together():
            self.write_many(statement, rows)
            (last,) = self.rows(select(func.last_insert_rowid()))[0]
            return range(last - len(rows) + 1, last + 1)

    def copy_to(self, other: "Database") -> None:
        """All of it, into an empty one."""
        with mapped(self._where):
            self._driver().backup(other._driver())

    def close(self) -> None:
        """Let the file go; again is nothing."""
        with mapped(self._where):
            self._connection.close()

    def _execute(
        self, statement: Executable, values: Mapping[str, object] | Sequence[Mapping[str, object]]
    ) -> CursorResult[Any]:
        # Within an open transaction one statement is all or nothing by itself: a savepoint would cost more than it.
        with self.together(), mapped(self._where):
            self._must_be_alive()
            return cast("CursorResult[Any]", self._connection.execute(statement, values))

    def _begin(self) -> Transaction:
        with mapped(self._where):
            if self.in_transaction():
                self._must_be_alive()
                return self._connection.begin_nested()
            scope = self._connection.begin()
            try:
                # A deferred transaction that reads first can't become a writer once another process wrote meanwhile.
                self._connection.exec_driver_sql("BEGIN IMMEDIATE")
            except BaseException:
                self._undo(scope)
                raise
            return scope

    def _undo(self, scope: Transaction) -> None:
        self.undone += 1
        # SQLite may have taken back everything by itself, savepoints too: then there is nothing left to undo here.
        with suppress(SQLAlchemyError):
            scope.rollback()
        if not self.in_transaction():
            # After a commit that failed SQLAlchemy counts the transaction as over; SQLite may not.
            self._driver().rollback()

    def _must_be_alive(self) -> None:
        # On a full or failing disk SQLite takes back the whole transaction; what comes after would stand alone.
        if not self._driver().in_transaction:
            raise Unavailable(f"The state {self._where} could not be written, and took back what belongs together. Run again.")

    def _quiet(self) -> AbstractContextManager[object]:
        # Ends what SQLAlchemy begins by itself; a single query needs no transaction of SQLite's.
        return nullcontext() if self.in_transaction() else self._connection.begin()

    def _driver(self) -> sqlite3.Connection:
        return cast("sqlite3.Connection", self._connection.connection.driver_connection)


def _column(read: Callable[[Any], object] | None, values: Sequence[object]) -> Iterable[object]:
    """What a column's type makes of what SQLite has; most make nothing of it."""
    return values if read is None else map(read, values)

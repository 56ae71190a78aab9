"""Transactions on Admin's database, with its errors made ours."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from flexsync_cli.adapters.admin.faults import fault
from flexsync_cli.errors import AdminLoginRefused


class Database:
    """An engine and what became of its login."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._login_refused: str | None = None

    @property
    def dialect(self) -> str:
        """SQLAlchemy's name of the kind of database."""
        return self._engine.dialect.name

    @contextmanager
    def reading(self, *, autocommit: bool = False) -> Iterator[Connection]:
        """A connection for reads; with `autocommit` no transaction stays open on it."""
        options = {"isolation_level": "AUTOCOMMIT"} if autocommit else {}
        with self._translated(), self._engine.connect().execution_options(**options) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: committed at the end, undone by any error."""
        with self._translated(), self._engine.connect() as connection:
            if self.dialect == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")  # the lock before the first read: what it saw still holds
            try:
                yield connection
                connection.commit()
            except BaseException:
                undo(connection)
                raise

    def close(self) -> None:
        """Let all connections go."""
        self._engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        if self._login_refused is not None:  # a second try could lock the account
            raise AdminLoginRefused(self._login_refused)
        try:
            yield
        except SQLAlchemyError as error:
            translated = fault(error)
            if isinstance(translated, AdminLoginRefused):
                self._login_refused = str(translated)
            raise translated from None


def undo(connection: Connection) -> None:
    """Roll back. After some errors the server has done so already, and refuses: then the connection is thrown away."""
    try:
        connection.rollback()
    except DBAPIError:
        connection.invalidate()

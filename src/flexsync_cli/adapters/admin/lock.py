"""SQL Server's application lock: it also stops a flexsync that was forgotten on a second server."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, Protocol

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from flexsync_cli.errors import AdminUnavailable, AlreadyRunning

TAKE = (
    "SET NOCOUNT ON; DECLARE @result int; "
    "EXEC @result = sp_getapplock @Resource = 'flexsync', @LockMode = 'Exclusive', @LockOwner = 'Session', @LockTimeout = 0; "
    "SELECT @result AS result"
)
LET_GO = "EXEC sp_releaseapplock @Resource = 'flexsync', @LockOwner = 'Session'"
_TAKEN = -1


class Cursor(Protocol):
    """What is used of the driver's cursor: the lock's row comes after a message that is a result too, without rows."""

    @property
    def description(self) -> object:
        """None where the present result has no rows."""

    def execute(self, statement: str, /) -> Any:
        """Run a statement."""

    def fetchone(self) -> Any:
        """The next row."""

    def nextset(self) -> bool | None:
        """Go to the next result; not true where there is none."""


@contextmanager
def application_lock(connection: Connection) -> Iterator[None]:
    """Hold the lock on this connection's session, which must not be in a transaction. Raises AlreadyRunning."""
    with closing(connection.connection.cursor()) as cursor:
        try:
            result = take(cursor)
        except connection.dialect.loaded_dbapi.Error:
            raise AdminUnavailable("Admin's database didn't give the application lock (sp_getapplock)") from None
    require_taken(result)
    try:
        yield
    finally:
        try:
            connection.exec_driver_sql(LET_GO)
        except DBAPIError:  # with its session the lock ends too
            connection.invalidate()


def take(cursor: Cursor) -> int | None:
    """What sp_getapplock answers: 0 or 1 = ours, -1 = taken; None where it said nothing."""
    cursor.execute(TAKE)
    while cursor.description is None:
        if not cursor.nextset():
            return None
    row = cursor.fetchone()
    return int(row[0]) if row else None


def require_taken(result: int | None) -> None:
    """Raise unless that answer means that the lock is ours."""
    if result == _TAKEN:
        raise AlreadyRunning("another flexsync, perhaps on another server, works on this Admin: its database holds the lock")
    if result is None or result < 0:
        raise AdminUnavailable(f"Admin's database didn't give the application lock (sp_getapplock: {result})")

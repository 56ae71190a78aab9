"""Every API call, and the rate limit over them.

The ledger has a connection of its own: a call that was made stays noted whatever becomes of the transaction around it. SQLite
has one writer, though, so a transaction of the state must be short and never span a call; one that does is refused at once,
for waiting would be waiting for ourselves.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, delete, func, insert, select, update

from flexsync_cli.adapters.state.database import Database
from flexsync_cli.adapters.state.tables import bucket, calls
from flexsync_cli.errors import FlexsyncError

MINUTE: Final = timedelta(minutes=1)
_LONGEST_CALL: Final = timedelta(minutes=2)
# No Retry-After is taken for longer. A moment farther off was noted before the clock was set back.
_LONGEST_PAUSE: Final = timedelta(days=1)

# Made once: a page of a long listing costs few statements, and putting them together would be most of what they cost.
_PAUSES: Final = select(bucket.c.until).where(bucket.c.until <= bindparam("latest"))
# By their answers: a call of one process may have been begun before another's, and arrived after it.
_ARRIVED: Final = func.julianday(calls.c.at) + func.coalesce(calls.c.milliseconds, 0) / 86_400_000.0
_CALLS: Final = (
    select(calls.c.at, calls.c.milliseconds)
    .where(calls.c.at > bindparam("after"), calls.c.at < bindparam("before"))
    .order_by(_ARRIVED.desc())
    .limit(1)
    .offset(bindparam("allowed_besides"))
)
_LATER: Final = select(calls.c.id).where(calls.c.at >= bindparam("after")).limit(1)
_CALL: Final = insert(calls)
_SETTLED: Final = update(calls).where(calls.c.id == bindparam("call_id"))


class SqlLedger:
    """Implements Ledger; `in_transaction` tells whether the state's own transaction is open."""

    def __init__(self, database: Database, in_transaction: Callable[[], bool]) -> None:
        self._database = database
        self._in_transaction = in_transaction

    def reserve(self, door: str, method: str, path: str, now: datetime, per_minute: int) -> tuple[int, float]:
        """Take a place in the rolling minute: (id, 0.0), or (0, seconds to wait)."""
        self._must_be_free()
        with self._database.transaction():
            free_at = max(self._paused_until(now), self._crowded_until(now, per_minute))
            if free_at > now:
                return 0, (free_at - now).total_seconds()
            noted = self._database.write(_CALL, door=door, method=method, path=path, at=now)
            return int(noted.lastrowid), 0.0

    def settle(self, call_id: int, status: int, milliseconds: int) -> None:
        """What came of the call: its HTTP status, 0 where no answer came."""
        self._must_be_free()
        self._database.write(_SETTLED, call_id=call_id, status=status, milliseconds=milliseconds)

    def empty_bucket(self, until: datetime) -> None:
        """The other side said 429: no call, of any process, before that moment, or a later one that it said before."""
        self._must_be_free()
        with self._database.transaction():
            # Unless that was noted before the clock was set back.
            longer = [pause for pause in self._database.rows(_PAUSES, latest=until + _LONGEST_PAUSE) if pause.until > until]
            if not longer or self._database.rows(_LATER, after=until):
                self._database.write(insert(bucket).prefix_with("OR REPLACE").values(id=1, until=until))

    def count(self, since: datetime, until: datetime, door: str | None = None) -> int:
        """Calls at or after `since` and before `until`."""
        counted = select(func.count()).select_from(calls).where(calls.c.at >= since, calls.c.at < until)
        if door is not None:
            counted = counted.where(calls.c.door == door)
        return int(self._database.rows(counted)[0][0])

    def prune(self, before: datetime) -> None:
        """Forget calls made before that moment."""
        self._must_be_free()
        self._database.write(delete(calls).where(calls.c.at < before))

    def _paused_until(self, now: datetime) -> datetime:
        found = self._database.rows(_PAUSES, latest=now + _LONGEST_PAUSE)
        if not found or found[0].until <= now:
            return now
        # A call that is still to come was made before the clock was set back, and so was the pause noted.
        return now if self._database.rows(_LATER, after=now + MINUTE) else found[0].until

    def _crowded_until(self, now: datetime, per_minute: int) -> datetime:
        # Looks a minute ahead too: the clocks of two processes are read a moment before they get here, so a place may be
        # later than now, and no minute that holds both may be too full. Farther ahead it's a clock that was set back.
        after = now - MINUTE - _LONGEST_CALL
        blocking = self._database.rows(_CALLS, after=after, before=now + MINUTE, allowed_besides=per_minute - 1)
        if not blocking:
            return now
        call = blocking[0]
        return min(_arrived(call.at, call.milliseconds), now) + MINUTE

    def _must_be_free(self) -> None:
        if self._in_transaction():
            raise FlexsyncError("A call to Flexmail was tried within a transaction of the state: please report it.")


def _arrived(at: datetime, milliseconds: int | None) -> datetime:
    """When a call arrived at the latest: with its answer, for the other side's minute begins there; unanswered, at once."""
    return at + timedelta(milliseconds=milliseconds or 0)

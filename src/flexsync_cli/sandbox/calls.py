"""The log of all calls, and the limit over them."""

from collections import Counter, deque
from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)


@dataclass(slots=True)
class Call:
    """One request. `template` is the path with its ids as names; `status` is 0 where no answer was sent.

    `operation` is SOAP's operation, or method and template; `write` says whether the client asked for a change.
    """

    number: int
    at: datetime
    door: str
    method: str
    path: str
    query: str
    template: str
    operation: str
    write: bool
    status: int = 0


class CallLog:
    """Every call since the last reset, in order of arrival."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    def add(self, call: Call) -> None:
        """Note a call that arrived."""
        self.calls.append(call)

    def reset(self) -> None:
        """Forget them all."""
        self.calls = []

    @property
    def writes(self) -> list[Call]:
        """Those that asked for a change, refused ones too."""
        return [call for call in self.calls if call.write]

    def counts(self) -> Counter[str]:
        """How many there were of each operation."""
        return Counter(call.operation for call in self.calls)


class RateLimit:
    """At most so many calls in any rolling minute; those refused do not count."""

    def __init__(self) -> None:
        self._admitted: deque[datetime] = deque()

    def reset(self) -> None:
        """Begin with an empty minute."""
        self._admitted.clear()

    def wait(self, now: datetime, per_minute: int | None) -> float:
        """0.0 where the call is admitted, else the seconds until the next place."""
        if per_minute is None:
            return 0.0
        # A clock that was set back must not close the door for good.
        while self._admitted and not now - MINUTE < self._admitted[0] <= now:
            self._admitted.popleft()
        if len(self._admitted) >= per_minute:
            return (self._admitted[0] + MINUTE - now).total_seconds()
        self._admitted.append(now)
        return 0.0

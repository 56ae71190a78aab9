"""A clock that never waits, a ledger in memory, and a door that uses both."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from flexsync_cli.adapters.flexmail.http import Door
from flexsync_cli.adapters.flexmail.rest import RestFlexmail

URL = "https://api.flexmail.example"
TOKEN = "very-secret-token"
START = datetime(2026, 3, 2, 9, 15, 20, tzinfo=UTC)


class FakeClock:
    def __init__(self) -> None:
        self.moment = START
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.moment += timedelta(seconds=seconds)


@dataclass
class Entry:
    door: str
    method: str
    path: str
    at: datetime
    status: int | None = None
    milliseconds: int | None = None


@dataclass
class FakeLedger:
    """The rolling minute, and every call."""

    entries: list[Entry] = field(default_factory=list)
    closed_until: datetime = START

    def reserve(self, door: str, method: str, path: str, now: datetime, per_minute: int) -> tuple[int, float]:
        within = [entry.at for entry in self.entries if now - entry.at < timedelta(minutes=1)]
        free_at = within[-per_minute] + timedelta(minutes=1) if len(within) >= per_minute else now
        wait = (max(free_at, self.closed_until) - now).total_seconds()
        if wait > 0:
            return 0, wait
        self.entries.append(Entry(door, method, path, now))
        return len(self.entries), 0.0

    def settle(self, call_id: int, status: int, milliseconds: int) -> None:
        assert milliseconds >= 0
        self.entries[call_id - 1].status = status
        self.entries[call_id - 1].milliseconds = milliseconds

    def empty_bucket(self, until: datetime) -> None:
        self.closed_until = until

    def count(self, since: datetime, until: datetime, door: str | None = None) -> int:
        return sum(since <= entry.at < until and door in (None, entry.door) for entry in self.entries)

    def prune(self, before: datetime) -> None:
        self.entries = [entry for entry in self.entries if entry.at >= before]

    @property
    def seen(self) -> list[tuple[str, str, int | None]]:
        return [(entry.method, entry.path, entry.status) for entry in self.entries]


class Bench:
    """A door with everything that can be looked at."""

    def __init__(
        self, *, per_minute: int = 60, max_bytes: int = 1_000_000, read_seconds: float = 5.0, answer_seconds: float = 5.0
    ) -> None:
        self.clock, self.ledger = FakeClock(), FakeLedger()
        self.waits: list[float] = []
        self.door = Door(
            self.ledger,
            self.clock,
            per_minute=per_minute,
            on_wait=self.waits.append,
            max_bytes=max_bytes,
            read_seconds=read_seconds,
            answer_seconds=answer_seconds,
            chance=lambda: 0.5,
        )
        self.flexmail = self.at(URL)

    def at(self, url: str) -> RestFlexmail:
        return RestFlexmail(self.door, base_url=url, account_id=12345, token=TOKEN)

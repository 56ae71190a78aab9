"""Since when Flexmail's events are read: the start of the last reading that succeeded, and 3 hours more."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from flexsync_cli.ports import State
from flexsync_cli.services.session import CLOCK_OFFSET, Session

T = TypeVar("T")
NAMES = ("unsubscriptions", "bounces", "subscriptions", "profile updates")  # the lists that are read by time
OVERLAP = timedelta(hours=3)
LOST = timedelta(days=7)


def read(
    session: Session, name: str, fetch: Callable[[datetime], Sequence[T]], override: datetime | None = None
) -> Sequence[T]:
    """What happened since then. Flexmail's clock is only known when it has answered: a mark later than that was wrong."""
    begin = since(session, name, override)
    items = fetch(begin)
    clock = session.events.clock() if session.events is not None else None
    if clock is None:
        return items
    session.state.facts.put(CLOCK_OFFSET, (clock - session.now()).total_seconds())
    if begin <= clock:
        return items
    return fetch(clock - OVERLAP if kept(session, name) is None else _lost(session, name, clock))


def since(session: Session, name: str, override: datetime | None = None) -> datetime:
    """Where a reading begins; an earlier moment may be asked for, a later one would lose what lies between."""
    mark = kept(session, name)
    clock = session.events.clock() if session.events is not None else None
    if mark is not None and mark > (clock or session.now()):
        begin = _lost(session, name, clock or session.now())
    else:
        begin = (mark or session.now()) - OVERLAP
    return begin if override is None else min(begin, override)


def kept(session: Session, name: str) -> datetime | None:
    """The start of the last reading; None before the first."""
    mark = session.state.facts.get(_fact(name))
    return None if mark is None else datetime.fromisoformat(mark)


def is_first(session: Session, name: str) -> bool:
    """Whether nothing was read so far."""
    return kept(session, name) is None


def move(session: Session, name: str, started: datetime) -> None:
    """The reading that began then was recorded. Never later than Flexmail's own clock: ours may be wrong."""
    clock = session.events.clock() if session.events is not None else None
    session.state.facts.put(_fact(name), min(started, clock or started).isoformat())


def begin(state: State, name: str, moment: datetime) -> None:
    """Let the first reading, if there was none, begin then."""
    if state.facts.get(_fact(name)) is None:
        state.facts.put(_fact(name), moment.isoformat())


def _lost(session: Session, name: str, clock: datetime) -> datetime:
    session.reporter.warn(f"the {name} were last read at a time that is still to come; the last 7 days are read again")
    return clock - LOST


def _fact(name: str) -> str:
    return f"watermark {name}"

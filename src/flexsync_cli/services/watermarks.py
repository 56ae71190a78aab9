"""Since when Flexmail's events are read: the start of the last reading that succeeded, and 3 hours more."""

from datetime import datetime, timedelta

from flexsync_cli.services.session import Session

OVERLAP = timedelta(hours=3)
LOST = timedelta(days=7)


def since(session: Session, name: str, override: datetime | None = None) -> datetime:
    """Where this reading begins. A mark later than Flexmail's own clock is a clock that was wrong once."""
    if override is not None:
        return override
    kept = session.state.facts.get(_fact(name))
    mark = session.now() if kept is None else datetime.fromisoformat(kept)
    clock = session.events.clock() if session.events is not None else None
    if mark > (clock or session.now()):
        session.reporter.warn(f"the {name} were last read at a time that is still to come; the last 7 days are read again")
        return (clock or session.now()) - LOST
    return mark - OVERLAP


def move(session: Session, name: str, started: datetime) -> None:
    """The reading that began then was recorded."""
    session.state.facts.put(_fact(name), started.isoformat())


def _fact(name: str) -> str:
    return f"watermark {name}"

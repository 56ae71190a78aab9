"""Reads one of Flexmail's lists of what happened: each event once, none lost, our own writes left out."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from flexsync_cli.domain.echoes import without_echoes
from flexsync_cli.domain.events import Event
from flexsync_cli.domain.plan import Note, StepOutcome
from flexsync_cli.errors import Misconfigured
from flexsync_cli.ports import Events
from flexsync_cli.services import interrupted, learn, watermarks
from flexsync_cli.services.session import Session

Reader = Callable[[Events, datetime], Sequence[Event]]


@dataclass(slots=True)
class Reading:
    """What one call told: `heard` is all of it, `events` what is new and not of our own making."""

    name: str
    started: datetime
    heard: Sequence[Event]
    events: Sequence[Event]


def read(session: Session, outcome: StepOutcome, name: str, reader: Reader, since: datetime | None) -> Reading:
    """Read the list from its watermark on, or from `since`. What the very first reading finds was there before: it counts as
    seen, but for what `since` asks for, and the mail says so."""
    events = session.events
    if events is None:
        raise Misconfigured("flexmail.soap_token: is needed to learn who subscribed and whose data changed; add it")
    started, first = session.now(), watermarks.is_first(session, name)
    heard = watermarks.read(session, name, lambda moment: reader(events, moment), since)
    # Over all of it: an echo that was seen before keeps its write from claiming what the person did after it.
    theirs = without_echoes(heard, learn.own_writes(session)) if heard else []
    seen = set(session.state.facts.get(_fact(name)) or ())
    new = list({identity: event for event in theirs if (identity := _identity(event)) not in seen}.values())
    if first:
        outcome.notes.append(Note("", "begins_now", (("step", outcome.name),)))
        new = [event for event in new if since is not None and event.at >= since]
    return Reading(name, started, heard, new)


def settle(session: Session, outcome: StepOutcome, reading: Reading, unsettled: Collection[Event] = ()) -> None:
    """Record how far was read: up to the first event that is still to be dealt with. While only observing, all are.

    What of it nothing else will tell is noted for the mail: a conflict, and what would have been written.
    """
    left = () if session.settings.observe else unsettled
    mark = min([reading.started, *(event.at for event in left)])
    waiting = {_identity(event) for event in left}
    seen = {identity for event in reading.heard if (identity := _identity(event)) not in waiting}
    seen |= set(session.state.facts.get(_fact(reading.name)) or ())
    # What the next reading can't tell again is forgotten; twice the overlap, for clocks that differ.
    oldest = (mark - 2 * watermarks.OVERLAP).isoformat()
    with session.state.transaction():
        session.state.facts.put(_fact(reading.name), sorted(identity for identity in seen if identity >= oldest))
        watermarks.move(session, reading.name, mark)
        counted = outcome.counts if session.settings.observe else {"conflicts": outcome.counts["conflicts"]}
        interrupted.note(session, outcome.name, counted)


def _identity(event: Event) -> str:
    """Sorts by time."""
    return f"{event.at.isoformat()} {event.contact_id or event.address}"


def _fact(name: str) -> str:
    return f"seen {name}"

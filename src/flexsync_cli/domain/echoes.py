"""Telling what a person did from what our own writes caused. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flexsync_cli.domain.events import Event, EventKind
from flexsync_cli.domain.model import AddressKey, ContactId
from flexsync_cli.domain.months import BRUSSELS

# Our clock, Flexmail's and the whole seconds of its stamps may show an effect a little before its cause.
ECHO_EARLY = timedelta(minutes=2)
ECHO_LATE = timedelta(minutes=15)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class OwnWrite:
    """A write of ours that Flexmail may tell us back, begun and, where that took longer, done by Flexmail's clock."""

    kind: EventKind
    contact_id: ContactId | None
    address: AddressKey
    at: datetime
    done: datetime | None = None


def is_echo(event: Event, own_writes: Iterable[OwnWrite]) -> bool:
    """Whether our own write caused this event: no campaign, same kind and contact, within a quarter of an hour."""
    return event.campaign_id is None and any(
        write.kind is event.kind
        and (write.contact_id == event.contact_id if write.contact_id and event.contact_id else write.address == event.address)
        and any(write.at - ECHO_EARLY <= at <= (write.done or write.at) + ECHO_LATE for at in _readings(event.at))
        for write in own_writes
    )


def _readings(at: datetime) -> tuple[datetime, ...]:
    """The moments that a stamp may mean: stamps have no zone, and one hour in October happens twice."""
    return (at, at - HOUR) if at.astimezone(BRUSSELS).fold else (at,)


def without_echoes(events: Iterable[Event], own_writes: Iterable[OwnWrite]) -> list[Event]:
    """The events that we did not cause, in their order in time. Each write caused the one nearest to it and no other: what
    the same person does some minutes later is the person's."""
    ordered = sorted(events, key=lambda event: event.at)
    by_person: dict[ContactId | AddressKey, list[int]] = {}
    for number, event in enumerate(ordered):
        for person in {event.contact_id or event.address, event.address}:
            by_person.setdefault(person, []).append(number)
    caused = set()
    for write in own_writes:
        near = {*by_person.get(write.contact_id or write.address, ()), *by_person.get(write.address, ())}
        echoes = [number for number in near if is_echo(ordered[number], (write,))]
        if echoes:
            caused.add(min(echoes, key=lambda number: (abs(ordered[number].at - write.at), number)))
    return [event for number, event in enumerate(ordered) if number not in caused]


def latest(events: Iterable[Event]) -> list[Event]:
    """The last event of each person, in their order in time."""
    ordered = sorted(events, key=lambda event: (event.at, event.address))
    last = {event.contact_id or event.address: event for event in ordered}
    return [event for event in ordered if last[event.contact_id or event.address] is event]

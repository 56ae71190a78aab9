"""Telling what a person did from what our own writes caused. Pure."""

from collections.abc import Iterable

from flexsync_cli.domain.events import Event
from flexsync_cli.domain.model import AddressKey, ContactId
from flexsync_cli.domain.outs import OwnWrite, is_echo


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
    ordered = sorted(events, key=lambda event: (event.at, event.contact_id or 0, event.address))
    last = {event.contact_id or event.address: event for event in ordered}
    return [event for event in ordered if last[event.contact_id or event.address] is event]

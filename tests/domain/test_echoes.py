"""Which events our own writes caused, and which one of a person's events speaks."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsync_cli.domain.echoes import OwnWrite, latest, without_echoes
from flexsync_cli.domain.events import Event, EventKind

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ANNA, ANNA_NOW = "anna@example.be", "anna.new@example.be"


def changed(seconds: int = 0, contact_id: int | None = 7, address: str = ANNA) -> Event:
    return Event(EventKind.PROFILE_UPDATE, NOON + seconds * SECOND, contact_id, address)


def wrote(contact_id: int | None = 7, address: str = ANNA, seconds: int = 0) -> OwnWrite:
    return OwnWrite(EventKind.PROFILE_UPDATE, contact_id, address, NOON + seconds * SECOND)


@pytest.mark.parametrize(
    ("event", "write"),
    [
        (changed(address=ANNA_NOW), wrote(address=ANNA)),
        (changed(contact_id=None), wrote()),
        (changed(), wrote(contact_id=None)),
        (changed(address=""), wrote()),
    ],
    ids=["our write changed the address", "the event has no id", "our write has no id", "the event has no address"],
)
def test_an_echo_is_known_by_its_contact_or_where_one_has_no_id_by_its_address(event: Event, write: OwnWrite) -> None:
    assert without_echoes([event], [write]) == []


@pytest.mark.parametrize("write", [wrote(8, "bart@example.be"), wrote(None, "bart@example.be"), wrote(8, ANNA)])
def test_a_write_to_somebody_else_causes_nothing_of_this_person(write: OwnWrite) -> None:
    assert without_echoes([changed()], [write]) == [changed()]


@pytest.mark.parametrize(("person", "echo"), [(-60, 1), (2, -1), (90, 30), (-2, 0)])
def test_of_two_events_the_one_nearest_to_our_write_is_its_echo(person: int, echo: int) -> None:
    assert without_echoes([changed(person), changed(echo)], [wrote()]) == [changed(person)]


def test_of_two_events_as_near_the_earlier_is_the_echo() -> None:
    assert without_echoes([changed(5), changed(-5)], [wrote()]) == [changed(5)]


def test_what_is_left_is_told_in_its_order_in_time() -> None:
    told = [changed(30, 3), changed(10, 1), changed(20, 7), changed(0, 2)]
    assert without_echoes(told, [wrote(seconds=20)]) == [changed(0, 2), changed(10, 1), changed(30, 3)]


people = st.sampled_from([1, 2, 3])
events = st.lists(st.builds(changed, st.integers(-100, 1000), people), max_size=6)
writes = st.lists(st.builds(wrote, people, seconds=st.integers(-100, 1000)), max_size=4)


@given(events, writes)
def test_a_write_takes_no_more_than_one_event_and_none_of_another_person(told: list[Event], own: list[OwnWrite]) -> None:
    left = without_echoes(told, own)
    for person in (1, 2, 3):
        before = sum(event.contact_id == person for event in told)
        after = sum(event.contact_id == person for event in left)
        assert before - sum(write.contact_id == person for write in own) <= after <= before


@pytest.mark.parametrize("order", [1, -1])
def test_in_whatever_order_they_are_read_the_same_one_of_a_persons_events_speaks(order: int) -> None:
    said = [changed(0, 7, ANNA_NOW), changed(0, 7, ANNA), changed(0, None, ANNA)]
    assert set(map(repr, latest(said[::order]))) == set(map(repr, said[1:]))

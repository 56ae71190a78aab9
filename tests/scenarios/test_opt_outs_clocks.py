"""Opt-outs when SOAP is down, when clocks are wrong or go back, and in a step that takes long."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from flexsync_cli.sandbox.calls import Call
from flexsync_cli.sandbox.model import EventKind, Origin, State
from tests.scenarios.habits import push, push_again
from tests.scenarios.noes import address, begin, fact, nothing_new, now, opt_outs, put_fact, standing, unticked
from tests.scenarios.world import World

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(hours=24, minutes=1)
PERSON = "person"


@pytest.fixture
def soap(world: World) -> World:
    """One with three."""
    return begin(world, 3)


# ---- SOAP down


@pytest.mark.parametrize("operation", ["GetUnsubscriptions", "GetEmailAddresses", "GET /contacts"])
def test_with_a_reading_that_fails_nothing_is_classified_or_pushed(
    soap: World, clock: time_machine.Traveller, operation: str
) -> None:
    clock.shift(DAY)
    soap.flexmail.set_state(address(1), State.UNSUBSCRIBED)
    soap.flexmail.delete(address(2))
    soap.edit(3, NAME="Anders")
    soap.relation(4, address(4))
    mark = fact(soap, "watermark unsubscriptions")
    soap.flexmail.fault("status", operation, times=1, status=401)
    soap.flexmail.reset_calls()
    result = soap.push()
    assert result.code == 4
    assert "not done" in result.step("push")["error"]
    assert soap.flexmail.writes == []
    assert unticked(soap) == set()
    assert standing(soap) == set()
    if operation == "GetUnsubscriptions":
        assert fact(soap, "watermark unsubscriptions") == mark
    assert push(soap) == {"updated": 1, "created": 1, "held": 1}
    assert standing(soap) == {(address(1), PERSON, "state")}
    push_again(soap)


def test_what_persons_said_is_written_although_the_listing_fails(soap: World, clock: time_machine.Traveller) -> None:
    clock.shift(DAY)
    soap.flexmail.unsubscribe(address(2))
    soap.flexmail.fault("status", "GET /contacts", times=1, status=401)
    assert opt_outs(soap, code=4) == {"events": 1, "unticked": 1}
    assert unticked(soap) == {2}
    nothing_new(soap)


# ---- clocks


def test_an_event_in_the_watermarks_very_second_is_counted_once(soap: World, clock: time_machine.Traveller) -> None:
    clock.shift(HOUR)
    opt_outs(soap)
    mark = datetime.fromisoformat(str(fact(soap, "watermark unsubscriptions")))
    soap.flexmail.unsubscribe(address(2), at=mark)
    assert opt_outs(soap) == {"events": 1, "unticked": 1}
    clock.shift(HOUR)
    nothing_new(soap)


def test_an_event_that_comes_two_hours_late_is_counted_once(soap: World, clock: time_machine.Traveller) -> None:
    clock.shift(2 * HOUR)
    happened = now() + MINUTE
    for _ in range(2):
        clock.shift(HOUR)
        opt_outs(soap)
    soap.flexmail.unsubscribe(address(2), at=happened)
    assert opt_outs(soap) == {"events": 1, "unticked": 1}
    clock.shift(HOUR)
    nothing_new(soap)


@pytest.mark.parametrize("whose", ["ours", "both", "both from the beginning"])
def test_a_clock_that_was_once_in_2027_loses_nothing(soap: World, clock: time_machine.Traveller, whose: str) -> None:
    true = now()
    if whose == "both from the beginning":
        soap.forget_state()
    if whose == "ours":
        clock.shift(365 * DAY)
        soap.flexmail.set_clock(true)
    else:
        clock.shift(365 * DAY)
    opt_outs(soap)
    clock.move_to(true + HOUR)
    soap.flexmail.set_clock(true + HOUR)
    soap.flexmail.unsubscribe(address(2))
    assert opt_outs(soap) == {"events": 1, "unticked": 1}
    nothing_new(soap)


def test_since_a_later_moment_skips_nothing(soap: World, clock: time_machine.Traveller) -> None:
    clock.shift(DAY)
    soap.flexmail.unsubscribe(address(2))
    clock.shift(DAY)
    assert opt_outs(soap, "--since", now().isoformat()) == {"events": 1, "unticked": 1}
    nothing_new(soap)


def test_a_soap_token_of_later_tells_at_once_who_is_out(world: World, clock: time_machine.Traveller) -> None:
    world.relations(2)
    world.relation(3, address(3), ticked=False)
    world.flexmail.add_contact(address(3), state=State.UNSUBSCRIBED)
    push(world)
    clock.shift(HOUR)
    world.with_soap()
    assert opt_outs(world) == {"states": 1}
    nothing_new(world)


def test_a_watermark_from_the_future_is_replaced_and_told(soap: World) -> None:
    put_fact(soap, "watermark unsubscriptions", "2099-01-01T00:00:00+00:00")
    soap.flexmail.unsubscribe(address(2), at=now() + MINUTE)
    result = soap.run("pull-unsubscribes", "--json")
    assert result.counts("opt_outs")["events"] == 1
    assert "still to come" in result.err
    nothing_new(soap)


OCTOBER = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)  # the clocks go back at 01:00 UTC: 02:00 to 03:00 happens twice


@pytest.mark.parametrize("minutes", [110, 130, 170, 190])
def test_each_event_of_the_night_in_which_an_hour_happens_twice_counts_once(world: World, minutes: int) -> None:
    with time_machine.travel(OCTOBER) as clock:
        world.with_soap()
        world.relations(2)
        push(world)
        happened = OCTOBER + minutes * MINUTE
        seen = 0
        for hour in range(1, 9):
            clock.move_to(OCTOBER + hour * HOUR)
            if now() - HOUR < happened <= now():
                world.flexmail.unsubscribe(address(1), at=happened)
            seen += opt_outs(world).get("events", 0)
        assert seen == 1
        assert unticked(world) == {1}


# ---- a step that takes long


def test_interests_of_more_than_half_an_hour_pull_them_again_too(soap: World, clock: time_machine.Traveller) -> None:
    soap.with_interests()
    soap.flexmail.add_interest("Fiscaal")
    for number in (1, 2, 3):
        soap.interest(number, "Fiscaal")

    def slowly(moment: str, call: Call) -> None:
        if moment == "after" and call.write:
            clock.shift(40 * MINUTE)
            if not soap.flexmail.contacts(State.UNSUBSCRIBED):
                soap.flexmail.unsubscribe(address(3))

    soap.flexmail.on_effect(slowly)
    result = soap.push()
    soap.flexmail.clear_hooks()
    assert result.code == 0
    assert result.counts("opt_outs")["events"] == 1
    assert not soap.is_ticked(3)
    assert result.counts("interests") | {"subscribed": 2, "waiting": 1} == result.counts("interests")
    assert soap.flexmail.contact(address(3)).interests == []
    push_again(soap)


def test_a_push_of_more_than_half_an_hour_pulls_them_again(soap: World, clock: time_machine.Traveller) -> None:
    soap.relations(3, first=4)
    for number in (4, 5, 6):
        soap.relation(number + 100, f"person{number}@example.be")

    def slowly(moment: str, call: Call) -> None:
        if moment == "after" and call.operation == "POST /contacts":
            clock.shift(20 * MINUTE)
            if not soap.flexmail.contacts(State.UNSUBSCRIBED):
                soap.flexmail.unsubscribe(address(1))
                soap.flexmail.add_contact("person6@example.be", state=State.UNSUBSCRIBED)
                there = soap.flexmail.contact("person6@example.be")
                soap.sandbox.store.happened(EventKind.UNSUBSCRIPTION, there, Origin.PERSON)

    soap.flexmail.on_effect(slowly)
    result = soap.push()
    soap.flexmail.clear_hooks()
    assert result.code == 0
    assert result.counts("opt_outs")["events"] == 2
    assert unticked(soap) == {1, 106}
    assert result.counts()["out"] == 1
    assert soap.flexmail.counts()["POST /contacts"] == 8
    push_again(soap)

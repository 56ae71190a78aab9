"""What our own writes come back as is nobody's word."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.scenarios.habits import plans, push
from tests.scenarios.noes import address, begin, nothing_new, now, opt_outs, outs, standing, unticked
from tests.scenarios.world import World

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(hours=24, minutes=1)
PERSON = "person"


@pytest.fixture
def soap(world: World) -> World:
    """One with three."""
    return begin(world, 3)


OCTOBER = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)  # the clocks go back at 01:00 UTC: 02:00 to 03:00 happens twice


def test_a_hundred_approved_leaves_come_back_and_are_nobodys_word(world: World, clock: time_machine.Traveller) -> None:
    world.with_soap()
    world.relations(130)
    for number in range(201, 211):
        world.relation(number, address(number - 200), name="Shares")
    push(world)
    clock.shift(HOUR)
    for number in range(1, 101):
        world.untick(number)
    # The others at these addresses keep their tick, but are of a type that is not mailed any more.
    world.sql("UPDATE CUSTOMER SET CRM_TYPE = 9 WHERE CUSTOMER_ID > 200")
    world.configure(sync={"crm_types": [3]})
    assert push(world, code=3)["unchanged"] == 30
    (plan,) = plans(world)
    people = ["--people", str(plan.refusal.people)] if plan.refusal.kind == "numbers" else []
    assert world.run("approve", plan.id, *people).code == 0
    assert len(world.active()) == 30
    before = unticked(world)
    clock.shift(MINUTE)
    assert opt_outs(world) == {"echoes": 100}
    assert unticked(world) == before == set(range(1, 101))
    assert {kind for _, kind, _ in standing(world)} == {"office"}
    clock.shift(DAY)
    counts = opt_outs(world)
    assert not {"events", "states", "unticked"} & counts.keys()
    assert unticked(world) == before
    assert len(outs(world)) == 100


@pytest.mark.parametrize("off", [-20 * HOUR, -5 * HOUR, -20 * MINUTE, 20 * MINUTE, 5 * HOUR, 20 * HOUR])
def test_an_echo_is_told_by_flexmails_clock_not_by_ours(soap: World, off: timedelta) -> None:
    soap.flexmail.set_clock(now() + off)
    opt_outs(soap)
    soap.untick(1)
    assert push(soap) == {"unchanged": 2, "left": 1}
    assert opt_outs(soap) == {"echoes": 1}
    assert standing(soap) == {(address(1), "office", "leave")}


@pytest.mark.parametrize(("minutes", "kind"), [(-30, PERSON), (-5, PERSON), (10, "office"), (20, PERSON)])
def test_only_what_comes_within_a_quarter_of_an_hour_after_the_leave_is_its_echo(
    soap: World, clock: time_machine.Traveller, minutes: int, kind: str
) -> None:
    clock.shift(HOUR)
    opt_outs(soap)
    soap.relation(9, address(1), active=0)
    soap.untick(1)
    soap.sandbox.store.quirks.echoes = False
    assert push(soap) == {"unchanged": 2, "left": 1}
    clock.shift(HOUR)
    soap.flexmail.unsubscribe(address(1), at=now() + minutes * MINUTE - HOUR)
    opt_outs(soap)
    assert unticked(soap) == ({1, 9} if kind == PERSON else {1})
    assert (address(1), kind, "event" if kind == PERSON else "leave") in standing(soap)
    nothing_new(soap)


def test_a_campaigns_link_is_never_an_echo(soap: World) -> None:
    soap.sandbox.store.quirks.echoes = False
    campaign = soap.flexmail.send_campaign("Nieuwsbrief")
    soap.untick(1)
    push(soap)
    soap.flexmail.unsubscribe(address(1), campaign=campaign.id, at=now() + MINUTE)
    assert opt_outs(soap) == {"events": 1}
    assert (address(1), PERSON, "event") in standing(soap)


def test_what_was_refused_caused_nothing(soap: World) -> None:
    """The office's leave failed; a minute later the person says no."""
    soap.relation(9, address(1), active=0)
    soap.untick(1)
    soap.sandbox.control.fault("status", "POST /contacts/{id}/unsubscribe", status=400)
    assert soap.push().code == 1
    soap.flexmail.unsubscribe(address(1), at=now() + MINUTE)
    assert opt_outs(soap) == {"events": 1, "unticked": 1}
    assert unticked(soap) == {1, 9}


def test_old_echoes_read_again_long_after_are_still_ours(soap: World, clock: time_machine.Traveller) -> None:
    soap.relation(9, address(1), active=0)
    soap.untick(1)
    push(soap)
    started = now() - HOUR
    clock.shift(30 * DAY)
    opt_outs(soap)
    assert opt_outs(soap, "--since", started.isoformat()) == {"echoes": 1}
    assert unticked(soap) == {1}


def test_a_lost_state_takes_our_own_echoes_for_nobodys_word(soap: World, clock: time_machine.Traveller) -> None:
    soap.relation(9, address(1), CRM_TYPE=9)
    soap.configure(sync={"crm_types": [3]})
    soap.untick(1)
    push(soap)
    clock.shift(MINUTE)
    soap.forget_state()
    counts = opt_outs(soap)
    assert "events" not in counts
    counts = opt_outs(soap)
    assert not {"events", "unticked"} & counts.keys()


@pytest.mark.parametrize("minutes", [110, 130, 170, 190])
@pytest.mark.parametrize("late", [0, 2])
def test_a_leave_of_that_night_comes_back_as_an_echo(world: World, minutes: int, late: int) -> None:
    with time_machine.travel(OCTOBER) as clock:
        world.with_soap()
        world.relations(2)
        push(world)
        clock.move_to(OCTOBER + minutes * MINUTE)
        world.relation(9, address(1), active=0)
        world.untick(1)
        push(world)
        clock.shift(MINUTE + late * HOUR)
        for _ in range(3):
            assert "events" not in opt_outs(world)
            clock.shift(HOUR)
        assert unticked(world) == {1}

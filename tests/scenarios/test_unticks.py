"""The untick in Admin: all relations of an address in one transaction, refused or not, planned or done."""

from datetime import timedelta

import pytest
import time_machine

from flexsync_cli.sandbox.model import State
from tests.scenarios.habits import plans, push, push_again
from tests.scenarios.noes import address, flags, nothing_new, now, opt_outs, outs, standing, unticked
from tests.scenarios.world import World

MINUTE = timedelta(minutes=1)
DAY = timedelta(hours=24, minutes=1)
KEPT = "CREATE TRIGGER keeps BEFORE UPDATE ON CUSTOMER_PERMANENT WHEN OLD.CUSTOMER_ID = {} BEGIN SELECT RAISE({}); END"


@pytest.fixture
def soap(world: World) -> World:
    """Three relations that are mailed, and relation 7 at the address of the second."""
    world.with_soap()
    world.relations(3)
    world.relation(7, address(2))
    push(world)
    return world


def dues(world: World) -> int:
    """How many outs wait for their untick."""
    return sum(out.unticked_at is None and out.ended_at is None for out in outs(world))


@pytest.mark.parametrize("raised", ["IGNORE", "ABORT, 'not by you'"])
def test_what_admin_refuses_is_tried_again_each_run_and_blocks_that_address_only(soap: World, raised: str) -> None:
    soap.sql(KEPT.format(7, raised))
    soap.flexmail.unsubscribe(address(2), at=now() + MINUTE)
    soap.edit(3, NAME="Anders")
    result = soap.push()
    assert result.code == 1
    assert result.counts("opt_outs")["failed"] > 0
    assert result.counts()["updated"] == 1
    assert result.counts()["out"] == 2
    assert unticked(soap) == set(), "all relations of the address, or none"
    assert dues(soap) == 1
    again = soap.push()
    assert again.code == 1
    assert again.counts("opt_outs")["failed"] == result.counts("opt_outs")["failed"]
    soap.sql("DROP TRIGGER keeps")
    assert opt_outs(soap) == {"unticked": 2}
    assert unticked(soap) == {2, 7}
    assert dues(soap) == 0
    nothing_new(soap)
    assert push_again(soap) == {"unchanged": 2}


def test_a_plan_names_all_relations_of_an_address_for_they_are_unticked_together(world: World) -> None:
    world.configure(guard={"count": 1, "percent": 0})
    world.relations(6)
    push(world)
    for number in (1, 2):
        world.flexmail.unsubscribe(address(number))
    opt_outs(world, code=3)
    (shown,) = plans(world)
    for number in (3, 4):
        world.edit(number, EMAIL=address(number - 2))
    assert world.run("approve", shown.id).code == 3
    assert unticked(world) == set(), "3 and 4 were in no plan yet"
    (plan,) = plans(world)
    assert {item.relation_id for item in plan.refusal.items} == {"1", "2", "3", "4"}
    assert world.run("approve", plan.id).code == 0
    assert unticked(world) == {1, 2, 3, 4}
    assert plans(world) == []
    nothing_new(world)


def test_a_trigger_that_ticks_again_is_a_refusal_too(soap: World) -> None:
    soap.sql(
        "CREATE TRIGGER ticks AFTER UPDATE ON CUSTOMER_PERMANENT WHEN NEW.NEWSLETTER = 0 AND NEW.CUSTOMER_ID = 2 "
        "BEGIN UPDATE CUSTOMER_PERMANENT SET NEWSLETTER = 1 WHERE CUSTOMER_ID = 2; END"
    )
    soap.flexmail.unsubscribe(address(2), at=now() + MINUTE)
    assert opt_outs(soap, code=1)["failed"] == 2
    assert unticked(soap) == set()
    assert push(soap, code=1) == {"unchanged": 2, "out": 2}
    assert address(2) not in soap.active()


def test_each_row_of_the_flag_is_unticked(world: World) -> None:
    world.with_soap()
    world.relations(2)
    world.sql("INSERT INTO CUSTOMER_PERMANENT VALUES (1, 1), (1, 1)")
    push(world)
    world.flexmail.unsubscribe(address(1), at=now() + MINUTE)
    assert opt_outs(world) == {"events": 1, "unticked": 1}
    assert world.sql("SELECT NEWSLETTER FROM CUSTOMER_PERMANENT WHERE CUSTOMER_ID = 1") == [(0,)] * 3
    nothing_new(world)


def test_a_dry_run_treats_them_as_done_and_writes_nothing(soap: World) -> None:
    soap.flexmail.unsubscribe(address(2), at=now() + MINUTE)
    before = flags(soap)
    soap.flexmail.reset_calls()
    planned = soap.push("--dry-run")
    assert soap.flexmail.writes == []
    assert flags(soap) == before
    assert standing(soap) == set()
    done = soap.push()
    assert planned.counts("opt_outs") == done.counts("opt_outs")
    assert planned.counts() == done.counts()
    assert done.counts("opt_outs")["unticked"] == 2
    assert planned.document["calls"]["rest"] == done.document["calls"]["rest"]
    nothing_new(soap)


def test_observing_records_outs_and_leaves_their_unticks_due(world: World, clock: time_machine.Traveller) -> None:
    world.with_soap()
    world.configure(sync={"mode": "observe"})
    world.relations(90)
    for number in range(1, 81):
        world.flexmail.add_contact(address(number), name=f"Name {number}", language="nl")
    world.flexmail.reset_calls()
    assert push(world)["adopted"] == 80
    clock.shift(DAY)
    for number in (1, 2):
        world.flexmail.unsubscribe(address(number))
    for number in range(3, 16):
        world.flexmail.set_state(address(number), State.UNSUBSCRIBED)
    result = world.push()
    assert result.code == 3
    assert result.counts("opt_outs") | {"events": 2, "states": 13, "unticked": 2} == result.counts("opt_outs")
    assert world.flexmail.writes == []
    assert unticked(world) == set()
    assert len(standing(world)) == 15
    assert dues(world) == 15
    clock.shift(MINUTE)
    assert world.push().code == 3
    assert unticked(world) == set()
    # The first run that writes: what persons said at once, the rest with a person's word.
    world.configure(sync={"mode": "sync"})
    assert opt_outs(world, code=3) == {"unticked": 2}
    assert unticked(world) == {1, 2}
    (plan,) = [kept for kept in plans(world) if kept.refusal.step == "opt_outs"]
    assert plan.refusal.people == 13
    assert world.run("approve", plan.id).code == 0
    assert unticked(world) == set(range(1, 16))
    nothing_new(world)
    assert push(world) == {"unchanged": 65, "created": 10}
    push_again(world)


def test_observing_never_asks_twice_what_it_has_recorded(world: World, clock: time_machine.Traveller) -> None:
    world.with_soap()
    world.configure(sync={"mode": "observe"})
    world.relations(2)
    for number in (1, 2):
        world.flexmail.add_contact(address(number), name=f"Name {number}", language="nl")
    push(world)
    clock.shift(MINUTE)
    world.flexmail.unsubscribe(address(1))
    assert opt_outs(world) == {"events": 1, "unticked": 1}
    assert opt_outs(world) == {"unticked": 1}  # what it would do, each time
    assert unticked(world) == set()
    assert len(outs(world)) == 1

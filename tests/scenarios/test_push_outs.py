"""Nobody who is out is created, updated or made active again, whatever Admin says."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
import time_machine

from flexsync_cli.domain.months import day_of
from flexsync_cli.sandbox.calls import Call
from flexsync_cli.sandbox.model import Origin, State
from tests.scenarios.habits import contact, push, push_again, todos
from tests.scenarios.world import World

DAY = timedelta(hours=24, minutes=1)
OUT = "relation1@example.be"

Act = Callable[[World], None]


def _retick(office: World) -> None:
    office.tick(1)


def _new_relation(office: World) -> None:
    office.relation(50, " Relation1@Example.be")


def _changed_address(office: World) -> None:
    office.tick(1)
    office.edit(1, EMAIL="elders@example.be")


def _changed_to_it(office: World) -> None:
    office.edit(2, EMAIL=OUT)


def _swapped_addresses(office: World) -> None:
    office.tick(1)
    office.edit(1, EMAIL="relation2@example.be")
    office.edit(2, EMAIL=OUT)


def _lost_state(office: World) -> None:
    office.forget_state()
    office.tick(1)


def _restored_admin(office: World) -> None:
    office.sql("UPDATE CUSTOMER_PERMANENT SET NEWSLETTER = 1")


WAYS: list[Act] = [
    _retick,
    _new_relation,
    _changed_address,
    _changed_to_it,
    _swapped_addresses,
    _lost_state,
    _restored_admin,
]


def _unsubscribes(office: World) -> None:
    office.flexmail.unsubscribe(OUT)


def _complains(office: World) -> None:
    office.flexmail.complain(OUT)


def _office_leaves(office: World) -> None:
    office.untick(1)


@pytest.mark.parametrize("kind", [_unsubscribes, _complains, _office_leaves])
@pytest.mark.parametrize("way", WAYS)
def test_nobody_who_is_out_is_mailed_again(office: World, clock: time_machine.Traveller, kind: Act, way: Act) -> None:
    office.relations(4)
    push(office)
    clock.shift(timedelta(minutes=20))
    kind(office)
    push(office)
    assert not office.is_ticked(1)
    office.flexmail.reset_calls()
    way(office)
    for _ in range(3):
        office.push()
        clock.shift(DAY)
    there = contact(office, OUT)
    assert there.state is not State.ACTIVE
    assert there.email == OUT
    assert (there.id, Origin.API) not in office.sandbox.store.revived
    assert not [call for call in office.flexmail.writes if str(there.id) in call.path]
    assert "elders@example.be" not in office.active()
    push_again(office)


def test_a_bounced_address_that_is_mended_is_a_new_contact(world: World, clock: time_machine.Traveller) -> None:
    world.with_soap()
    world.relations(3)
    push(world)
    clock.shift(timedelta(minutes=20))
    for _ in range(3):
        world.flexmail.bounce(OUT, code="4.2.2", message="Mailbox full")
    clock.shift(DAY)
    assert push_again(world) == {"unchanged": 2, "out": 1}
    assert todos(world) == [("out_ticked", "1")]
    world.edit(1, EMAIL="beter@example.be")
    assert push(world) == {"unchanged": 2, "created": 1}
    assert contact(world, OUT).state is State.BOUNCED_OUT
    push_again(world)
    assert todos(world) == []


def test_who_was_refused_as_blacklisted_stays_out_at_a_new_address(world: World) -> None:
    world.relations(2)
    world.flexmail.blacklist(OUT)
    push(world)
    assert not world.is_ticked(1)
    world.tick(1)
    assert push_again(world) == {"unchanged": 1, "out": 1}
    assert todos(world) == [("out_ticked", "1")]
    world.edit(1, EMAIL="elders@example.be")
    assert push_again(world) == {"unchanged": 1, "out": 1}
    day = day_of(datetime.now(UTC)).isoformat()
    assert world.run("consent", "elders@example.be", "--on", day, "--how", "by telephone").code == 0
    assert push(world) == {"unchanged": 1, "created": 1}
    assert push_again(world) == {"unchanged": 2}


def test_a_long_push_hears_who_leaves_meanwhile(office: World, clock: time_machine.Traveller) -> None:
    office.relations(3)
    push(office)
    office.sql("UPDATE CUSTOMER SET NAME = 'Changed'")
    clock.shift(timedelta(minutes=20))
    patched: list[str] = []

    def hook(moment: Literal["before", "after"], call: Call) -> None:
        if moment == "after" and call.operation == "PATCH /contacts/{id}":
            patched.append(call.path)
            if len(patched) == 1:
                office.flexmail.unsubscribe("relation3@example.be")
                clock.shift(timedelta(minutes=31))

    office.flexmail.on_effect(hook)
    push(office)
    assert len(patched) == 2
    assert contact(office, "relation3@example.be").name == "Name 3"
    assert not office.is_ticked(3)
    push_again(office)

"""Opt-outs without the SOAP token: the listing is all there is, and absence is no evidence."""

from datetime import timedelta

import time_machine

from flexsync_cli.sandbox.calls import Call
from flexsync_cli.sandbox.model import State
from tests.scenarios.habits import plans, push, push_again, todos
from tests.scenarios.noes import address, nothing_new, opt_outs, standing, today, unticked
from tests.scenarios.world import World

DAY = timedelta(hours=24, minutes=1)


def test_who_is_missing_is_asked_for_and_then_gone(world: World) -> None:
    world.relations(3)
    push(world)
    world.flexmail.unsubscribe(address(2))
    world.flexmail.reset_calls()
    assert opt_outs(world) == {"gone": 1, "unticked": 1}
    (asked,) = [call.query for call in world.flexmail.calls if "email=" in call.query]
    assert asked.startswith("email=relation2%40example.be&")
    assert unticked(world) == {2}
    assert standing(world) == {(address(2), "blocked", "gone")}
    nothing_new(world)
    assert push_again(world) == {"unchanged": 2}


def test_who_was_only_skipped_by_the_listing_is_not_gone(world: World) -> None:
    """The listing is read, and then it is asked for by its address: meanwhile it came back."""
    world.relations(3)
    push(world)
    world.flexmail.set_state(address(2), State.UNSUBSCRIBED)

    def between(moment: str, call: Call) -> None:
        if moment == "before" and "email=" in call.query:
            world.flexmail.reactivate(address(2))

    world.flexmail.on_effect(between)
    assert opt_outs(world) == {}
    assert unticked(world) == set()
    world.flexmail.clear_hooks()
    assert push_again(world) == {"unchanged": 3}


def test_who_is_gone_is_not_mailed_again_however_ticked(world: World, clock: time_machine.Traveller) -> None:
    world.relations(3)
    push(world)
    world.flexmail.unsubscribe(address(2))
    opt_outs(world)
    world.tick(2)
    clock.shift(DAY)
    assert push_again(world) == {"unchanged": 2, "out": 1}
    assert todos(world) == [("out_ticked", "2")]
    assert world.active() == {address(1), address(3)}


def test_who_is_active_again_is_no_longer_out_and_a_to_do_where_unticked(world: World, clock: time_machine.Traveller) -> None:
    world.relations(3)
    push(world)
    world.flexmail.unsubscribe(address(2))
    opt_outs(world)
    clock.shift(DAY)
    world.flexmail.opt_in(address(2))
    assert opt_outs(world) == {"ended": 1}
    assert standing(world) == set()
    assert todos(world) == [("came_back", "2")]
    nothing_new(world)
    # Unticked as it is, it must not leave: the person's yes is later.
    assert push_again(world) == {"unchanged": 2}
    assert address(2) in world.active()
    world.tick(2)
    assert push(world) == {"unchanged": 2, "adopted": 1}
    assert todos(world) == []
    world.untick(2)
    assert push(world) == {"unchanged": 2, "left": 1}
    push_again(world)


def test_many_who_are_gone_are_out_at_once_and_unticked_only_with_approval(world: World) -> None:
    world.relations(60)
    push(world)
    for number in range(1, 13):
        world.flexmail.unsubscribe(address(number))
    assert opt_outs(world, code=3) == {"gone": 12}
    assert unticked(world) == set()
    assert len(standing(world)) == 12
    world.flexmail.reset_calls()
    assert push(world, code=3) == {"unchanged": 48, "out": 12}
    assert world.flexmail.writes == []
    (plan,) = plans(world)
    assert (plan.refusal.step, plan.refusal.people) == ("opt_outs", 12)
    assert world.run("approve", plan.id).code == 0
    assert unticked(world) == set(range(1, 13))
    nothing_new(world)
    assert plans(world) == []


def test_ten_who_are_gone_are_not_too_many(world: World) -> None:
    world.relations(20)
    push(world)
    for number in range(1, 10):
        world.flexmail.unsubscribe(address(number))
    assert opt_outs(world) == {"gone": 9, "unticked": 9}
    assert len(unticked(world)) == 9
    nothing_new(world)


def test_half_of_the_contacts_gone_is_rather_flexmails_trouble(world: World) -> None:
    world.relations(30)
    push(world)
    for number in range(1, 16):
        world.flexmail.delete(address(number))
    world.flexmail.reset_calls()
    assert opt_outs(world, code=3) == {}
    assert standing(world) == set()
    result = world.push()
    assert result.code == 3
    assert world.flexmail.writes == []
    (plan,) = plans(world)
    assert (plan.refusal.kind, plan.refusal.people) == ("numbers", 15)
    assert world.run("approve", plan.id).code == 2
    assert world.run("approve", plan.id, "--people", "15").code == 0
    assert unticked(world) == set(range(1, 16))
    assert len(standing(world)) == 15
    nothing_new(world)
    push_again(world)


def test_an_emptied_listing_is_believed_when_flexmail_is_itself_again(world: World) -> None:
    world.relations(3)
    push(world)
    for number in range(1, 4):
        world.flexmail.set_state(address(number), State.AWAITING)
    assert world.push().code == 3
    assert len(plans(world)) == 1
    for number in range(1, 4):
        world.flexmail.reactivate(address(number))
    assert push_again(world) == {"unchanged": 3}
    assert plans(world) == []
    assert unticked(world) == set()


def test_an_opt_out_is_missed_neither_behind_another_person_at_its_former_address(world: World) -> None:
    """Relation 1 got a new address, and its old one went to relation 5: that it is listed says nothing of relation 1."""
    world.relations(3)
    push(world)
    world.edit(1, EMAIL="nieuw@example.be")
    push(world)
    world.relation(5, address(1))
    push(world)
    world.flexmail.unsubscribe("nieuw@example.be")
    assert opt_outs(world) == {"gone": 1, "unticked": 1}
    assert unticked(world) == {1}
    nothing_new(world)


def test_every_relation_with_the_address_is_unticked(world: World) -> None:
    world.relations(2)
    world.relation(7, " RELATION2@example.be ")
    world.relation(8, "Jan <relation2@example.be>", active=0)
    world.relation(9, "relation2@example.be", CRM_TYPE=99)
    push(world)
    world.flexmail.unsubscribe(address(2))
    assert opt_outs(world) == {"gone": 1, "unticked": 4}
    assert unticked(world) == {2, 7, 8, 9}
    nothing_new(world)


def test_whom_flexmail_calls_gone_is_not_unticked_at_another_address(world: World) -> None:
    """It follows its relation to a changed address as a to-do, until somebody says that the person wants it."""
    world.relations(2)
    push(world)
    world.flexmail.unsubscribe(address(2))
    world.edit(2, EMAIL="anders@example.be")
    assert push(world) == {"unchanged": 1, "out": 1}
    assert unticked(world) == set()
    assert todos(world) == [("out_ticked", "2")]
    push_again(world)
    result = world.run("consent", "anders@example.be", "--on", "2026-01-02", "--how", "letter")
    assert result.code == 0
    push_again(world)  # a yes of before the no
    assert world.run("consent", "anders@example.be", "--on", today(), "--how", "letter").code == 0
    assert push(world) == {"unchanged": 1, "created": 1}
    assert todos(world) == []
    assert "anders@example.be" in world.active()
    push_again(world)


def test_a_contact_with_an_address_in_unicode_is_no_other(world: World) -> None:
    world.relation(1, "info@café-voorbeeld.be")
    world.flexmail.add_contact("info@café-voorbeeld.be", name="Peeters")
    assert push(world) == {"adopted": 1}
    assert opt_outs(world) == {}
    assert todos(world) == []
    push_again(world)

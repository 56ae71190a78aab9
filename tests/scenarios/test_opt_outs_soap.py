"""Opt-outs over SOAP: events, present states, who is missing, and who comes back."""

from datetime import timedelta

import pytest
import time_machine

from flexsync_cli.sandbox.model import State
from tests.scenarios.habits import plans, push, push_again, todos
from tests.scenarios.noes import address, begin, nothing_new, now, opt_outs, standing, unticked
from tests.scenarios.world import World

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(hours=24, minutes=1)
PERSON = "person"


@pytest.fixture
def soap(world: World) -> World:
    """One with three."""
    return begin(world, 3)


# ---- events


def test_an_event_unticks_every_relation_with_the_address(soap: World) -> None:
    soap.relation(7, "RELATION2@example.be", ticked=True)
    soap.relation(8, address(2), active=0)
    soap.flexmail.unsubscribe(address(2), at=now() + MINUTE)
    assert opt_outs(soap) == {"events": 1, "unticked": 3}
    assert unticked(soap) == {2, 7, 8}
    assert standing(soap) == {(address(2), PERSON, "event")}
    nothing_new(soap)
    assert push_again(soap) == {"unchanged": 2}


def test_an_event_is_never_held_back_by_the_guard(world: World) -> None:
    begin(world, 43)
    for number in range(1, 31):
        world.flexmail.unsubscribe(address(number), at=now() + MINUTE)
    assert opt_outs(world) == {"events": 30, "unticked": 30}
    assert unticked(world) == set(range(1, 31))
    nothing_new(world)
    assert push_again(world) == {"unchanged": 13}


def test_what_persons_said_also_explains_why_half_are_missing(world: World, clock: time_machine.Traveller) -> None:
    begin(world, 23)
    clock.shift(DAY)
    for number in range(1, 16):
        world.flexmail.unsubscribe(address(number))
    assert opt_outs(world) == {"events": 15, "unticked": 15}
    assert plans(world) == []
    nothing_new(world)
    assert push_again(world) == {"unchanged": 8}


def test_an_event_of_somebody_we_do_not_mail_is_kept_for_later(soap: World) -> None:
    soap.flexmail.add_contact("later@example.be")
    soap.flexmail.unsubscribe("later@example.be", at=now() + MINUTE)
    assert opt_outs(soap) == {"events": 1}
    soap.relation(9, "later@example.be")
    assert push_again(soap) == {"unchanged": 3, "out": 1}
    assert todos(soap) == [("out_ticked", "9")]


def test_a_persons_no_follows_to_the_address_that_admin_has_meanwhile(soap: World) -> None:
    soap.edit(2, EMAIL="nieuw@example.be")
    soap.flexmail.unsubscribe(address(2), at=now() + MINUTE)
    counts = soap.push().counts("opt_outs")
    assert (counts["events"], counts["unticked"]) == (1, 1)
    assert unticked(soap) == {2}
    soap.tick(2)
    assert push_again(soap) == {"unchanged": 2, "out": 1}
    assert "nieuw@example.be" not in soap.active()


def test_a_no_after_the_contact_moved_in_flexmail_finds_its_relation(soap: World) -> None:
    soap.flexmail.change_profile(address(2), {}, new_address="verhuisd@example.be")
    soap.flexmail.unsubscribe("verhuisd@example.be", at=now() + MINUTE)
    assert opt_outs(soap) == {"events": 1, "unticked": 1}
    assert unticked(soap) == {2}
    nothing_new(soap)


# ---- present states


def test_a_state_adds_nothing_to_who_is_out_and_an_event_raises_it(soap: World, clock: time_machine.Traveller) -> None:
    soap.relation(9, address(1), active=0)
    soap.untick(1)
    push(soap)
    clock.shift(DAY)
    assert "states" not in opt_outs(soap)
    assert standing(soap) == {(address(1), "office", "leave")}
    soap.flexmail.complain(address(1))
    assert opt_outs(soap) == {"events": 1, "unticked": 1}
    assert (address(1), PERSON, "event") in standing(soap)
    assert unticked(soap) == {1, 9}
    nothing_new(soap)


@pytest.mark.parametrize(
    ("state", "kind", "flag"),
    [(State.UNSUBSCRIBED, PERSON, False), (State.BLACKLISTED, "blocked", False), (State.BOUNCED_OUT, "undeliverable", True)],
)
def test_states_tell_the_kind_of_an_out(
    soap: World, clock: time_machine.Traveller, state: State, kind: str, flag: bool
) -> None:
    soap.flexmail.set_state(address(2), state)
    clock.shift(DAY)
    counts = opt_outs(soap)
    assert counts["states"] == 1
    assert standing(soap) == {(address(2), kind, "state")}
    assert soap.is_ticked(2) is flag
    nothing_new(soap)
    push_again(soap)
    assert address(2) not in soap.active()


def test_blacklisted_after_a_hard_bounce_of_this_very_run_is_undeliverable(soap: World, clock: time_machine.Traveller) -> None:
    clock.shift(DAY)
    assert soap.run("bounces").code == 0
    soap.flexmail.bounce(address(2), code="5.1.1")
    clock.shift(DAY)
    assert opt_outs(soap) == {"states": 1}
    assert standing(soap) == {(address(2), "undeliverable", "state")}
    assert soap.is_ticked(2)


def test_many_unsubscribed_states_are_held_back_but_out_at_once(world: World, clock: time_machine.Traveller) -> None:
    begin(world, 63)
    for number in range(1, 16):
        world.flexmail.set_state(address(number), State.UNSUBSCRIBED)
    clock.shift(DAY)
    assert opt_outs(world, code=3) == {"states": 15}
    assert unticked(world) == set()
    world.flexmail.reset_calls()
    assert push(world, code=3) == {"unchanged": 48, "out": 15}
    assert world.flexmail.writes == []
    (plan,) = plans(world)
    assert world.run("approve", plan.id).code == 0
    assert unticked(world) == set(range(1, 16))
    nothing_new(world)


def test_blocked_at_adoption_is_recorded_and_its_untick_only_offered(world: World) -> None:
    world.with_soap()
    world.relations(3)
    world.flexmail.blacklist(address(2))
    assert push(world) == {"created": 2, "out": 1}
    assert standing(world) == {(address(2), "blocked", "state")}
    assert world.is_ticked(2)
    (plan,) = plans(world)
    assert (plan.refusal.kind, plan.refusal.people) == ("offer", 1)
    assert push_again(world) == {"unchanged": 2, "out": 1}
    assert [kept.id for kept in plans(world)] == [plan.id]
    assert world.run("approve", plan.id).code == 0
    assert unticked(world) == {2}
    push_again(world)
    assert plans(world) == []


def test_the_guards_base_at_adoption_is_who_is_on_both_sides(world: World) -> None:
    """Twenty of a hundred relations are known in Flexmail, twelve of them unsubscribed: that is not twelve in a hundred."""
    world.with_soap()
    world.relations(150)
    for number in range(1, 21):
        world.flexmail.add_contact(address(number), state=State.UNSUBSCRIBED if number <= 12 else State.ACTIVE)
    assert opt_outs(world, code=3) == {"states": 12}
    assert unticked(world) == set()
    assert plans(world)[0].refusal.of == 20


def test_at_adoption_present_states_count_and_not_history(world: World) -> None:
    """Who unsubscribed an hour before we were there and came back since is not out."""
    world.with_soap()
    world.relations(3)
    for number in (1, 2):
        world.flexmail.add_contact(address(number))
    world.flexmail.unsubscribe(address(1), at=now() - HOUR)
    world.flexmail.unsubscribe(address(2), at=now() - HOUR)
    world.flexmail.reactivate(address(2))
    assert opt_outs(world) == {"states": 1, "unticked": 1}
    assert standing(world) == {(address(1), PERSON, "state")}
    nothing_new(world)
    assert push(world) == {"created": 1, "updated": 1}


# ---- missing, deleted, held


def test_whoever_is_missing_is_asked_by_address_and_then_all_in_one_call(world: World, clock: time_machine.Traveller) -> None:
    begin(world, 23)
    clock.shift(DAY)
    for number in (1, 2, 3):
        world.flexmail.delete(address(number))
    world.flexmail.set_state(address(4), State.AWAITING)
    world.flexmail.reset_calls()
    assert opt_outs(world) == {"held": 1}
    asked = [call for call in world.flexmail.calls if "email=" in call.query]
    assert len(asked) == 4
    assert world.flexmail.counts()["GetEmailAddresses"] == 2  # all who are in a state that is out, and all who are missing
    assert unticked(world) == set()
    assert standing(world) == set()
    assert push_again(world) == {"unchanged": 19, "held": 4}
    assert todos(world) == [("deleted_there", "1"), ("deleted_there", "2"), ("deleted_there", "3")]


def test_the_held_stay_held_until_flexmail_says_more(soap: World, clock: time_machine.Traveller) -> None:
    soap.flexmail.set_state(address(2), State.AWAITING)
    clock.shift(DAY)
    assert push(soap) == {"unchanged": 2, "held": 1}
    soap.edit(2, NAME="Anders")
    clock.shift(HOUR)
    assert push_again(soap) == {"unchanged": 2, "held": 1}
    soap.flexmail.opt_in(address(2))
    clock.shift(DAY)
    assert push(soap) == {"unchanged": 2, "updated": 1}
    push_again(soap)


def test_deleted_there_is_not_created_again_until_unticked_and_ticked(soap: World, clock: time_machine.Traveller) -> None:
    soap.flexmail.delete(address(2))
    clock.shift(DAY)
    assert push_again(soap) == {"unchanged": 2, "held": 1}
    assert todos(soap) == [("deleted_there", "2")]
    soap.untick(2)
    push_again(soap)
    soap.tick(2)
    assert push(soap) == {"unchanged": 2, "created": 1}
    assert todos(soap) == []
    push_again(soap)


# ---- coming back


def test_who_was_out_before_we_knew_him_and_comes_back_is_a_to_do(world: World, clock: time_machine.Traveller) -> None:
    world.with_soap()
    world.relations(2)
    world.flexmail.add_contact(address(1), state=State.UNSUBSCRIBED)
    push(world)
    assert unticked(world) == {1}
    clock.shift(DAY)
    world.flexmail.opt_in(address(1))
    assert opt_outs(world) == {"ended": 1}
    assert todos(world) == [("came_back", "1")]
    assert push_again(world) == {"unchanged": 1}
    assert plans(world) == []
    assert world.active() == {address(1), address(2)}
    world.tick(1)
    assert push(world) == {"unchanged": 1, "updated": 1}
    push_again(world)
    assert todos(world) == []


def test_active_without_having_been_seen_otherwise_ends_nothing(soap: World, clock: time_machine.Traveller) -> None:
    """A no and a yes between two runs: whether the yes was the later one only subscriptions could tell."""
    soap.flexmail.unsubscribe(address(2), at=now() + MINUTE)
    soap.flexmail.reactivate(address(2))
    clock.shift(DAY)
    assert opt_outs(soap) == {"events": 1, "unticked": 1}
    clock.shift(DAY)
    assert opt_outs(soap) == {}
    assert standing(soap) == {(address(2), PERSON, "event")}


def test_a_late_event_of_a_no_that_was_taken_back_stays_settled(soap: World, clock: time_machine.Traveller) -> None:
    happened = now() + MINUTE
    clock.shift(DAY)
    soap.flexmail.set_state(address(2), State.UNSUBSCRIBED)
    assert opt_outs(soap) == {"states": 1, "unticked": 1}
    clock.shift(HOUR)
    soap.flexmail.reactivate(address(2))
    soap.configure(sync={"reconcile": "1h"})
    assert opt_outs(soap) == {"ended": 1}
    late = soap.flexmail.unsubscribe(address(2), at=happened + DAY - 2 * MINUTE)
    assert late.state is State.UNSUBSCRIBED
    soap.flexmail.reactivate(address(2))
    assert opt_outs(soap) == {}
    assert standing(soap) == set()

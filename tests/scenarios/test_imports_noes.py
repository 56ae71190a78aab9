"""Imports that are under way while somebody says no, moves, or changes places with another."""

from datetime import timedelta

import pytest
import time_machine

from tests.scenarios.importing import (
    MANY,
    adds_up,
    imports,
    never_done,
    probed,
    quiet,
    rename_many,
    settle,
    soon_done,
)
from tests.scenarios.world import World

pytestmark = pytest.mark.usefixtures("no_waiting")


@pytest.fixture
def settled(office: World) -> World:
    return probed(settle(office))


def carried_out_unseen(world: World, name: str = "Slow") -> None:
    """An import of updates is carried out, and nobody could ask for it yet."""
    never_done(world)
    rename_many(world, name)
    assert world.push().counts()["waiting"] == MANY
    world.flexmail.finish_imports()
    soon_done(world)


def test_who_said_no_after_the_import_stays_out_when_it_is_looked_up_later(soap_office: World) -> None:
    """Flexmail could not say how far the import is when the no was heard; the report comes later, and is sure."""
    world = probed(settle(soap_office))
    carried_out_unseen(world)
    world.flexmail.unsubscribe("relation3@example.be")
    world.flexmail.fault("status", "GET /contacts/imports/{id}", None, status=500)
    world.push()
    assert not world.is_ticked(3)
    world.flexmail.clear_faults()
    world.tick(3)
    world.edit(3, EMAIL="elsewhere@example.be")
    world.flexmail.reset_calls()
    counts = world.push().counts()
    assert counts["out"] == 1
    assert "elsewhere@example.be" not in {contact.email for contact in world.flexmail.contacts()}
    assert not world.writes()


def test_whose_contact_went_to_another_meanwhile_does_not_get_it_back(settled: World) -> None:
    """The holder is unticked while its update is under way: its contact goes to another relation."""
    never_done(settled)
    rename_many(settled, "Slow")
    settled.push()
    settled.relation(301, "relation5@example.be", name="The other", FIRSTNAME="Bo")
    settled.untick(5)
    assert adds_up(settled.push().counts())
    settled.flexmail.finish_imports()
    soon_done(settled)
    for _ in range(2):
        assert adds_up(settled.push().counts())
    contact = settled.flexmail.contact("relation5@example.be")
    assert (contact.state, contact.name, contact.first_name) == ("active", "The other", "Bo")
    assert quiet(settled)


def test_an_address_under_way_is_not_given_to_another(office: World) -> None:
    """Who is new moves before the import is carried out; another relation has his address now."""
    never_done(office)
    office.relations(MANY)
    office.push()
    office.edit(5, EMAIL="moved@example.be")
    office.relation(301, "relation5@example.be", name="The other")
    assert adds_up(office.push().counts())
    office.flexmail.finish_imports()
    soon_done(office)
    for _ in range(2):
        assert adds_up(office.push().counts())
    assert office.flexmail.contact("relation5@example.be").name == "The other"
    assert office.flexmail.contact("moved@example.be").name == "Name 5"
    assert quiet(office)


def test_a_contact_that_could_not_be_moved_away_is_not_overwritten_by_who_is_new_at_its_address(settled: World) -> None:
    old = settled.flexmail.contact("relation1@example.be")
    settled.edit(1, EMAIL="moved@example.be")
    settled.relation(300, "relation1@example.be", name="New there")
    settled.relations(MANY, first=301)
    settled.flexmail.fault("status", "PUT /contacts/{id}", 1, status=400)
    result = settled.push()
    assert adds_up(result.counts())
    assert imports(settled) == 1
    there = settled.flexmail.contact("relation1@example.be")
    assert (there.id, there.name) == (old.id, "Probed 1")


def test_unticked_while_the_import_is_under_way_is_unsubscribed_once_it_is_over(office: World) -> None:
    never_done(office)
    office.relations(MANY)
    office.push()
    office.untick(4)
    office.push()
    office.flexmail.finish_imports()
    soon_done(office)
    result = office.push()
    assert result.counts()["left"] == 1
    assert "relation4@example.be" not in office.active()
    assert quiet(office)


def test_unticked_in_the_run_that_is_killed_as_the_import_is_under_way_and_the_state_is_lost(office: World) -> None:
    """Nobody is unsubscribed by himself then; he is offered."""
    never_done(office)
    office.relations(MANY)
    office.push()
    office.untick(4)
    office.forget_state()
    office.flexmail.finish_imports()
    soon_done(office)
    result = office.push()
    assert (result.code, result.counts()["adopted"]) == (0, MANY - 1)
    assert result.step("push")["plan_id"]


@pytest.mark.parametrize("arguments", [(), ("--retry-parked",), ("--only", "3")], ids=["all", "retry-parked", "only"])
def test_nobody_out_comes_back_by_an_import_whatever_is_asked(soap_office: World, arguments: tuple[str, ...]) -> None:
    soap_office.relations(MANY)
    for number, state in ((1, "unsubscribed"), (2, "blacklisted"), (3, "bounced-out"), (4, "awaiting-opt-in-confirmation")):
        soap_office.flexmail.add_contact(f"relation{number}@example.be", state=state)
    for _ in range(3):
        assert adds_up(soap_office.push(*arguments).counts())
    assert not soap_office.sandbox.store.revived
    assert all(soap_office.flexmail.contact(f"relation{number}@example.be").state != "active" for number in range(1, 5))


def test_who_says_no_while_he_is_imported_for_the_first_time_is_not_tried_again(soap_office: World) -> None:
    never_done(soap_office)
    soap_office.relations(MANY)
    soap_office.push()
    soap_office.flexmail.finish_imports()
    soap_office.flexmail.unsubscribe("relation7@example.be")
    soon_done(soap_office)
    result = soap_office.push()
    assert (result.counts()["unchanged"], soap_office.is_ticked(7)) == (MANY - 1, False)
    assert not soap_office.sandbox.store.revived


def test_an_observer_and_a_trial_import_nothing(office: World) -> None:
    office.relations(MANY)
    office.push("--dry-run")
    office.configure(sync={"mode": "observe"})
    office.push()
    assert not office.writes()
    assert not office.sandbox.store.imports


def test_a_no_heard_between_the_plan_and_the_import_counts(soap_office: World, clock: time_machine.Traveller) -> None:
    """The leaves before it took more than half an hour: the opt-outs are pulled again."""
    world = settle(soap_office)
    world.untick(80)
    world.relations(MANY, first=301)
    world.relation(400, "relation60@example.be", name="Shares")

    def slow(moment: str, call: object) -> None:
        if moment == "after" and getattr(call, "template", "").endswith("/unsubscribe"):
            world.flexmail.add_contact("relation305@example.be", state="unsubscribed")
            clock.shift(timedelta(minutes=31))

    world.flexmail.on_effect(slow)
    counts = world.push().counts()
    world.flexmail.clear_hooks()
    assert adds_up(counts)
    assert world.flexmail.contact("relation305@example.be").state == "unsubscribed"

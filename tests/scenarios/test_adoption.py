"""The first run: both sides exist and we know nothing, or no longer."""

from datetime import timedelta

import time_machine

from tests.scenarios.habits import contact, links, plans, push, push_again, push_twice, writes
from tests.scenarios.world import World

DAY = timedelta(hours=24, minutes=1)


def _both_sides(office: World) -> None:
    """All five groups."""
    office.relation(1, "gelijk@example.be", name="Peeters", FIRSTNAME="An")
    office.flexmail.add_contact("gelijk@example.be", name="peeters ", first_name="An", language="nl")
    office.relation(2, "anders@example.be", name="Maes")
    office.flexmail.add_contact("anders@example.be", name="Claes", first_name="Kim", language="nl")
    office.relation(3, "admin@example.be")
    office.flexmail.add_contact("flexmail@example.be")
    office.relation(4, "neen@example.be", ticked=False)
    office.flexmail.add_contact("neen@example.be")


def test_five_groups(office: World) -> None:
    _both_sides(office)
    office.flexmail.reset_calls()
    assert push(office) == {"adopted": 1, "updated": 1, "created": 1}
    assert sorted(writes(office)) == ["PATCH /contacts/{id}", "POST /contacts"]
    assert contact(office, "gelijk@example.be").name == "peeters "
    assert (contact(office, "anders@example.be").name, contact(office, "anders@example.be").first_name) == ("Maes", "Kim")
    assert len(office.active()) == 5
    assert push_again(office) == {"unchanged": 3}


def test_what_only_flexmail_has_is_left_alone(office: World, clock: time_machine.Traveller) -> None:
    _both_sides(office)
    push(office)
    for _ in range(2):
        clock.shift(DAY)
        push_again(office)
    assert {"flexmail@example.be", "neen@example.be"} <= office.active()


def test_the_offer_stands_until_it_is_taken(office: World, clock: time_machine.Traveller) -> None:
    _both_sides(office)
    push(office)
    (offer,) = plans(office)
    assert (offer.refusal.kind, offer.refusal.people) == ("offer", 1)
    push_again(office)
    clock.shift(DAY)
    push_again(office)
    assert [plan.id for plan in plans(office)] == [offer.id]
    assert office.run("approve", offer.id).code == 0
    assert "neen@example.be" not in office.active()
    assert "flexmail@example.be" in office.active()
    push_again(office)
    clock.shift(DAY)
    push_again(office)
    assert plans(office) == []


def test_the_offer_is_withdrawn_when_it_is_empty(office: World, clock: time_machine.Traveller) -> None:
    _both_sides(office)
    push(office)
    office.flexmail.delete("neen@example.be")
    clock.shift(DAY)
    push_again(office)
    assert plans(office) == []


def test_an_offered_person_who_is_ticked_meanwhile_stays(office: World) -> None:
    _both_sides(office)
    push(office)
    (offer,) = plans(office)
    office.tick(4)
    assert office.run("approve", offer.id).code == 0
    assert "neen@example.be" in office.active()


def test_a_lost_state_adopts_again_without_a_write(office: World) -> None:
    office.configure(fields={"size": "ACC_SOFTWARE"})
    office.flexmail.add_custom_field("size")
    office.relations(5)
    office.relation(6, "relation1@example.be")
    office.relation(7, "leeg@example.be", LANGUAGE="Z", FIRSTNAME="\u00c9l\u00e9onore")
    office.edit(2, ACC_SOFTWARE="12,50")
    push(office)
    office.forget_state()
    office.flexmail.reset_calls()
    assert push(office) == {"adopted": 6, "shadowed": 1}
    assert office.flexmail.writes == []
    assert push_again(office) == {"unchanged": 6, "shadowed": 1}


def test_a_lost_state_does_not_read_absence_as_a_leave(office: World, clock: time_machine.Traveller) -> None:
    office.relations(3)
    push(office)
    office.forget_state()
    office.remove(2)
    push(office)
    clock.shift(DAY)
    push_again(office)
    assert len(office.active()) == 3


def test_blanks_at_adoption_are_measured_by_who_was_matched(office: World) -> None:
    office.configure(sync={"blank": True})
    office.relations(40)
    for number in range(1, 41):
        first_name = "To be blanked" if number < 13 else ""
        office.flexmail.add_contact(f"relation{number}@example.be", name=f"Name {number}", first_name=first_name)
    push(office, code=3)
    (plan,) = plans(office)
    assert (plan.refusal.people, plan.refusal.of) == (12, 40)
    assert office.run("approve", plan.id).code == 0
    push(office)
    push_again(office)


def test_observing_adopts_and_writes_nothing(office: World) -> None:
    _both_sides(office)
    office.configure(sync={"mode": "observe"})
    office.flexmail.reset_calls()
    assert push(office) == {"adopted": 1, "updated": 1, "created": 1}
    assert push(office) == {"unchanged": 1, "updated": 1, "created": 1}
    assert office.flexmail.writes == []
    assert links(office) == {"1": "gelijk@example.be", "2": "anders@example.be"}
    office.configure(sync={"mode": "sync"})
    assert push_twice(office) == {"unchanged": 1, "updated": 1, "created": 1}


def test_observing_does_not_settle(office: World) -> None:
    office.relations(30)
    office.flexmail.add_contact("relation1@example.be", name="Name 1")
    office.configure(sync={"mode": "observe"})
    push(office)
    push(office)
    office.configure(sync={"mode": "sync"})
    assert push_twice(office) == {"created": 29, "unchanged": 1}

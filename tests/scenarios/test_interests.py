"""Interests: what the office gives and takes, what the person dropped, and what only Flexmail has."""

from datetime import timedelta

import pytest
import time_machine

from tests.scenarios.habits import push
from tests.scenarios.world import World

DAY = timedelta(hours=24, minutes=1)


@pytest.fixture
def office(world: World) -> World:
    """Two relations with interests; Flexmail has one of them."""
    world.with_interests()
    world.relations(2)
    world.interest(1, "Btw")
    world.interest(2, "btw ", "Successie")
    world.flexmail.add_interest("BTW")
    return world


def given(world: World, *arguments: str) -> dict[str, int]:
    """The interests step of a push, what is not 0."""
    world.flexmail.reset_calls()
    result = world.push(*arguments)
    assert result.code == 0, result.err + result.out
    return {name: count for name, count in result.counts("interests").items() if count}


def had(world: World, number: int) -> set[str]:
    names = {interest.id: interest.name for interest in world.flexmail.store.interests.values()}
    return {names[each] for each in world.flexmail.contact(f"relation{number}@example.be").interests}


def test_given_once_and_taken_again(office: World) -> None:
    assert given(office) == {"subscribed": 2}
    assert (had(office, 1), had(office, 2)) == ({"BTW"}, {"BTW"})
    assert given(office) == {"unchanged": 2}
    assert office.writes() == []
    office.interest(1)
    assert given(office) == {"unsubscribed": 1, "unchanged": 1}
    assert had(office, 1) == set()


@pytest.mark.parametrize("soap", [True, False])
def test_whose_contact_was_merged_into_anothers_is_asked_for_once(office: World, soap: bool) -> None:
    if soap:
        office.with_soap()
    office.flexmail.add_interest("Successie")
    office.flexmail.add_interest("Loon")
    given(office)
    office.flexmail.merge("relation1@example.be", "relation2@example.be")
    office.interest(1, "Btw", "Successie", "Loon")
    office.flexmail.reset_calls()
    assert office.push().code == 1
    assert [call.status for call in office.flexmail.writes] == [404], "for the first of two interests"
    for _ in range(2):
        office.push()
    office.flexmail.reset_calls()
    assert office.push().code == 0
    assert office.flexmail.writes == []


def test_those_that_flexmail_lacks_are_made_where_the_office_says_so(office: World) -> None:
    office.configure(interests={"create": True})
    office.interest(1, "Een interesse waarvan de naam langer is dan de vijftig tekens van Flexmail")
    assert given(office) == {"created": 2, "subscribed": 3}
    assert given(office) == {"unchanged": 2}
    assert office.writes() == []


def test_what_the_person_dropped_is_not_given_back(office: World, clock: time_machine.Traveller) -> None:
    given(office)
    (interest,) = office.flexmail.contact("relation1@example.be").interests
    office.flexmail.take_interest("relation1@example.be", interest)
    clock.shift(DAY)
    assert given(office) == {"unchanged": 2}
    assert had(office, 1) == set()
    office.interest(1)
    given(office)
    office.interest(1, "Btw")
    assert given(office) == {"subscribed": 1, "unchanged": 1}


def test_what_the_person_took_and_dropped_before_the_office_gives_it_is_not_given(
    office: World, clock: time_machine.Traveller
) -> None:
    office.interest(2, "Btw", "Padel")
    padel = office.flexmail.add_interest("Padel")
    given(office)
    office.flexmail.give_interest("relation1@example.be", padel.id)
    clock.shift(DAY)
    given(office)
    office.flexmail.take_interest("relation1@example.be", padel.id)
    office.interest(1, "Btw", "Padel")
    clock.shift(DAY)
    assert given(office) == {"unchanged": 2}
    assert had(office, 1) == {"BTW"}


def test_what_admin_does_not_know_is_not_touched(office: World, clock: time_machine.Traveller) -> None:
    own = office.flexmail.add_interest("Padel")
    given(office)
    office.flexmail.give_interest("relation1@example.be", own.id)
    clock.shift(DAY)
    office.interest(1)
    assert given(office) == {"unsubscribed": 1, "unchanged": 1}
    assert had(office, 1) == {"Padel"}


def test_for_one_run_they_are_left_out_or_sent(office: World) -> None:
    assert "interests" not in {step["name"] for step in office.push("--no-interests").document["steps"]}
    office.configure(sync={"interests": False})
    assert "interests" not in {step["name"] for step in office.push().document["steps"]}
    assert given(office, "--with-interests") == {"subscribed": 2}


def test_a_run_does_a_part_and_the_next_goes_on(office: World) -> None:
    office.configure(interests={"calls_per_run": 1})
    assert office.run("run", "--json").counts("interests")["waiting"] == 1
    assert given(office) == {"subscribed": 1, "unchanged": 1}


def test_as_a_field_they_cost_no_call_of_their_own(office: World) -> None:
    office.flexmail.add_custom_field("crm_interests", "multiple_choice", options=["Btw", "btw", "Successie"])
    office.configure(interests={"as_field": "crm_interests"})
    push(office)
    assert office.flexmail.contact("relation2@example.be").custom_fields["crm_interests"] == ["Successie", "btw"]
    office.flexmail.reset_calls()
    push(office)
    assert office.writes() == []


def test_taken_from_many_it_waits_for_a_word(office: World) -> None:
    office.relations(20, first=3)
    for number in range(3, 23):
        office.interest(number, "Btw")
    given(office)
    office.sql("DELETE FROM CUSTOMER_INTEREST")
    refused = office.push()
    assert refused.code == 3
    plan_id = refused.step("interests")["plan_id"]
    assert had(office, 3) == {"BTW"}
    assert office.run("approve", plan_id).code == 0
    assert had(office, 3) == set()

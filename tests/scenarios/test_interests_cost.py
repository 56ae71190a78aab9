"""What interests cost: a plan says it beforehand, and who has which is read only as far as it matters and can be paid."""

from collections import Counter

import pytest
import time_machine

from tests.scenarios.test_interests import DAY, had
from tests.scenarios.world import Result, World

GIVE = "POST /contacts/{id}/interest-subscriptions"


@pytest.fixture
def office(world: World) -> World:
    """Three who are mailed, with SOAP; their interests were not sent yet, and Flexmail has none of them."""
    world.with_soap()
    world.with_interests()
    world.relations(3)
    for number in (1, 2, 3):
        world.interest(number, "Btw", "Fiscaal")
    assert world.push("--no-interests").code == 0
    return world


def there(world: World, *names: str) -> None:
    """Flexmail has these interests."""
    for name in names:
        world.flexmail.add_interest(name)


def push(world: World, code: int = 0) -> Counter[str]:
    """The calls of one more push, by operation."""
    world.flexmail.reset_calls()
    result = world.push()
    assert result.code == code, result.err + result.out
    return world.flexmail.counts()


def allow(world: World, more: int) -> None:
    """So many calls more this month."""
    used = world.run("status", "--json").document["calls"]["month"]
    world.configure(flexmail={"calls_per_month": used + more})


def told(result: Result) -> dict[str, int]:
    """What the interests step counts, if not 0."""
    return {name: count for name, count in result.counts("interests").items() if count}


def test_a_plan_counts_and_prices_those_that_are_yet_to_be_made(office: World) -> None:
    office.configure(interests={"create": True})
    office.push("--dry-run")
    office.flexmail.reset_calls()
    planned = office.push("--dry-run")
    assert office.writes() == []
    office.flexmail.reset_calls()
    done = office.push()
    assert told(planned) == told(done) == {"created": 2, "subscribed": 6}
    assert planned.document["calls"]["price"] == len(office.flexmail.calls) == 10
    assert had(office, 1) == {"Btw", "Fiscaal"}
    assert set(push(office)) == {"GetUnsubscriptions"}


@pytest.mark.parametrize(("more", "made", "given"), [(1, 1, 0), (3, 2, 1), (7, 2, 5)])
def test_a_plan_says_what_the_budget_has_no_room_for(office: World, more: int, made: int, given: int) -> None:
    office.configure(interests={"create": True})
    allow(office, 2 + more)  # the opt-outs, and the account's interests
    planned = office.push("--dry-run")
    allow(office, 2 + more)
    done = office.push()
    assert (planned.code, done.code) == (7, 7)
    assert told(planned) == told(done)
    assert [told(done).get(name, 0) for name in ("created", "subscribed")] == [made, given]


def test_only_interests_that_somebody_uses_are_read(office: World, clock: time_machine.Traveller) -> None:
    there(office, "Btw", "Fiscaal", *(f"Other {number}" for number in range(20)))
    assert push(office) == {"GetUnsubscriptions": 1, "GET /interests": 1, "GET /contacts": 2, GIVE: 6}
    clock.shift(DAY)
    assert push(office) == {"GetUnsubscriptions": 1, "GetEmailAddresses": 1, "GET /contacts": 1 + 2}


def test_one_that_many_get_is_read_before_it_is_given(office: World) -> None:
    there(office, "Btw", "Fiscaal")
    padel = office.flexmail.add_interest("Padel")
    push(office)
    for number in (1, 2):
        office.flexmail.give_interest(f"relation{number}@example.be", padel.id)
    for number in (1, 2, 3):
        office.interest(number, "Btw", "Fiscaal", "Padel")
    assert push(office) == {"GetUnsubscriptions": 1, "GET /contacts": 1, GIVE: 1}
    assert set(push(office)) == {"GetUnsubscriptions"}
    office.interest(1)
    push(office)
    assert had(office, 1) == set()


@pytest.mark.parametrize("status", [404, 200])
def test_one_that_is_no_more_stops_no_other(office: World, clock: time_machine.Traveller, status: int) -> None:
    """Whether its list is refused, or is one of nobody."""
    there(office, "Btw", "Fiscaal")
    push(office)
    delete(office, "Btw")
    clock.shift(DAY)
    if status == 404:
        office.flexmail.fault("status", "GET /contacts", skip=1, status=status)
    calls = push(office)
    assert calls == {"GetUnsubscriptions": 1, "GetEmailAddresses": 1, "GET /contacts": 1 + 2, "GET /interests": 1}
    office.interest(1)
    assert push(office)["DELETE /contacts/{id}/interest-subscriptions/{interest_id}"] == 1
    clock.shift(DAY)
    assert push(office)["GET /contacts"] == 1 + 1
    there(office, "Btw")
    clock.shift(DAY)
    assert push(office)[GIVE] == 2
    assert had(office, 2) == {"Btw", "Fiscaal"}


def test_one_that_is_no_more_is_made_again_and_given_to_all(office: World, clock: time_machine.Traveller) -> None:
    there(office, "Btw", "Fiscaal")
    push(office)
    delete(office, "Btw")
    office.configure(interests={"create": True})
    clock.shift(DAY)
    assert told(office.push()) == {"created": 1, "subscribed": 3}
    assert had(office, 2) == {"Btw", "Fiscaal"}
    clock.shift(DAY)
    assert told(office.push()) == {"unchanged": 3}


def delete(world: World, name: str) -> None:
    """The staff deletes an interest in Flexmail."""
    interests = world.flexmail.store.interests
    gone = next(key for key, interest in interests.items() if interest.name == name)
    with world.flexmail.store.lock:
        del interests[gone]
        for contact in world.flexmail.contacts():
            contact.interests.remove(gone)


def crowd(world: World, people: int, *interests: str) -> None:
    """So many more contacts, whom Admin does not know."""
    for number in range(people):
        world.flexmail.add_contact(f"somebody{number}@example.be").interests.extend(interests)


def test_who_has_which_is_read_of_all_or_of_none(office: World, clock: time_machine.Traveller) -> None:
    crowd(office, 600, *(office.flexmail.add_interest(name).id for name in ("Btw", "Fiscaal")))
    clock.shift(DAY)
    states = {"GetUnsubscriptions": 1, "GET /contacts": 2, "GetEmailAddresses": 1}
    allow(office, 4 + 1 + 3)
    assert push(office, 7) == {**states, "GET /interests": 1}
    allow(office, 1 + 4 + 6)
    assert push(office) == {"GetUnsubscriptions": 1, "GET /contacts": 4, GIVE: 6}
    clock.shift(DAY)
    allow(office, 4 + 3)
    assert push(office, 7) == states


def test_a_month_that_could_never_pay_for_the_longest_lists_pays_for_the_likely_ones(
    office: World, clock: time_machine.Traveller
) -> None:
    names = [f"Topic {number}" for number in range(10)]
    there(office, *names)
    crowd(office, 2_100)
    clock.shift(DAY)
    for number in (1, 2, 3):
        office.interest(number, *names)
    allow(office, 1 + 5 + 1 + 1 + 10)
    assert push(office, 7) == {"GetUnsubscriptions": 1, "GetEmailAddresses": 1, "GET /interests": 1, "GET /contacts": 5 + 10}


@pytest.mark.parametrize(("taken", "failed", "waiting"), [(0, 10, 14), (1, 23, 0)])
def test_an_account_that_takes_none_is_not_asked_for_all(office: World, taken: int, failed: int, waiting: int) -> None:
    names = [f"Topic {number}" for number in range(8)]
    there(office, *names)
    for number in (1, 2, 3):
        office.interest(number, *names)
    office.flexmail.fault("status", GIVE, None, skip=taken, status=400)
    office.flexmail.reset_calls()
    refused = office.push()
    assert refused.code == 1
    counts = refused.counts("interests")
    assert (counts["subscribed"], counts["failed"], counts["waiting"]) == (taken, failed, waiting)
    assert office.flexmail.counts()[GIVE] == taken + failed
    office.flexmail.clear_faults()
    assert office.push().counts("interests")["subscribed"] == 24 - taken


def test_the_forecast_knows_how_long_their_lists_are(office: World, clock: time_machine.Traveller) -> None:
    crowd(office, 1_100, office.flexmail.add_interest("Btw").id)
    clock.shift(DAY)
    push(office)

    def forecast() -> int:
        calls = office.run("status", "--json").document["calls"]
        return int(calls["forecast"])

    with_lists = forecast()
    office.configure(sync={"interests": False})
    assert with_lists > forecast()

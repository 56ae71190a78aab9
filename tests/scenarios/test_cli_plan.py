"""What `plan`, `approve` and `consent` say and do at the command line."""

import shlex
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.scenarios.habits import plans
from tests.scenarios.world import Result, World

pytestmark = pytest.mark.usefixtures("token_in_a_file")


def rows(result: Result) -> list[str]:
    """The lines of a table, single-spaced."""
    return [" ".join(each.split()) for each in result.out.splitlines()]


def untick_many(world: World) -> None:
    world.relations(30)
    world.push()
    for number in range(1, 13):
        world.untick(number)


def test_a_first_plan_shows_the_five_groups_and_the_price(world: World) -> None:
    world.relation(1, "een@example.be", name="Peeters")
    world.relation(2, "twee@example.be", name="Janssens")
    world.relations(3, first=3)
    world.relation(9, "negen@example.be", ticked=False)
    world.flexmail.add_contact("een@example.be", name="Peeters", language="nl")
    world.flexmail.add_contact("twee@example.be", name="Jansens", language="nl")
    world.flexmail.add_contact("negen@example.be", name="Maes", language="nl")
    world.flexmail.add_contact("tien@example.be", name="Claes", language="nl")
    result = world.run("plan")
    assert result.code == 0
    assert rows(result)[:6] == [
        "first run: the two sides people what a push does",
        "in both, equal 1 linked",
        "in both, different 1 Flexmail gets Admin's values",
        "only in Admin 3 created in Flexmail",
        "only in Flexmail 1 left alone",
        "active in Flexmail, not to be mailed by Admin 1 kept as a plan to approve",
    ]
    assert "3 would be created 3, 4, 5" in rows(result)
    assert "1 would be updated 2" in rows(result)
    assert any(row.startswith("to approve: push: 1 person is active in Flexmail, though Admin says") for row in rows(result))
    price = world.run("plan", "--json").document["calls"]["price"]
    assert result.out.splitlines()[-1] == f"price: about {price} calls, under a minute"
    assert not world.writes()
    assert plans(world) == []


def test_the_price_is_what_the_push_then_costs(world: World) -> None:
    world.relations(5)
    price = world.run("plan", "--json").document["calls"]["price"]
    spent = world.run("run", "--json").document["calls"]
    assert price == spent["rest"] + spent["soap"]


def test_minutes_are_told_where_there_is_a_wait(world: World, clock: time_machine.Traveller) -> None:
    world.flexmail.quirks.imports_status = 404
    world.relations(130)
    assert world.push().counts()["created"] == 130
    clock.shift(timedelta(minutes=2))
    world.configure(flexmail={"calls_per_minute": 60})
    world.sql("UPDATE CUSTOMER SET NAME = 'Changed ' || CUSTOMER_ID WHERE CUSTOMER_ID <= 64")
    assert "calls, 1 minute\n" in world.run("plan").out


def test_a_plan_shows_a_refusal_before_and_after_it_is_kept(world: World) -> None:
    untick_many(world)
    before = world.run("plan")
    assert before.code == 3
    assert "held back: push: 12 of 30 people would be changed at once, more than the guard allows." in before.out
    assert "  12 to unsubscribe in Flexmail: 1, 2, 3, 4, 5 and 7 more\n" in before.out
    assert "the next push or run keeps it as a plan to approve" in before.out
    assert plans(world) == []
    world.push()
    after = world.run("plan")
    assert f'after a look, do it with: flexsync --config "{world.config}" approve {plans(world)[0].id}\n' in after.out
    assert after.out.count("held back:") == 1


def test_a_plan_is_no_longer_told_once_its_cause_is_gone(world: World) -> None:
    untick_many(world)
    world.push()
    for number in range(1, 13):
        world.tick(number)
    result = world.run("plan")
    assert (result.code, "held back" in result.out) == (0, False)


def test_a_withdrawn_plan_says_why_it_is_no_more(world: World) -> None:
    world.relations(30)
    world.push()
    for number in range(1, 13):
        world.untick(number)
    world.push()
    plan_id = plans(world)[0].id
    for number in range(1, 13):
        world.tick(number)
    world.push()
    result = world.run("approve", plan_id)
    assert (result.code, result.err) == (
        2,
        f"plan {plan_id} was withdrawn: its cause is gone, or a newer plan took its place; none waits for approval now",
    )


def test_an_offer_can_be_approved_and_refuses_nothing(world: World) -> None:
    world.relations(2)
    world.relation(9, "negen@example.be", ticked=False)
    world.flexmail.add_contact("negen@example.be")
    result = world.run("push")
    assert result.code == 0
    told = next(each for each in result.out.splitlines() if "do it with: flexsync" in each)
    assert world.run(*shlex.split(told.split("flexsync ", 1)[1])).code == 0
    assert "negen@example.be" not in world.active()
    assert "approve" not in world.run("push").out


@pytest.mark.parametrize("arguments", [("nothing",), ("nothing", "--people", "3")])
def test_approving_what_there_is_not_names_what_waits(world: World, arguments: tuple[str, ...]) -> None:
    untick_many(world)
    assert world.run("approve", *arguments).err == 'no plan has the id "nothing"; none waits for approval now'
    world.push()
    result = world.run("approve", *arguments)
    assert result.code == 2
    assert result.err == f'no plan has the id "nothing"; those that wait: {plans(world)[0].id}'


def test_approving_twice_is_a_mistake(world: World) -> None:
    untick_many(world)
    world.push()
    plan_id = plans(world)[0].id
    done = world.run("approve", plan_id)
    assert (done.code, "push: 0 created, 0 updated, 12 left, " in done.out) == (0, True)
    again = world.run("approve", plan_id)
    assert (again.code, again.err) == (2, f"plan {plan_id} was approved already; none waits for approval now")


def test_a_number_that_is_not_the_plans_is_a_mistake(world: World) -> None:
    untick_many(world)
    world.push()
    plan_id = plans(world)[0].id
    result = world.run("approve", plan_id, "--people", "13")
    assert (result.code, result.err) == (2, f"plan {plan_id} is about 12 people, not 13")
    assert world.run("approve", plan_id, "--people", "12").code == 0


def test_what_was_not_in_the_plan_becomes_a_next_one(world: World) -> None:
    untick_many(world)
    world.push()
    first = plans(world)[0].id
    for number in range(13, 26):
        world.untick(number)
    result = world.run("approve", first)
    assert result.code == 3
    assert "12 left" in result.out
    second = plans(world)[0].id
    assert first != second
    assert f" approve {second}" in result.err


# -- consent

YESTERDAY = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()


def out(world: World) -> None:
    """Relation 1 said no, and asks for the newsletter again."""
    world.with_soap()
    world.relations(1)
    world.push()
    world.flexmail.unsubscribe("relation1@example.be")
    world.push()


def test_a_consent_lets_a_person_be_mailed_again(world: World, clock: time_machine.Traveller) -> None:
    out(world)
    clock.shift(timedelta(days=2))
    today = datetime.now(UTC).date().isoformat()
    result = world.run("consent", "Relation1@example.be", "--on", today, "--how", "by phone")
    assert result.code == 0
    assert result.out.startswith("consent recorded; this person may be mailed again. Tick the newsletter in Admin")
    assert "@" not in result.out + result.err


def test_a_consent_for_somebody_who_is_not_out_says_so(world: World) -> None:
    result = world.run("consent", "nobody@example.be", "--on", YESTERDAY, "--how", "by letter")
    assert (result.code, result.out) == (
        0,
        "consent recorded; nobody was out at this address: check its spelling if you expected otherwise.\n",
    )


def test_all_that_is_wrong_with_a_consent_is_told_at_once(world: World) -> None:
    result = world.run("consent", "nobody", "--on", "2999-01-01", "--how", " ")
    assert result.code == 2
    assert [each.split(":")[0].split(" ")[0] for each in result.err.splitlines()] == ["ADDRESS", "--on", "--how"]


def test_a_yes_before_the_no_ends_nothing(world: World) -> None:
    out(world)
    result = world.run("consent", "relation1@example.be", "--on", "2020-01-01", "--how", "by letter")
    assert result.code == 2
    assert "after that yes; a later yes is needed" in result.err

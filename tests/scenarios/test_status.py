"""`flexsync status`: what ran, what it cost, what waits; from the state alone."""

import pytest
import time_machine

from tests.scenarios.importing import MANY, never_done
from tests.scenarios.world import Result, World

pytestmark = pytest.mark.usefixtures("token_in_a_file")


def rows(result: Result) -> list[str]:
    """The lines, single-spaced."""
    return [" ".join(each.split()) for each in result.out.splitlines()]


def test_before_the_first_run(world: World) -> None:
    result = world.run("status")
    assert result.code == 0
    assert rows(result)[0] == "nothing has run yet: flexsync plan shows what the first run would do"
    assert rows(result)[-1] == "nothing waits for you"
    assert world.run("status", "--max-age", "2h").code == 1


def test_runs_calls_and_when_the_next_one_is_due(world: World, clock: time_machine.Traveller) -> None:
    world.relations(3)
    world.run("run")
    spent = len(world.flexmail.calls)
    world.settings["admin"]["connection"] = "sqlite:///gone.db"  # nobody needs Admin for this
    result = world.run("status", "--json")
    assert result.code == 0
    document = result.document
    assert [(run["command"], run["exit_code"], run["meaning"]) for run in document["runs"]] == [("run", 0, "done")]
    assert document["last_good"] == document["runs"][0]["started"]
    assert document["links"] == 3
    assert document["calls"]["month"] == spent
    assert document["calls"]["budget"] == 0
    assert document["overdue"] is False
    assert len(world.flexmail.calls) == spent
    clock.shift(3 * 3600)
    late = world.run("status")
    assert world.run("status", "--json").document["overdue"] is True
    assert any(line.startswith("next run: due ") and "which is past" in line for line in rows(late))


def test_max_age_is_for_monitoring(world: World, clock: time_machine.Traveller) -> None:
    world.relations(1)
    world.run("run")
    assert world.run("status", "--max-age", "2h").code == 0
    clock.shift(2 * 3600 + 1)
    old = world.run("status", "--max-age", "2h", "--json")
    assert old.code == 1
    assert "no good run lately" in old.err
    assert old.document["version"] == 1
    assert world.run("status").code == 0


def test_a_run_that_failed_is_no_good_run(world: World, clock: time_machine.Traveller) -> None:
    world.relations(1)
    world.run("run")
    clock.shift(3 * 3600)
    (world.folder / "token.txt").write_text("another")
    assert world.run("run").code == 4
    result = world.run("status", "--max-age", "2h")
    assert result.code == 1
    assert any("Admin, Flexmail or a login failed" in line for line in rows(result))


def test_a_length_that_cannot_be_read_is_a_mistake_of_usage(world: World) -> None:
    done = world.process("status", "--max-age", "soon")
    assert done.code == 2
    assert "write 90m, 2h or 1d" in done.err


def test_what_waits_for_a_person(world: World) -> None:
    world.relations(30)
    world.run("run")
    for number in range(1, 13):
        world.untick(number)
    world.flexmail.delete("relation20@example.be")
    assert world.run("run").code == 3
    result = world.run("status")
    (plan,) = world.run("status", "--json").document["plans"]
    assert plan["people"] == 12
    assert f"after a look, do it with: {plan['approve']}" in rows(result)
    assert plan["approve"] == f'flexsync --config "{world.config}" approve {plan["id"]}'
    assert "nothing waits for you" not in rows(result)


def test_todos_and_parked_are_listed_with_the_relation(world: World) -> None:
    world.relations(2)
    world.run("run")
    world.flexmail.set_state("relation1@example.be", "unsubscribed")
    world.run("run")
    world.tick(1)
    world.run("run")
    document = world.run("status", "--json").document
    assert [(todo["kind"], todo["relation_id"]) for todo in document["todos"]] == [("out_ticked", "1")]
    assert any(
        "Newsletter ticked, but the person may not be mailed" in line and line.endswith(" 1")
        for line in rows(world.run("status"))
    )


def test_what_the_last_run_found_in_admin_is_listed_whole_until_it_is_mended(world: World) -> None:
    for number in range(1, 9):
        world.relation(number, "no address")
    world.relation(9, "negen@example.be")
    world.run("run")
    result = world.run("status")
    (line,) = [line for line in result.out.splitlines() if "E-mail address is not valid" in line]
    assert line.split() == ["8", "E-mail", "address", "is", "not", "valid", "1,", "2,", "3,", "4,", "5,", "6,", "7,", "8"]
    assert "nothing waits for you" not in result.out
    assert {"kind": "bad_address", "relation_id": "8"} in world.run("status", "--json").document["findings"]
    for number in range(1, 9):
        world.remove(number)
    world.run("run")
    assert "nothing waits for you" in world.run("status").out


def because(world: World, name: str = "contacts") -> list[str]:
    """Why something waits: by code; its sentence is on the console."""
    codes: list[str] = world.run("status", "--json").document["waiting_because"][name]
    return codes


@pytest.mark.usefixtures("no_waiting")
def test_it_says_why_something_waits(world: World) -> None:
    world.relations(MANY)
    never_done(world)
    world.push()
    assert because(world) == ["import"]
    assert "contacts: they went to Flexmail by an import that is not known to be done yet; the next run asks" in rows(
        world.run("status")
    )
    world.flexmail.finish_imports()
    assert world.push().code == 0
    assert because(world) == []
    world.flexmail.set_contact_limit(MANY)
    world.relations(2, first=301)
    world.push()
    assert because(world) == ["account"]


def test_it_says_that_interests_wait_for_the_next_run(world: World) -> None:
    world.with_interests()
    world.relations(3)
    for number in range(1, 4):
        world.interest(number, "Btw")
    world.flexmail.add_interest("Btw")
    world.configure(interests={"calls_per_run": 2})
    assert world.run("run").code == 0
    assert because(world, "interests") == ["limit"]
    assert "interests: one run gives and takes no more (interests.calls_per_run); the next goes on" in rows(world.run("status"))

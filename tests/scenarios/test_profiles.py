"""What persons change of their own data goes to Admin, field by field, and is never put back."""

from datetime import timedelta

import pytest
import time_machine

from tests.scenarios.habits import links, plans, todos
from tests.scenarios.opt_in import begin, nothing_left, pull, row, soon
from tests.scenarios.world import World

FIRST = "relation1@example.be"
MOVED = "moved@example.be"


@pytest.fixture
def two_way(world: World) -> World:
    """An office with three relations and two mapped fields, the two-way option on."""
    world.configure(fields={"employees": "EMPLOYEES", "software": "ACC_SOFTWARE"})
    world.flexmail.add_custom_field("employees", "numeric")
    world.flexmail.add_custom_field("software", "multiple_choice", options=["Exact", "Octopus"])
    return begin(world)


def profiles(world: World, *arguments: str, code: int = 0) -> dict[str, int]:
    """`pull-contacts`; the counts of its step "profiles" that are not 0."""
    return pull(world, *arguments, step="profiles", code=code)


def test_what_the_person_changed_is_written(two_way: World) -> None:
    values = {"name": "Maes", "first_name": "Sofie", "language": "fr", "custom_fields": {"employees": 12}}
    two_way.flexmail.change_profile(FIRST, values, at=soon())
    assert profiles(two_way) == {"updated": 1}
    assert row(two_way, 1, "NAME", "FIRSTNAME", "LANGUAGE", "EMPLOYEES") == ("Maes", "Sofie", "F", 12)
    nothing_left(two_way)
    assert two_way.flexmail.contact(FIRST).name == "Maes"


def test_choices_are_written(two_way: World) -> None:
    two_way.flexmail.change_profile(FIRST, {"custom_fields": {"software": ["Octopus", "Exact"]}}, at=soon())
    assert profiles(two_way) == {"updated": 1}
    assert row(two_way, 1, "ACC_SOFTWARE") in (("Octopus, Exact",), ("Exact, Octopus",))
    nothing_left(two_way)


def test_each_side_keeps_what_it_changed_alone(two_way: World) -> None:
    two_way.flexmail.change_profile(FIRST, {"first_name": "Sofie"}, at=soon())
    two_way.edit(1, NAME="Maes")
    assert profiles(two_way) == {"updated": 1}
    assert two_way.push().counts()["updated"] == 1
    assert row(two_way, 1, "NAME", "FIRSTNAME") == ("Maes", "Sofie")
    contact = two_way.flexmail.contact(FIRST)
    assert (contact.name, contact.first_name) == ("Maes", "Sofie")
    nothing_left(two_way)


def test_changed_on_both_sides_admin_wins(two_way: World) -> None:
    two_way.flexmail.change_profile(FIRST, {"name": "Maes"}, at=soon())
    two_way.edit(1, NAME="Claes")
    assert profiles(two_way) == {"conflicts": 1}
    assert two_way.push().counts()["updated"] == 1
    assert two_way.flexmail.contact(FIRST).name == "Claes"
    assert profiles(two_way) == {}
    nothing_left(two_way)


def test_changed_alike_on_both_sides_nothing_is_written(two_way: World) -> None:
    two_way.flexmail.change_profile(FIRST, {"name": "Maes"}, at=soon())
    two_way.edit(1, NAME="Maes")
    assert profiles(two_way) == {}
    nothing_left(two_way)


def test_empty_never_wins(two_way: World) -> None:
    two_way.flexmail.change_profile(FIRST, {"name": ""}, at=soon())
    assert profiles(two_way) == {}
    assert row(two_way, 1, "NAME") == ("Name 1",)
    nothing_left(two_way)


def test_our_own_writes_are_no_persons_change(two_way: World) -> None:
    two_way.edit(1, NAME="Maes")
    assert two_way.push().counts()["updated"] == 1
    two_way.edit(1, NAME="Claes")
    assert profiles(two_way) == {}
    assert two_way.push().counts()["updated"] == 1
    assert row(two_way, 1, "NAME") == ("Claes",)
    nothing_left(two_way)


def test_a_change_minutes_after_our_own_write_is_not_lost(two_way: World) -> None:
    two_way.edit(1, NAME="Maes")
    assert two_way.push().counts()["updated"] == 1
    two_way.flexmail.change_profile(FIRST, {"first_name": "Sofie"}, at=soon())
    assert profiles(two_way) == {"updated": 1}
    assert row(two_way, 1, "NAME", "FIRSTNAME") == ("Maes", "Sofie")
    nothing_left(two_way)


def test_a_changed_address_is_the_persons(two_way: World) -> None:
    two_way.flexmail.change_profile(FIRST, {}, MOVED, at=soon())
    assert profiles(two_way) == {"updated": 1}
    assert row(two_way, 1, "EMAIL") == (MOVED,)
    assert links(two_way)["1"] == MOVED
    nothing_left(two_way)
    assert MOVED in two_way.active()


def test_an_address_that_the_staff_changed_is_seen_in_the_listing(two_way: World, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(days=1))
    two_way.flexmail.edit_contact(FIRST, {}, MOVED)
    assert profiles(two_way) == {"updated": 1}
    assert row(two_way, 1, "EMAIL") == (MOVED,)
    assert todos(two_way) == []
    nothing_left(two_way)


def test_of_several_addresses_in_one_field_a_person_changes_the_right_one(
    two_way: World, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(days=1))
    both = f"{FIRST}; other@example.be"
    two_way.edit(1, EMAIL=both)
    two_way.flexmail.edit_contact(FIRST, {}, MOVED)
    assert profiles(two_way) == {}
    assert row(two_way, 1, "EMAIL") == (both,)
    assert todos(two_way) == [("address_changed_there", "1")]
    nothing_left(two_way)


def test_a_value_that_admin_refuses_is_told_until_somebody_settles_it(two_way: World) -> None:
    two_way.sql("CREATE TRIGGER closed BEFORE UPDATE OF FIRSTNAME ON CUSTOMER BEGIN SELECT RAISE(ABORT, 'closed'); END")
    two_way.flexmail.change_profile(FIRST, {"first_name": "Sofie", "name": "Maes"}, at=soon())
    assert profiles(two_way, code=1) == {"updated": 1, "failed": 1}
    assert row(two_way, 1, "NAME", "FIRSTNAME") == ("Maes", None)
    assert todos(two_way) == [("profile_refused", "1")]
    nothing_left(two_way)
    assert todos(two_way) == [("profile_refused", "1")]
    two_way.sql("DROP TRIGGER closed")
    two_way.edit(1, FIRSTNAME="Sofie")
    pull(two_way)
    assert todos(two_way) == []


def test_a_language_that_admin_does_not_know_is_left(two_way: World) -> None:
    two_way.flexmail.set_languages(["nl", "fr", "de"])
    two_way.flexmail.change_profile(FIRST, {"language": "de"}, at=soon())
    assert profiles(two_way) == {}
    assert row(two_way, 1, "LANGUAGE") == ("N",)
    nothing_left(two_way)


def test_a_dry_run_only_counts(two_way: World) -> None:
    two_way.flexmail.change_profile(FIRST, {"name": "Maes"}, at=soon())
    assert profiles(two_way, "--dry-run") == {"updated": 1}
    assert row(two_way, 1, "NAME") == ("Name 1",)
    assert profiles(two_way) == {"updated": 1}
    nothing_left(two_way)


def test_what_was_only_observed_is_never_written_and_not_put_back(two_way: World) -> None:
    two_way.flexmail.change_profile(FIRST, {"name": "Maes"}, at=soon())
    two_way.configure(sync={"mode": "observe"})
    assert profiles(two_way) == {"updated": 1}
    two_way.configure(sync={"mode": "sync"})
    assert profiles(two_way) == {}
    assert row(two_way, 1, "NAME") == ("Name 1",)
    nothing_left(two_way)
    assert two_way.flexmail.contact(FIRST).name == "Maes"


def test_a_crash_between_admin_and_state_writes_nothing_twice(two_way: World) -> None:
    state = two_way.folder / "state.db"
    backup = state.read_bytes()
    two_way.flexmail.change_profile(FIRST, {"name": "Maes"}, at=soon())
    assert profiles(two_way) == {"updated": 1}
    state.write_bytes(backup)
    assert profiles(two_way) == {}
    assert row(two_way, 1, "NAME") == ("Maes",)
    nothing_left(two_way)


def test_too_many_changed_persons_wait_for_an_approval(world: World) -> None:
    begin(world, relations=20)
    for number in range(1, 12):
        world.flexmail.change_profile(f"relation{number}@example.be", {"name": "Changed"}, at=soon())
    world.flexmail.reset_calls()
    assert profiles(world, code=3) == {}
    assert world.flexmail.counts()["GET /contacts/{id}"] == 0
    assert row(world, 1, "NAME") == ("Name 1",)
    (plan,) = plans(world)
    assert (plan.refusal.step, plan.refusal.people, plan.refusal.of) == ("profiles", 11, 20)
    assert world.run("approve", plan.id).code == 0
    assert [row(world, number, "NAME") for number in (1, 11, 12)] == [("Changed",), ("Changed",), ("Name 12",)]
    nothing_left(world)

"""Imports that take long: what is told meanwhile, what is heard meanwhile, and what comes when nobody waits any more."""

from datetime import timedelta

import pytest
import time_machine

from flexsync_cli.sandbox.calls import Call
from tests.scenarios import opt_in
from tests.scenarios.importing import MANY, imports, named, never_done, probed, rename_many, settle, soon_done
from tests.scenarios.world import World

pytestmark = pytest.mark.usefixtures("no_waiting")
LATE = timedelta(days=1, minutes=1)


@pytest.fixture
def office(soap_office: World) -> World:
    """The two-way option is on."""
    return opt_in.begin(soap_office, relations=0)


def test_the_pauses_before_it_is_asked_for_are_told(world: World) -> None:
    world.relations(MANY)
    never_done(world)
    assert "waiting for Flexmail, " in world.run("push").err


def test_what_comes_late_is_not_taken_for_the_persons_own_word(office: World, clock: time_machine.Traveller) -> None:
    office.configure(guard={"percent": 90})
    probed(settle(office))
    never_done(office)
    rename_many(office, "Stale")
    office.push()
    rename_many(office, "Newest")
    for _ in range(3):
        clock.shift(LATE)
        assert office.run("run").code == 0
    assert named(office, "Newest") == MANY
    soon_done(office)
    clock.shift(LATE)
    result = office.run("run", "--json")
    assert (result.counts("profiles")["updated"], result.counts()["updated"]) == (0, MANY)
    assert office.sql("SELECT COUNT(*) FROM CUSTOMER WHERE NAME LIKE 'Newest%'")[0][0] == named(office, "Newest") == MANY


def test_whom_the_office_unticked_before_an_import_that_comes_late_is_not_ticked(
    office: World, clock: time_machine.Traveller
) -> None:
    office.relations(MANY)
    never_done(office)
    office.push()
    clock.shift(LATE)
    office.untick(5)
    office.run("run")
    soon_done(office)
    clock.shift(LATE)
    assert office.run("run", "--json").counts("contacts") == {"added": 0, "ticked": 0, "todos": 1, "failed": 0}
    assert not office.is_ticked(5)


def test_a_no_between_two_imports_of_one_push_counts(
    soap_office: World, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = probed(settle(soap_office))
    monkeypatch.setattr("flexsync_cli.services.import_route.IMPORTED", MANY // 2)
    rename_many(world)

    def no(moment: str, call: Call) -> None:
        if moment == "after" and call.template.endswith("/start") and imports(world) == 1:
            world.flexmail.unsubscribe(f"relation{MANY}@example.be")
            clock.shift(timedelta(minutes=31))

    world.flexmail.on_effect(no)
    counts = world.push().counts()
    world.flexmail.clear_hooks()
    assert (counts["updated"], counts["out"]) == (MANY - 1, 1)
    records = [record["email"] for held in world.sandbox.store.imports.values() for record in held.records]
    assert records.count(f"relation{MANY}@example.be") == 1  # that of the import before

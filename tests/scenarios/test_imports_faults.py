"""Imports that are told badly, late or never; and a probe that is interrupted."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from flexsync_cli.adapters.clock import SystemClock
from flexsync_cli.errors import Interrupted
from flexsync_cli.sandbox.model import Import
from tests.scenarios.importing import (
    ALL,
    MANY,
    adds_up,
    happenings,
    imports,
    named,
    never_done,
    paths,
    probed,
    quiet,
    rename_many,
    settle,
    singly,
    soon_done,
)
from tests.scenarios.world import World

pytestmark = pytest.mark.usefixtures("no_waiting")


@pytest.fixture
def settled(office: World) -> World:
    return settle(office)


def whole(world: World) -> bool:
    """Whether everybody has what only Flexmail knew of them."""
    shoes = sorted(int(str(each.custom_fields.get("shoe_size", 0))) for each in world.flexmail.contacts("active"))
    return shoes == list(range(1, ALL + 1)) and all(each.first_name == "An" for each in world.flexmail.contacts("active"))


# -- the probe


def test_a_probe_that_never_began_says_nothing_of_imports(settled: World) -> None:
    """Its records' answer is lost, so that it is not started: another is tried, instead of writing one by one for a week."""
    rename_many(settled)
    settled.flexmail.fault("status", "POST /contacts/imports/{id}/records", 1, status=503, effect=True)
    assert settled.push().code == 4
    settled.flexmail.clear_faults()
    rename_many(settled, "Name")
    assert settled.push().code == 0
    rename_many(settled)
    assert settled.push().counts()["updated"] == MANY
    assert singly(settled) == 0
    assert named(settled) == MANY
    assert quiet(settled)


def test_a_contact_put_back_unheard_does_not_make_the_import_harmless(settled: World) -> None:
    """The contact is whole again, but Flexmail's answer never came: what the import does is known all the same."""
    settled.flexmail.quirks.import_keeps = False
    rename_many(settled)
    settled.flexmail.fault("status", "PUT /contacts/{id}", 4, status=503, effect=True)
    settled.push()
    settled.flexmail.clear_faults()
    tried = next(each.email for each in settled.flexmail.contacts("active") if each.name.startswith("Changed"))
    back = "UPDATE CUSTOMER SET NAME = 'Name ' || CUSTOMER_ID WHERE EMAIL <> :tried"
    settled.sql(back, tried=tried)  # so that nothing else is tried before what was begun is over
    settled.push()
    rename_many(settled, "Again")
    settled.push()
    assert whole(settled)
    assert named(settled, "Again") == MANY
    assert quiet(settled)


def test_a_contact_that_can_not_be_put_back_stops_nobody(settled: World) -> None:
    settled.flexmail.quirks.import_keeps = False
    rename_many(settled)
    settled.flexmail.fault("status", "PUT /contacts/{id}", 3, status=400)
    counts = settled.push().counts()
    assert (counts["updated"], adds_up(counts)) == (MANY, True)
    for _ in range(3):
        settled.push()
    assert whole(settled)


def test_what_the_person_changed_before_the_contact_is_put_back_stays(settled: World) -> None:
    settled.flexmail.quirks.import_keeps = False
    rename_many(settled)
    settled.flexmail.fault("status", "PUT /contacts/{id}", 4, status=503)
    settled.push()
    settled.flexmail.clear_faults()
    emptied = next(each for each in settled.flexmail.contacts("active") if not each.custom_fields)
    settled.flexmail.change_profile(emptied.email, {"custom_fields": {"shoe_size": "99"}}, new_address="new@example.be")
    settled.push()
    contact = settled.flexmail.contact("new@example.be")
    assert (contact.id, contact.custom_fields["shoe_size"], contact.first_name) == (emptied.id, "99", "An")


def test_a_probe_that_takes_long_lets_the_others_wait(settled: World) -> None:
    never_done(settled)
    rename_many(settled)
    plan = settled.run("push", "--dry-run", "--json").document["calls"]["price"]
    settled.flexmail.reset_calls()
    counts = settled.push().counts()
    assert (counts["waiting"], adds_up(counts), singly(settled)) == (MANY, True, 0)
    assert len(settled.flexmail.calls) <= plan
    settled.flexmail.finish_imports()
    soon_done(settled)
    assert settled.push().counts()["updated"] == MANY - 1
    assert named(settled, "Changed") == MANY


def test_what_a_probe_showed_late_counts_for_the_next_push(settled: World) -> None:
    """No other contact is tried, and the one that is put back is not written to once more."""
    settled.flexmail.quirks.import_keeps = False
    never_done(settled)
    rename_many(settled)
    settled.push()
    settled.flexmail.finish_imports()
    soon_done(settled)
    settled.flexmail.reset_calls()
    settled.push("--json")
    assert (imports(settled), singly(settled)) == (0, MANY)
    assert sum(call.operation == "PUT /contacts/{id}" for call in settled.flexmail.writes) == 1
    assert whole(settled)
    assert named(settled) == MANY
    assert quiet(settled)


@pytest.mark.parametrize("keeps", [True, False])
def test_a_field_that_is_renamed_meanwhile_is_not_taken_for_emptied(settled: World, keeps: bool) -> None:
    settled.flexmail.quirks.import_keeps = keeps
    settled.flexmail.add_custom_field("hat_size")
    for number in range(1, ALL + 1):
        settled.flexmail.edit_contact(f"relation{number}@example.be", {"custom_fields": {"hat_size": "7"}})
    never_done(settled)
    rename_many(settled)
    settled.push()
    settled.flexmail.rename_custom_field("hat_size", "Hats", "hats")
    settled.flexmail.finish_imports()
    soon_done(settled)
    settled.flexmail.reset_calls()
    settled.push()
    assert singly(settled) == (0 if keeps else MANY)
    assert all(call.status < 400 for call in settled.flexmail.writes)
    assert whole(settled)
    assert named(settled) == MANY
    assert quiet(settled)


def test_a_probe_that_another_import_keeps_out_is_tried_again(settled: World) -> None:
    settled.flexmail.quirks.imports_at_once = 0
    rename_many(settled)
    assert settled.push().counts()["waiting"] == MANY
    settled.flexmail.quirks.imports_at_once = 1
    settled.flexmail.reset_calls()
    assert settled.push().counts()["updated"] == MANY
    assert (imports(settled), singly(settled)) == (2, 0)


# -- words and reports


@pytest.mark.parametrize("word", ["finished", "Completed", "partially_completed"])
def test_a_done_import_is_recognised_by_its_report_whatever_it_calls_itself(office: World, word: str) -> None:
    office.flexmail.quirks.import_done = word
    office.relations(MANY)
    office.flexmail.add_contact("relation1@example.be", state="unsubscribed")
    assert office.push().counts()["created"] == MANY - 1
    assert quiet(office)


def test_without_a_report_the_listing_tells(settled: World) -> None:
    settled.flexmail.quirks.import_report = False
    rename_many(settled)
    settled.relations(MANY, first=301)
    counts = settled.push().counts()
    assert (counts["created"], counts["updated"]) == (MANY, MANY)
    assert named(settled, "Changed") == MANY
    assert quiet(settled)


def test_a_word_and_no_report_are_waited_for_a_day_and_then_looked_at(office: World, clock: time_machine.Traveller) -> None:
    office.flexmail.quirks.import_done = "finished"
    office.flexmail.quirks.import_report = False
    office.relations(MANY)
    assert office.push().counts()["waiting"] == MANY
    clock.shift(timedelta(hours=1))
    assert office.push().counts()["waiting"] == MANY
    clock.shift(timedelta(days=1))
    assert office.push().counts()["unchanged"] == MANY
    assert set(happenings(office).values()) == {1}


def test_an_import_that_fails_half_way_is_made_good(settled: World) -> None:
    probed(settled)
    settled.flexmail.quirks.import_fails_after = 25
    rename_many(settled, "Half")
    settled.relations(MANY, first=301)
    counts = settled.push().counts()
    assert (counts["created"] + counts["updated"], counts["waiting"], adds_up(counts)) == (25, 2 * MANY - 25, True)
    assert singly(settled) == 0
    settled.flexmail.quirks.import_fails_after = None
    assert settled.push().code == 0
    assert named(settled, "Half") == MANY
    assert set(happenings(settled).values()) <= {1, 2}  # the probe and this
    assert quiet(settled)


def test_imports_that_fail_day_after_day_are_done_without(office: World, clock: time_machine.Traveller) -> None:
    office.flexmail.quirks.import_fails_after = 0
    office.relations(MANY)
    assert office.push().counts()["waiting"] == MANY
    clock.shift(timedelta(days=1, hours=1))
    office.push()
    assert office.push().counts()["created"] == MANY
    assert singly(office) == MANY


@pytest.mark.parametrize("lie", [(0, 0, 0), (MANY, 0, 0), (0, 0, MANY), (0, MANY - 1, 0), (7, 7, 7)])
def test_a_report_that_does_not_add_up_is_checked(settled: World, lie: tuple[int, int, int]) -> None:
    probed(settled)

    def tell(held: Import) -> None:
        held.added, held.updated, held.ignored = lie

    _when_done(settled, tell)
    rename_many(settled, "Lied")
    assert settled.push().counts()["updated"] == MANY
    settled.flexmail.clear_hooks()
    assert named(settled, "Lied") == MANY
    assert quiet(settled)


def _when_done(world: World, act: Callable[[Import], None]) -> None:
    """Do something with each import as soon as it is asked for after it was carried out."""

    def look(moment: str, call: object) -> None:
        if moment == "before" and getattr(call, "template", "") == "/contacts/imports/{id}":
            world.flexmail.finish_imports()
            for held in world.sandbox.store.imports.values():
                act(held)

    world.flexmail.on_effect(look)


# -- an import that gives trouble for ever


def test_an_import_of_which_flexmail_only_talks_nonsense_is_given_up(office: World, clock: time_machine.Traveller) -> None:
    office.relations(MANY)
    office.flexmail.fault("garbage", "GET /contacts/imports/{id}", None)
    assert office.push().code == 4
    clock.shift(timedelta(hours=1))
    assert office.push().counts()["waiting"] == MANY
    clock.shift(timedelta(days=1))
    assert office.push().counts()["unchanged"] == MANY
    assert set(happenings(office).values()) == {1}


@pytest.mark.parametrize("call", ["POST /contacts/imports", "POST /contacts/imports/{id}/records"])
def test_what_never_gets_into_an_import_goes_one_by_one_after_a_day(
    office: World, clock: time_machine.Traveller, call: str
) -> None:
    office.flexmail.fault("status", call, None, status=504)
    office.relations(MANY)
    assert office.push().code == 4
    clock.shift(timedelta(hours=25))
    office.push()
    assert office.push().counts()["created"] == MANY


def test_an_import_of_somebody_else_that_never_ends_stops_nobody_for_ever(office: World, clock: time_machine.Traveller) -> None:
    office.flexmail.quirks.imports_at_once = 0
    office.relations(MANY)
    assert office.push().counts()["waiting"] == MANY
    clock.shift(timedelta(hours=25))
    assert office.push().counts()["waiting"] == MANY
    assert office.push().counts()["created"] == MANY


def test_where_none_can_be_begun_beside_another_they_wait(office: World) -> None:
    never_done(office)
    office.relations(MANY)
    office.push()
    office.forget_state()
    office.flexmail.quirks.imports_exclusive = True
    assert office.push().counts()["waiting"] == MANY
    office.flexmail.finish_imports()
    soon_done(office)
    assert office.push().counts()["adopted"] == MANY
    assert set(happenings(office).values()) == {1}


def test_a_start_of_which_flexmail_knows_only_late_is_ours(office: World) -> None:
    """The answer is lost, the import seems not to be there yet, and is started already when it is asked again."""
    never_done(office)
    office.relations(MANY)
    office.flexmail.fault("status", "POST /contacts/imports/{id}/start", 1, status=503, effect=True)
    office.flexmail.fault("status", "GET /contacts/imports/{id}", 1, status=404)
    assert office.push().counts()["waiting"] == MANY
    office.flexmail.clear_faults()
    office.untick(4)
    office.flexmail.finish_imports()
    soon_done(office)
    assert office.push().counts()["left"] == 1
    assert "relation4@example.be" not in office.active()


def test_an_import_that_vanishes_after_it_was_carried_out(office: World) -> None:
    never_done(office)
    office.relations(MANY)
    office.push()
    office.flexmail.finish_imports()
    office.sandbox.store.imports.clear()
    result = office.push()
    assert (result.counts()["unchanged"], office.writes()) == (MANY, office.flexmail.writes)
    assert set(happenings(office).values()) == {1}


# -- interrupted


def test_a_listing_that_fails_after_the_import_is_read_by_the_next_run(office: World) -> None:
    office.relations(MANY)
    office.flexmail.fault("status", "GET /contacts", 4, status=503, skip=1)
    first = office.push()
    assert first.code == 4
    office.flexmail.clear_faults()
    assert office.push().counts()["unchanged"] == MANY
    assert set(happenings(office).values()) == {1}


def test_interrupted_while_it_waits_for_the_import(
    office: World, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    office.relations(MANY)

    def sleep(_self: SystemClock, _seconds: float) -> None:
        if any(path.endswith("/start") for path in paths(office)):
            raise Interrupted

    with monkeypatch.context() as patch:
        patch.setattr(SystemClock, "sleep", sleep)
        assert office.push().code == 130
    clock.shift(timedelta(minutes=10))
    result = office.push()
    assert result.counts()["unchanged"] == MANY
    assert set(happenings(office).values()) == {1}


def test_a_budget_that_ends_while_it_waits_for_the_import(office: World, clock: time_machine.Traveller) -> None:
    """Flexmail answered 429 more often than anybody reckoned with."""
    clock.move_to(datetime.now(UTC).replace(day=15))  # the waits are not to go on in another month
    office.relations(300)
    price = office.run("push", "--dry-run", "--json").document["calls"]["price"]
    office.configure(flexmail={"calls_per_month": len(office.flexmail.calls) + price})
    never_done(office)
    office.flexmail.fault("status", "GET /contacts/imports/{id}", 15, status=429)
    result = office.push()
    assert (result.code, result.counts()["waiting"], imports(office)) == (7, 300, 1)
    office.flexmail.finish_imports()
    office.configure(flexmail={"calls_per_month": 0})
    office.flexmail.clear_faults()
    soon_done(office)
    assert office.push().counts()["unchanged"] == 300
    assert set(happenings(office).values()) == {1}


@pytest.mark.parametrize(("missing", "made"), [(0, 1), (1, 0)])
def test_a_budget_that_is_just_enough_for_the_import_and_one_that_is_not(office: World, missing: int, made: int) -> None:
    office.relations(300)
    plan = office.run("push", "--dry-run", "--json").document["calls"]
    used = len(office.flexmail.calls)
    office.configure(flexmail={"calls_per_month": used + plan["price"] - missing})
    office.flexmail.reset_calls()
    result = office.push()
    assert imports(office) == made
    assert result.code == (0 if made else 7)
    assert adds_up(result.counts())
    assert len(office.flexmail.calls) <= plan["price"] - missing

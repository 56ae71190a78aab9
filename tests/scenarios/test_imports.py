"""Many at once: contact imports in place of one call each."""

from datetime import timedelta

import pytest
import time_machine

from flexsync_cli.sandbox.calls import Call
from tests.scenarios.importing import ALL, MANY, happenings, imports, named, paths, quiet, rename_many, settle, singly
from tests.scenarios.world import World

FEWER = 19  # enough for an import, too few for the guard


pytestmark = pytest.mark.usefixtures("no_waiting")


@pytest.fixture(params=[False, True], ids=["rest", "soap"])
def settled(world: World, request: pytest.FixtureRequest) -> World:
    """Many who are in Flexmail already, with a field that the office keeps there itself."""
    if request.param:
        world.with_soap()
    return settle(world)


def sizes(world: World) -> list[str]:
    """The field that only Flexmail has."""
    return sorted((str(each.custom_fields.get("shoe_size")) for each in world.flexmail.contacts("active")), key=int)


def look(world: World, address: str) -> tuple[object, ...]:
    """A contact without what is its own."""
    contact = world.flexmail.contact(address)
    return (contact.state, contact.name, contact.first_name, contact.language, contact.custom_fields, contact.sources)


# -- creates


def test_many_new_relations_go_in_one_import(office: World) -> None:
    office.relations(MANY)
    result = office.push()
    assert (result.code, result.counts()["created"]) == (0, MANY)
    assert len(office.active()) == MANY
    assert (imports(office), singly(office)) == (1, 0)
    assert quiet(office)


def test_an_import_makes_the_same_contacts_as_single_calls(world: World) -> None:
    fields = ["acc_software", "employees", "since"]
    world.configure(fields={"acc_software": "ACC_SOFTWARE", "employees": "EMPLOYEES", "since": "SINCE"})
    for name, kind in zip(fields, ("free_text", "numeric", "date"), strict=True):
        world.flexmail.add_custom_field(name, kind)
    world.relations(MANY)
    world.sql(
        "UPDATE CUSTOMER SET FIRSTNAME = 'Noor', LANGUAGE = 'F', ACC_SOFTWARE = 'Yuki', EMPLOYEES = 4, SINCE = '2026-01-31'"
    )
    assert world.push().code == 0
    assert imports(world) == 1
    world.sql("UPDATE CUSTOMER SET NAME = 'Alone' WHERE CUSTOMER_ID = 1")
    copied = "FIRSTNAME, LANGUAGE, CRM_TYPE, IS_ACTIVE, ACC_SOFTWARE, EMPLOYEES, SINCE"
    world.sql(
        f"INSERT INTO CUSTOMER (CUSTOMER_ID, NAME, EMAIL, {copied}) SELECT 99, NAME, 'alone@example.be', {copied} "
        "FROM CUSTOMER WHERE CUSTOMER_ID = 1"
    )
    world.sql("INSERT INTO CUSTOMER_PERMANENT VALUES (99, 1)")
    world.flexmail.reset_calls()
    assert world.push().code == 0
    assert imports(world) == 0
    assert look(world, "alone@example.be") == look(world, "relation1@example.be")


def test_a_few_new_relations_go_one_by_one(office: World) -> None:
    office.relations(5)
    assert office.push().code == 0
    assert (imports(office), singly(office)) == (0, 5)


def test_who_is_out_is_not_imported(office: World) -> None:
    office.relations(MANY)
    office.flexmail.add_contact("relation1@example.be", state="unsubscribed")
    office.flexmail.add_contact("relation2@example.be", state="blacklisted")
    result = office.push()
    assert result.code in {0, 1}
    assert len(office.active()) == MANY - 2
    assert not office.sandbox.store.revived
    assert result.counts()["created"] == MANY - 2
    office.flexmail.reset_calls()
    office.push()
    assert not office.writes()


def test_an_import_never_asks_to_bring_anybody_back(office: World) -> None:
    office.relations(MANY)
    assert office.push().code == 0
    assert not any(held.resubscribe for held in office.sandbox.store.imports.values())


def test_what_is_refused_of_a_record_parks_its_relation_with_the_field(office: World) -> None:
    office.configure(fields={"software": "ACC_SOFTWARE"})
    office.flexmail.add_custom_field("software", "multiple_choice", ("Exact",))
    office.relations(MANY)
    office.edit(7, ACC_SOFTWARE="Unheard")
    result = office.push()
    assert (result.code, result.counts()["created"], result.counts()["newly_parked"]) == (1, MANY - 1, 1)
    assert imports(office) == 1
    assert singly(office) == 1
    office.edit(7, ACC_SOFTWARE="Exact")
    assert office.push().counts()["created"] == 1


def test_a_full_account_lets_the_rest_wait(office: World) -> None:
    office.relations(MANY)
    office.flexmail.set_contact_limit(30)
    result = office.push()
    assert (result.counts()["created"], result.counts()["waiting"]) == (30, 10)
    assert singly(office) == 1


def test_who_is_there_meanwhile_is_linked(soap_office: World) -> None:
    """Between the reading and the import somebody subscribes by a form."""
    office = soap_office
    office.relations(MANY)
    hooked: list[int] = []

    def subscribe(_moment: object, call: Call) -> None:
        if not hooked and call.template.endswith("/start"):
            hooked.append(1)
            office.flexmail.add_contact("relation9@example.be", name="By form", language="nl")

    office.flexmail.on_effect(subscribe)
    assert office.push().code == 0
    office.flexmail.clear_hooks()
    assert len(office.active()) == MANY
    assert quiet(office)


# -- updates


def test_many_changes_go_in_one_import_after_a_probe(settled: World) -> None:
    rename_many(settled)
    result = settled.push()
    assert (result.code, result.counts()["updated"]) == (0, MANY)
    assert (imports(settled), singly(settled)) == (2, 0)
    assert named(settled) == MANY
    assert sizes(settled) == [str(number) for number in range(1, ALL + 1)]
    assert quiet(settled)
    rename_many(settled, "Again")
    settled.flexmail.reset_calls()
    assert settled.push().counts()["updated"] == MANY
    assert (imports(settled), singly(settled)) == (1, 0)


def test_an_account_whose_imports_empty_what_they_do_not_mention_is_spared_them(settled: World) -> None:
    settled.flexmail.quirks.import_keeps = False
    rename_many(settled)
    result = settled.push()
    assert (result.code, result.counts()["updated"]) == (0, MANY)
    assert imports(settled) == 1
    assert sizes(settled) == [str(number) for number in range(1, ALL + 1)]
    assert named(settled) == MANY
    assert quiet(settled)
    rename_many(settled, "Again")
    settled.flexmail.reset_calls()
    assert settled.push().counts()["updated"] == MANY
    assert (imports(settled), singly(settled)) == (0, MANY)


def test_it_is_probed_again_after_a_year(settled: World, clock: time_machine.Traveller) -> None:
    settled.flexmail.quirks.import_keeps = False
    rename_many(settled)
    assert settled.push().code == 0
    settled.flexmail.quirks.import_keeps = True
    clock.shift(timedelta(days=366))
    settled.push()
    rename_many(settled, "Again")
    settled.flexmail.reset_calls()
    assert settled.push().counts()["updated"] == MANY
    assert (imports(settled), singly(settled)) == (2, 0)


def test_nobody_whom_flexmail_no_longer_has_is_created_anew_by_a_change(settled: World) -> None:
    settled.flexmail.delete("relation3@example.be")
    rename_many(settled)
    settled.push()
    assert "relation3@example.be" not in settled.active()
    assert len(settled.active()) == ALL - 1


def test_nobody_is_changed_at_an_address_that_he_left(settled: World) -> None:
    contact = settled.flexmail.contact("relation3@example.be")
    settled.flexmail.change_profile("relation3@example.be", {}, new_address="moved@example.be")
    rename_many(settled)
    settled.push()
    assert "relation3@example.be" not in settled.active()
    assert settled.flexmail.contact("moved@example.be").id == contact.id


def test_what_would_be_blanked_goes_one_by_one(settled: World) -> None:
    settled.configure(sync={"blank": True})
    settled.sql("UPDATE CUSTOMER SET ACC_SOFTWARE = 'Yuki' WHERE CUSTOMER_ID <= 40")
    assert settled.push().code == 0
    settled.sql("UPDATE CUSTOMER SET ACC_SOFTWARE = NULL WHERE CUSTOMER_ID <= 3")
    settled.sql("UPDATE CUSTOMER SET ACC_SOFTWARE = 'Exact' WHERE CUSTOMER_ID BETWEEN 4 AND 40")
    settled.flexmail.reset_calls()
    assert settled.push().counts()["updated"] == MANY
    assert singly(settled) == 3
    assert quiet(settled)


# -- accounts that are otherwise


@pytest.mark.parametrize("status", [400, 404, 405])
def test_an_account_without_imports_gets_them_one_by_one_and_is_asked_again_after_a_week(
    office: World, clock: time_machine.Traveller, status: int
) -> None:
    office.flexmail.quirks.imports_status = status
    office.relations(MANY)
    assert office.push().counts()["created"] == MANY
    assert singly(office) == MANY
    office.relations(FEWER, first=100)
    office.flexmail.reset_calls()
    assert office.push().counts()["created"] == FEWER
    assert not any("imports" in path for path in paths(office))
    office.flexmail.quirks.imports_status = None
    clock.shift(timedelta(days=8))
    office.relations(FEWER, first=200)
    office.flexmail.reset_calls()
    assert office.push().counts()["created"] == FEWER
    assert imports(office) == 1


def test_a_slow_import_is_left_to_the_next_run(office: World) -> None:
    office.flexmail.quirks.import_polls = 100
    office.flexmail.quirks.import_seconds = 10**6
    office.relations(MANY)
    first = office.push()
    assert (first.code, first.counts()["waiting"]) == (0, MANY)
    assert sum(path == "GET /contacts/imports/{id}" for path in paths(office)) == 10
    office.relations(MANY, first=100)
    office.flexmail.reset_calls()
    second = office.push()
    assert second.counts()["waiting"] == MANY
    assert second.counts()["created"] == MANY
    assert imports(office) == 0
    office.flexmail.finish_imports()
    office.flexmail.reset_calls()
    third = office.push()
    assert (third.code, third.counts()["unchanged"], office.writes()) == (0, 2 * MANY, [])
    assert set(happenings(office).values()) == {1}


def test_a_failed_import_is_made_good(office: World) -> None:
    office.flexmail.quirks.import_polls = 100
    office.flexmail.quirks.import_seconds = 10**6
    office.relations(MANY)
    office.push()
    office.flexmail.fail_imports()
    office.flexmail.quirks.import_polls = 1
    assert office.push().counts()["created"] == MANY
    assert len(office.active()) == MANY
    assert quiet(office)


def test_another_import_in_flexmail_comes_first(office: World) -> None:
    office.flexmail.quirks.imports_at_once = 0
    office.relations(MANY)
    first = office.push()
    assert (first.code, first.counts()["waiting"], office.active()) == (0, MANY, set())
    office.flexmail.quirks.imports_at_once = 1
    assert office.push().counts()["created"] == MANY


# -- faults


@pytest.mark.parametrize("effect", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    "call",
    [
        "POST /contacts/imports",
        "POST /contacts/imports/{id}/records",
        "POST /contacts/imports/{id}/start",
        "GET /contacts/imports/{id}",
    ],
)
@pytest.mark.parametrize("status", [429, 503, 0])
def test_one_bad_answer_costs_no_second_write(soap_office: World, call: str, status: int, effect: bool) -> None:
    office = soap_office
    if status == 429 and effect:
        pytest.skip("what is refused for the limit had no effect")
    office.relations(MANY)
    if status:
        office.flexmail.fault("status", call, 1, status=status, effect=effect)
    else:
        office.flexmail.fault("drop", call, 1, effect=effect)
    for _ in range(3):
        if office.push().code == 0:
            break
    assert len(office.active()) == MANY
    assert set(happenings(office).values()) == {1}
    assert quiet(office)


# -- the way back, and what is told


def test_what_an_import_causes_is_an_echo(soap_office: World) -> None:
    office = soap_office
    office.configure(sync={"opt_in": True})
    office.relations(MANY)
    assert office.push().code == 0
    for number in range(1, 6):
        office.untick(number)
    office.flexmail.reset_calls()
    result = office.run("run", "--json")
    assert result.counts("contacts")["ticked"] == 0
    assert not any(office.is_ticked(number) for number in range(1, 6))


def test_explain_tells_of_it(office: World) -> None:
    office.relations(MANY)
    assert office.push().code == 0
    assert "added to Flexmail" in office.run("explain", "7").out


# -- the price


def test_the_plan_says_what_the_import_costs(office: World) -> None:
    office.relations(300)
    plan = office.run("push", "--dry-run", "--json")
    price = plan.document["calls"]["price"]
    office.flexmail.reset_calls()
    assert office.push().counts()["created"] == 300
    spent = len(office.flexmail.calls)
    assert spent <= price <= spent + 12


def test_a_budget_that_the_import_does_not_fit_is_spent_one_by_one(office: World) -> None:
    office.relations(MANY)
    office.configure(flexmail={"calls_per_month": 10})
    result = office.push()
    assert result.code == 7
    assert imports(office) == 0
    assert 0 < result.counts()["created"] < 10
    assert result.counts()["created"] + result.counts()["waiting"] == MANY
    assert result.document["calls"]["month"] <= 10

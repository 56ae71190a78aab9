"""What Flexmail refuses: for the person, for the record, for the account."""

from datetime import timedelta

import pytest
import time_machine

from flexsync_cli.sandbox.model import FieldType
from tests.scenarios.habits import contact, plans, push, push_again, todos, writes
from tests.scenarios.world import World

DAY = timedelta(hours=24, minutes=1)


def test_blacklisted_on_create_is_out_and_unticked_wherever_the_address_is(office: World) -> None:
    office.relation(1, "een@example.be")
    office.relation(2, "twee@example.be")
    office.relation(3, "twee@example.be")
    office.flexmail.blacklist("twee@example.be")
    push(office)
    assert office.active() == {"een@example.be"}
    push_again(office)
    assert plans(office) == [] or office.run("approve", plans(office)[0].id).code == 0
    assert (office.is_ticked(1), office.is_ticked(2), office.is_ticked(3)) == (True, False, False)


def test_a_few_refusals_by_the_blacklist_are_believed(office: World) -> None:
    office.relations(10)
    office.relation(11, "relation1@example.be")
    push(office)
    office.relations(10, first=20)
    for number in range(20, 30):
        office.flexmail.blacklist(f"relation{number}@example.be")
    counts = push(office)
    assert (counts["out"], counts["unchanged"]) == (10, 10)
    assert not any(office.is_ticked(number) for number in range(20, 30))
    assert push_again(office) == {"unchanged": 10, "shadowed": 1}


def test_many_refusals_by_the_blacklist_wait_for_a_word(world: World) -> None:
    world.relations(29)
    push(world)
    world.relations(14, first=30)
    for number in range(30, 44):
        world.flexmail.blacklist(f"relation{number}@example.be")
    counts = push(world, code=3)
    assert counts == {"unchanged": 29, "parked": 11, "newly_parked": 11, "waiting": 3}
    assert all(world.is_ticked(number) for number in range(30, 44))
    assert push_again(world, code=3) == {"unchanged": 29, "parked": 11, "waiting": 3}
    (plan,) = plans(world)
    assert (plan.refusal.kind, plan.refusal.people) == ("blocked", 11)
    world.run("approve", plan.id)
    push(world)
    assert not any(world.is_ticked(number) for number in range(30, 44))
    assert push_again(world) == {"unchanged": 29}
    assert plans(world) == []


def test_a_misunderstood_refusal_can_be_tried_again(world: World) -> None:
    world.relations(12)
    for number in range(1, 13):
        world.flexmail.blacklist(f"relation{number}@example.be")
    push(world, code=3)
    for number in range(1, 13):
        world.flexmail.delete(f"relation{number}@example.be")
    assert push(world, "--retry-parked") == {"created": 12}
    assert push_again(world) == {"unchanged": 12}
    assert plans(world) == []


def test_deleted_in_flexmail_is_not_created_again(world: World, clock: time_machine.Traveller) -> None:
    world.with_soap()
    world.relations(3)
    world.relation(4, "relation2@example.be")
    push(world)
    world.flexmail.delete("relation2@example.be")
    clock.shift(DAY)
    assert push_again(world) == {"unchanged": 2, "held": 2}
    assert ("deleted_there", "2") in todos(world)
    world.edit(2, NAME="Changes nothing")
    push_again(world)
    world.untick(2)
    world.untick(4)
    push_again(world)
    world.tick(2)
    assert push(world) == {"unchanged": 2, "created": 1}
    assert push_again(world) == {"unchanged": 3}
    assert todos(world) == []


def test_deleted_in_flexmail_may_be_asked_for_by_name(world: World, clock: time_machine.Traveller) -> None:
    world.with_soap()
    world.relations(2)
    push(world)
    world.flexmail.delete("relation2@example.be")
    clock.shift(DAY)
    push_again(world)
    assert push(world, "--only", "2") == {"created": 1}
    assert push_again(world) == {"unchanged": 2}
    assert todos(world) == []


def test_deleted_is_found_out_by_a_write_too(world: World) -> None:
    world.with_soap()
    world.relations(3)
    push(world)
    world.flexmail.delete("relation2@example.be")
    world.edit(2, NAME="Changed")
    assert push(world) == {"unchanged": 2, "held": 1}
    assert push_again(world) == {"unchanged": 2, "held": 1}


def test_merged_in_flexmail_is_relinked(office: World, clock: time_machine.Traveller) -> None:
    office.relations(2)
    push(office)
    survivor = office.flexmail.add_contact("ander@example.be")
    office.flexmail.merge("relation1@example.be", "ander@example.be")
    clock.shift(DAY)
    assert push(office)["unchanged"] == 1
    assert push_again(office) == {"unchanged": 2}
    office.edit(1, NAME="Changed")
    push(office)
    assert contact(office, "relation1@example.be").id == survivor.id
    assert survivor.name == "Changed"


def test_merged_into_the_contact_of_somebody_who_leaves(office: World, clock: time_machine.Traveller) -> None:
    office.relations(2)
    push(office)
    survivor = contact(office, "relation2@example.be")
    office.flexmail.merge("relation1@example.be", "relation2@example.be")
    office.untick(2)
    clock.shift(DAY)
    assert push(office)["updated"] == 1
    assert office.active() == {"relation1@example.be"}
    assert survivor.name == "Name 1"
    push_again(office)


def test_a_renamed_custom_field_is_suspended_alone(office: World, clock: time_machine.Traveller) -> None:
    office.configure(fields={"acc_software": "ACC_SOFTWARE", "employees": "EMPLOYEES"})
    office.flexmail.add_custom_field("acc_software")
    office.flexmail.add_custom_field("employees", FieldType.NUMERIC)
    office.relation(1, "een@example.be", ACC_SOFTWARE="Octopus", EMPLOYEES=3)
    push(office)
    office.flexmail.rename_custom_field("acc_software", "software", "software")
    office.edit(1, ACC_SOFTWARE="Winbooks", EMPLOYEES=4)
    result = office.push()
    assert (result.code, result.counts()["updated"]) == (0, 1)
    assert "acc_software" in result.err
    assert contact(office, "een@example.be").custom_fields == {"software": "Octopus", "employees": 4}
    push_again(office)
    office.flexmail.rename_custom_field("software", "acc_software", "acc_software")
    clock.shift(DAY)
    assert push(office) == {"updated": 1}
    assert contact(office, "een@example.be").custom_fields == {"acc_software": "Winbooks", "employees": 4}
    push_again(office)


def test_parked_on_what_was_sent(office: World) -> None:
    office.configure(fields={"size": "ACC_SOFTWARE"})
    field = office.flexmail.add_custom_field("size", FieldType.MULTIPLE_CHOICE, options=["S", "M"])
    office.relations(2)
    push(office)
    office.edit(1, ACC_SOFTWARE="XL")
    assert push(office, code=1) == {"unchanged": 1, "parked": 1, "newly_parked": 1}
    assert push_again(office) == {"unchanged": 1, "parked": 1}
    assert push(office, "--retry-parked", code=1)["newly_parked"] == 1
    office.edit(1, ACC_SOFTWARE="M")
    assert push(office) == {"updated": 1, "unchanged": 1}
    push_again(office)
    office.edit(1, ACC_SOFTWARE="L")
    push(office, code=1)
    office.flexmail.set_options(field.placeholder, ["S", "M", "L"])
    assert push(office, "--only", "1") == {"updated": 1}
    assert push_again(office) == {"unchanged": 2}


def test_parked_is_tried_again_when_the_account_defines_the_field_anew(office: World, clock: time_machine.Traveller) -> None:
    office.configure(fields={"size": "ACC_SOFTWARE"})
    office.flexmail.add_custom_field("size", FieldType.MULTIPLE_CHOICE, options=["S"], placeholder="old")
    office.relation(1, "een@example.be")
    push(office)
    office.edit(1, ACC_SOFTWARE="XL")
    push(office, code=1)
    office.flexmail.delete_custom_field("old")
    office.flexmail.add_custom_field("size", FieldType.MULTIPLE_CHOICE, options=["XL"], placeholder="new")
    clock.shift(DAY)
    assert push(office) == {"updated": 1}
    push_again(office)


def test_a_full_account_lets_creates_wait(office: World, clock: time_machine.Traveller) -> None:
    office.relations(2)
    push(office)
    office.flexmail.set_contact_limit(2)
    office.relations(3, first=3)
    office.edit(1, NAME="Still updated")
    office.flexmail.reset_calls()
    assert push(office) == {"updated": 1, "unchanged": 1, "waiting": 3}
    assert sorted(writes(office)) == ["PATCH /contacts/{id}", "POST /contacts"]
    assert push_again(office) == {"unchanged": 2, "waiting": 3}
    assert [kind for kind, _ in todos(office)] == ["account_refused"]
    clock.shift(DAY)
    office.flexmail.reset_calls()
    push(office)
    assert writes(office) == ["POST /contacts"]
    office.flexmail.set_contact_limit(None)
    clock.shift(DAY)
    assert push(office) == {"created": 3, "unchanged": 2}
    assert push_again(office) == {"unchanged": 5}
    assert todos(office) == []


def test_an_option_that_flexmail_lacks_parks_its_relation_and_no_other(office: World) -> None:
    office.configure(fields={"size": "ACC_SOFTWARE"})
    office.flexmail.add_custom_field("size", FieldType.MULTIPLE_CHOICE, options=["S"])
    office.relation(1, "een@example.be", ACC_SOFTWARE="no such option")
    office.relations(3, first=2)
    assert push(office, code=1) == {"parked": 1, "newly_parked": 1, "created": 3}
    push_again(office)


def test_one_item_that_fails_stays_its_own(office: World) -> None:
    office.relations(3)
    office.flexmail.fault("status", "POST /contacts", times=1, status=418)
    assert push(office, code=1) == {"created": 2, "failed": 1}
    assert push(office) == {"created": 1, "unchanged": 2}
    push_again(office)


def test_an_outage_half_way_counts_what_was_done(office: World) -> None:
    office.relations(8)
    office.flexmail.fault("status", "POST /contacts", times=None, skip=2, status=418)
    counts = push(office, code=4)
    assert counts["created"] == 2
    assert counts["waiting"] + counts["failed"] == 6
    office.flexmail.clear_faults()
    assert push(office) == {"created": 6, "unchanged": 2}
    push_again(office)


@pytest.mark.parametrize("status", [400, 422])
def test_an_unsubscribed_address_that_we_never_knew_is_not_created(office: World, status: int) -> None:
    office.flexmail.quirks.refusal_status = status
    office.relations(2)
    office.flexmail.add_contact("relation2@example.be", state="unsubscribed")
    push(office, code=1 if office.settings["flexmail"].get("soap_token") is None else 0)
    push_again(office)
    assert office.active() == {"relation1@example.be"}


def test_no_longer_selected_is_no_longer_parked(office: World) -> None:
    office.flexmail.add_contact("relation1@example.be", state="awaiting-opt-in-confirmation")
    office.relations(2)
    push(office, code=1)
    assert todos(office) == [("inactive_there", "1")]
    office.untick(1)
    push_again(office)
    assert todos(office) == []


def test_a_source_made_since_the_list_was_read_is_found(office: World, clock: time_machine.Traveller) -> None:
    office.relations(1)
    push(office, code=0)
    office.flexmail.add_source("Kantoor")
    office.configure(flexmail={"source": "Kantoor"})
    office.relations(1, first=2)
    clock.shift(timedelta(hours=1))
    assert push(office) == {"created": 1, "unchanged": 1}


def test_a_dry_run_says_which_field_flexmail_lacks(office: World) -> None:
    office.configure(fields={"acc_softwre": "ACC_SOFTWARE"})
    office.relation(1, "een@example.be", ACC_SOFTWARE="Octopus")
    assert 'Flexmail has no custom field "acc_softwre"' in office.run("push", "--dry-run").err

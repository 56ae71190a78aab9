"""New, known, same: what a push writes for one relation, and what it leaves alone."""

from tests.scenarios.habits import contact, push, push_again, push_twice, todos, writes
from tests.scenarios.world import World


def test_new_relations_become_contacts(office: World) -> None:
    office.relation(1, " Jan.Peeters@Example.be ", name="Peeters", FIRSTNAME="Jan", LANGUAGE="F")
    assert push_twice(office) == {"created": 1}
    made = contact(office, "jan.peeters@example.be")
    assert (made.name, made.first_name, made.language) == ("Peeters", "Jan", "fr")
    assert made.sources == [office.sandbox.source.id]


def test_a_known_contact_gets_just_what_differs(office: World) -> None:
    office.relation(1, "een@example.be", name="Peeters", FIRSTNAME="An")
    office.relation(2, "twee@example.be")
    push(office)
    kept = contact(office, "een@example.be")
    kept.first_name = "set by hand, and not listed yet"
    office.edit(1, NAME="Peeters-Maes")
    office.with_soap()  # no listing is due, so the first name is as we know it
    push(office)
    office.flexmail.reset_calls()
    office.edit(1, NAME="Maes")
    assert push(office) == {"updated": 1, "unchanged": 1}
    assert writes(office) == ["PATCH /contacts/{id}"]
    assert contact(office, "een@example.be").name == "Maes"


def test_same_is_no_call(office: World) -> None:
    office.relations(4)
    push(office)
    assert push_again(office) == {"unchanged": 4}


def test_a_contact_that_is_there_already_is_adopted(world: World) -> None:
    world.with_soap()
    world.relation(1, "een@example.be")
    push(world)
    there = world.flexmail.add_contact("twee@example.be", name="Other", first_name="Kim")
    world.relation(2, "twee@example.be", name="Claes")
    assert push(world) == {"updated": 1, "unchanged": 1}
    assert contact(world, "twee@example.be").id == there.id
    assert (there.name, there.first_name) == ("Claes", "Kim")
    assert push_again(world) == {"unchanged": 2}


def test_an_address_that_becomes_empty_or_invalid_changes_nothing_there(office: World) -> None:
    office.relation(1, "een@example.be")
    office.relation(2, "twee@example.be")
    push(office)
    office.edit(1, EMAIL=None)
    office.edit(2, EMAIL="twee@@example")
    assert push_again(office) == {"held": 2}
    assert office.active() == {"een@example.be", "twee@example.be"}


def test_unknown_active_is_held(office: World) -> None:
    office.relation(1, "een@example.be")
    office.relation(2, "twee@example.be", active=None)
    assert push_twice(office) == {"created": 1, "held": 1}
    office.edit(1, IS_ACTIVE=7)
    assert push_again(office) == {"held": 2}


def test_several_addresses_in_a_field_send_the_first_valid_one(office: World) -> None:
    office.relation(1, "geen adres; een@example.be, twee@example.be")
    assert push_twice(office) == {"created": 1}
    assert office.active() == {"een@example.be"}


def test_who_is_not_selected_is_not_sent(office: World) -> None:
    office.configure(sync={"crm_types": [3]})
    office.relation(1, "een@example.be")
    office.relation(2, "twee@example.be", CRM_TYPE=4)
    office.relation(3, "drie@example.be", ticked=False)
    office.relation(4, "vier@example.be", ticked=None)
    office.relation(5, "vijf@example.be", active=0)
    assert push_twice(office) == {"created": 1}
    assert office.active() == {"een@example.be"}


def test_only_names_one_relation(office: World) -> None:
    office.relations(3)
    assert push(office, "--only", "2") == {"created": 1}
    assert push(office, "--only", "Relation3@example.be") == {"created": 1}
    assert office.active() == {"relation2@example.be", "relation3@example.be"}
    assert push_twice(office) == {"created": 1, "unchanged": 2}


def test_a_dry_run_counts_and_writes_nothing(office: World) -> None:
    office.relations(3)
    assert push(office, "--dry-run") == {"created": 3}
    assert office.active() == set()
    assert push(office, "--dry-run") == {"created": 3}
    assert push_twice(office) == {"created": 3}


def test_contacts_edited_by_staff_are_mended_once(world: World) -> None:
    world.relation(1, "een@example.be", name="Peeters")
    push(world)
    world.flexmail.edit_contact("een@example.be", {"name": "Edited"})
    assert push_twice(world) == {"updated": 1}
    assert contact(world, "een@example.be").name == "Peeters"


def test_staff_and_admin_may_agree_without_a_write(world: World) -> None:
    world.relation(1, "een@example.be", name="Peeters")
    push(world)
    world.flexmail.edit_contact("een@example.be", {"name": "Maes"})
    world.edit(1, NAME="Maes")
    assert push_again(world) == {"unchanged": 1}
    world.with_soap()
    push(world)
    assert push_again(world) == {"unchanged": 1}
    assert todos(world) == []

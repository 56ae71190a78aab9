"""Who is who: shared addresses, changed addresses, and whose contact it is."""

from datetime import timedelta

import pytest
import time_machine

from flexsync_cli.sandbox.model import State
from tests.scenarios.habits import contact, links, push, push_again, push_twice, todos, writes
from tests.scenarios.world import World

DAY = timedelta(hours=24, minutes=1)
HOUR = timedelta(hours=1)


def test_several_relations_with_one_address_send_one_contact(office: World) -> None:
    office.relation(10, "samen@example.be", name="Tien")
    office.relation(9, "Samen@Example.be", name="Negen")
    office.relation(8, "samen@example.be", name="Acht", ticked=False)
    assert push_twice(office) == {"created": 1, "shadowed": 1}
    assert contact(office, "samen@example.be").name == "Negen"


def test_the_order_of_types_decides_before_the_id(office: World) -> None:
    office.configure(sync={"crm_type_order": [8, 3]})
    office.relation(1, "samen@example.be", CRM_TYPE=3)
    office.relation(2, "samen@example.be", CRM_TYPE=8, name="Acht")
    push_twice(office)
    assert contact(office, "samen@example.be").name == "Acht"


def test_the_holder_stays_while_it_is_eligible(office: World) -> None:
    office.configure(sync={"crm_type_order": [8, 3]})
    office.relation(5, "samen@example.be", name="Vijf")
    push(office)
    office.relation(1, "samen@example.be", CRM_TYPE=8, name="Een")
    assert push_again(office) == {"unchanged": 1, "shadowed": 1}
    office.edit(5, NAME="Nog vijf")
    assert push_twice(office) == {"updated": 1, "shadowed": 1}
    assert contact(office, "samen@example.be").name == "Nog vijf"


def test_the_link_moves_when_the_holder_leaves(office: World) -> None:
    office.configure(fields={"software": "ACC_SOFTWARE"})
    office.flexmail.add_custom_field("software")
    office.relation(123, "samen@example.be", name="Eerste", FIRSTNAME="An", ACC_SOFTWARE="Octopus")
    office.relation(456, "samen@example.be", name="Tweede")
    push(office)
    there = contact(office, "samen@example.be")
    office.untick(123)
    office.flexmail.reset_calls()
    assert push(office) == {"updated": 1, "moved": 1}
    assert writes(office) == ["PATCH /contacts/{id}"]
    assert contact(office, "samen@example.be") is there
    assert (there.name, there.first_name, there.custom_fields) == ("Tweede", "", {})
    assert todos(office) == [("moved_after_untick", "123")]
    assert push_again(office) == {"unchanged": 1}
    assert todos(office) == [("moved_after_untick", "123")]
    office.untick(456)
    assert push(office) == {"left": 1}
    push_again(office)
    assert todos(office) == []


def test_an_inactive_holder_needs_no_to_do(office: World) -> None:
    office.relation(1, "samen@example.be")
    office.relation(2, "samen@example.be")
    push(office)
    office.edit(1, IS_ACTIVE=0)
    assert push_twice(office) == {"updated": 1, "moved": 1}
    assert todos(office) == []
    assert office.active() == {"samen@example.be"}


def test_a_changed_address_keeps_the_contact(office: World) -> None:
    office.configure(fields={"software": "ACC_SOFTWARE"})
    office.flexmail.add_custom_field("software")
    office.flexmail.add_custom_field("set by hand", placeholder="by_hand")
    office.relations(20)
    push(office)
    there = contact(office, "relation1@example.be")
    office.flexmail.edit_contact("relation1@example.be", {"custom_fields": {"by_hand": "precious"}})
    office.edit(1, EMAIL="nieuw@example.be")
    office.flexmail.reset_calls()
    assert push(office) == {"updated": 1, "unchanged": 19}
    assert len(office.flexmail.calls) <= 2 + 6
    assert writes(office) == ["PUT /contacts/{id}"]
    assert contact(office, "nieuw@example.be") is there
    assert there.custom_fields == {"by_hand": "precious"}
    push_again(office)


def test_a_put_empties_no_field_that_nobody_mapped(office: World) -> None:
    office.flexmail.add_custom_field("set by hand", placeholder="by_hand")
    office.relation(1, "oud@example.be", FIRSTNAME="An")
    push(office)
    office.flexmail.edit_contact("oud@example.be", {"custom_fields": {"by_hand": "precious"}})
    office.edit(1, EMAIL="nieuw@example.be", FIRSTNAME="")
    assert push_twice(office) == {"updated": 1}
    there = contact(office, "nieuw@example.be")
    assert (there.custom_fields, there.first_name) == ({"by_hand": "precious"}, "An")


def test_many_changed_addresses_cost_two_calls_each(office: World) -> None:
    office.relations(20)
    push(office)
    for number in range(1, 9):
        office.edit(number, EMAIL=f"nieuw{number}@example.be")
    office.flexmail.reset_calls()
    push(office)
    assert len(office.flexmail.calls) <= 2 * 8 + 6
    push_again(office)


def test_a_chain_of_changed_addresses(office: World) -> None:
    office.relations(4)
    push(office)
    ids = {number: contact(office, f"relation{number}@example.be").id for number in range(1, 5)}
    for number in (1, 2, 3, 4):
        office.edit(number, EMAIL=f"relation{number + 1}@example.be")
    assert push_twice(office) == {"updated": 4}
    assert {number: contact(office, f"relation{number + 1}@example.be").id for number in ids} == ids


@pytest.mark.parametrize("length", [2, 3])
def test_a_cycle_exchanges_the_links(office: World, length: int) -> None:
    office.relations(4)
    push(office)
    ids = {address: contact(office, address).id for address in office.active()}
    for number in range(1, length + 1):
        office.edit(number, EMAIL=f"relation{number % length + 1}@example.be")
    assert push(office) == {"updated": length, "unchanged": 4 - length, "moved": length}
    assert {address: contact(office, address).id for address in office.active()} == ids
    assert contact(office, "relation2@example.be").name == "Name 1"
    push_again(office)


def test_a_chain_that_ends_at_somebody_who_left(office: World) -> None:
    office.relations(3)
    push(office)
    office.untick(3)
    office.edit(2, EMAIL="relation3@example.be")
    office.edit(1, EMAIL="relation2@example.be")
    push(office)
    assert links(office) == {"2": "relation3@example.be", "1": "relation2@example.be"}
    assert contact(office, "relation3@example.be").name == "Name 2"
    assert contact(office, "relation2@example.be").name == "Name 1"
    push_again(office)


def test_changed_to_a_contact_that_is_there(office: World, clock: time_machine.Traveller) -> None:
    office.relation(1, "oud@example.be", name="Peeters")
    push(office)
    there = office.flexmail.add_contact("nieuw@example.be", first_name="Kim")
    office.edit(1, EMAIL="nieuw@example.be")
    assert push_twice(office) == {"updated": 1}
    assert contact(office, "nieuw@example.be") is there
    assert (there.name, there.first_name) == ("Peeters", "Kim")
    assert office.active() == {"oud@example.be", "nieuw@example.be"}
    clock.shift(DAY)
    assert push(office) == {"unchanged": 1, "left": 1}
    assert office.active() == {"nieuw@example.be"}
    push_again(office)


def test_an_old_contact_stays_if_somebody_else_has_its_address(office: World, clock: time_machine.Traveller) -> None:
    office.relation(1, "samen@example.be", name="Een")
    office.relation(2, "samen@example.be", name="Twee")
    push(office)
    office.edit(1, EMAIL="een@example.be")
    push_twice(office)
    clock.shift(DAY)
    push_again(office)
    assert office.active() == {"samen@example.be", "een@example.be"}
    assert contact(office, "samen@example.be").name == "Twee"


def test_changed_in_flexmail_is_never_put_back(office: World, clock: time_machine.Traveller) -> None:
    office.relation(1, "oud@example.be")
    push(office)
    office.flexmail.change_profile("oud@example.be", {}, new_address="nieuw@example.be")
    clock.shift(DAY)
    assert push_again(office) == {"unchanged": 1}
    assert todos(office) == [("address_changed_there", "1")]
    office.edit(1, NAME="Still sent")
    assert push_twice(office) == {"updated": 1}
    assert office.active() == {"nieuw@example.be"}
    assert contact(office, "nieuw@example.be").name == "Still sent"
    office.edit(1, EMAIL="nieuw@example.be")
    push_again(office)
    push_again(office)
    assert todos(office) == []
    office.edit(1, EMAIL="derde@example.be")
    assert push_twice(office) == {"updated": 1}
    assert office.active() == {"derde@example.be"}


def test_the_address_of_anothers_contact_is_held(office: World, clock: time_machine.Traveller) -> None:
    office.relations(2)
    push(office)
    office.flexmail.change_profile("relation1@example.be", {}, new_address="derde@example.be")
    office.relation(3, "derde@example.be")
    push(office)
    assert push_again(office) == {"unchanged": 2, "held": 1}
    clock.shift(DAY)
    assert push_again(office) == {"unchanged": 2, "held": 1}
    assert ("address_of_another", "3") in todos(office)


def test_who_went_to_another_contact_is_mailed_there_for_good(office: World, clock: time_machine.Traveller) -> None:
    """That the contact it left behind was unsubscribed is no no of the relation's."""
    office.relations(3)
    office.flexmail.add_contact("new@example.be", name="There already")
    push(office)
    office.edit(1, EMAIL="new@example.be")
    for _ in range(3):
        push(office)
        clock.shift(DAY)
    assert contact(office, "relation1@example.be").state is State.UNSUBSCRIBED
    office.edit(1, NAME="Changed")
    assert push_twice(office) == {"unchanged": 2, "updated": 1}
    assert office.is_ticked(1)
    assert contact(office, "new@example.be").name == "Changed"


class TestTypo:
    """A typo in an address, corrected an hour later, costs nobody the newsletter."""

    @pytest.mark.parametrize("typo", ["relation1@@example.be", "", "relation1example.be"])
    def test_invalid(self, office: World, clock: time_machine.Traveller, typo: str) -> None:
        self._mistype_and_correct(office, clock, typo)

    def test_another_relations_address(self, office: World, clock: time_machine.Traveller) -> None:
        self._mistype_and_correct(office, clock, "relation2@example.be")

    def test_an_unlinked_contacts_address(self, office: World, clock: time_machine.Traveller) -> None:
        office.flexmail.add_contact("vreemd@example.be", name="Vreemd")
        self._mistype_and_correct(office, clock, "vreemd@example.be")

    def test_nobodys_address(self, office: World, clock: time_machine.Traveller) -> None:
        self._mistype_and_correct(office, clock, "relatoin1@example.be")

    def test_somebodys_who_is_not_selected(self, office: World, clock: time_machine.Traveller) -> None:
        office.relation(9, "negen@example.be", ticked=False)
        office.flexmail.add_contact("negen@example.be")
        self._mistype_and_correct(office, clock, "negen@example.be")

    def test_two_typos_in_a_row(self, office: World, clock: time_machine.Traveller) -> None:
        office.relations(3)
        push(office)
        ours = contact(office, "relation1@example.be").id
        for typo in ("relation2@example.be", "nobody@example.be"):
            office.edit(1, EMAIL=typo)
            push(office)
            push_again(office)
            clock.shift(HOUR)
        office.edit(1, EMAIL="relation1@example.be")
        push(office)
        self._check(office, clock, ours)

    def _mistype_and_correct(self, office: World, clock: time_machine.Traveller, typo: str) -> None:
        office.relations(3)
        push(office)
        ours = contact(office, "relation1@example.be").id
        office.edit(1, EMAIL=typo)
        push(office)
        push_again(office)
        clock.shift(HOUR)
        office.edit(1, EMAIL="relation1@example.be")
        push(office)
        push_again(office)
        self._check(office, clock, ours)

    def _check(self, office: World, clock: time_machine.Traveller, ours: int) -> None:
        for _ in range(3):
            clock.shift(DAY)
            push_again(office)
        assert contact(office, "relation1@example.be").id == ours
        assert links(office)["1"] == "relation1@example.be"
        everybody = office.flexmail.contacts()
        assert [each.email for each in everybody if each.state is not State.ACTIVE] == []

"""Values on their way to Flexmail: custom fields of every type, names, languages, and what empty means."""

import pytest

from flexsync_cli.sandbox.model import FieldType
from tests.scenarios.habits import contact, push, push_again, push_twice
from tests.scenarios.world import World

ADDRESS = "een@example.be"


def test_each_type_of_field_gets_its_own_form(office: World) -> None:
    office.configure(fields={"Software": "ACC_SOFTWARE", "employees": "EMPLOYEES", "since": "SINCE"})
    office.flexmail.add_custom_field("Software", FieldType.MULTIPLE_CHOICE, options=["Octopus", "Exact"])
    office.flexmail.add_custom_field("employees", FieldType.NUMERIC)
    office.flexmail.add_custom_field("since", FieldType.DATE)
    office.relation(1, ADDRESS, ACC_SOFTWARE="Octopus;Exact", EMPLOYEES=12, SINCE="31/12/2019")
    assert push_twice(office) == {"created": 1}
    fields = contact(office, ADDRESS).custom_fields
    assert fields == {"software": ["Octopus", "Exact"], "employees": 12, "since": "2019-12-31"}
    office.edit(1, ACC_SOFTWARE="Exact;Octopus", EMPLOYEES=13, SINCE="2019-12-31 00:00:00")
    assert push_twice(office) == {"updated": 1}
    assert fields == {"software": ["Octopus", "Exact"], "employees": 13, "since": "2019-12-31"}


def test_what_does_not_fit_its_field_is_left_out(office: World) -> None:
    office.configure(fields={"employees": "ACC_SOFTWARE", "since": "SINCE"})
    office.flexmail.add_custom_field("employees", FieldType.NUMERIC)
    office.flexmail.add_custom_field("since", FieldType.DATE)
    office.relation(1, ADDRESS, ACC_SOFTWARE="many", SINCE="long ago")
    assert push_twice(office) == {"created": 1}
    assert contact(office, ADDRESS).custom_fields == {}


@pytest.mark.parametrize("blank", [True, False])
def test_empty_is_a_value_only_where_the_office_says_so(office: World, blank: bool) -> None:
    office.configure(sync={"blank": blank}, fields={"software": "ACC_SOFTWARE"})
    office.flexmail.add_custom_field("software")
    office.relation(1, ADDRESS, FIRSTNAME="An", ACC_SOFTWARE="Octopus")
    push(office)
    office.edit(1, FIRSTNAME="", ACC_SOFTWARE=None)
    assert push_twice(office) == ({"updated": 1} if blank else {"unchanged": 1})
    there = contact(office, ADDRESS)
    expected = ("", {}) if blank else ("An", {"software": "Octopus"})
    assert (there.first_name, there.custom_fields) == expected


def test_long_names_are_cut_at_a_word(office: World) -> None:
    office.relation(1, ADDRESS, name="Burgerlijke vennootschap onder de vorm van een besloten vennootschap")
    assert push_twice(office) == {"created": 1}
    assert contact(office, ADDRESS).name == "Burgerlijke vennootschap onder de vorm van een"


def test_an_unmapped_language_counts_only_on_create(office: World) -> None:
    office.relation(1, ADDRESS, LANGUAGE="Z")
    office.relation(2, "twee@example.be", LANGUAGE="F")
    push(office)
    assert contact(office, ADDRESS).language == "nl"
    office.edit(2, LANGUAGE="Z")
    assert push_again(office) == {"unchanged": 2}
    assert contact(office, "twee@example.be").language == "fr"
    office.edit(2, LANGUAGE="en")
    assert push_twice(office) == {"unchanged": 1, "updated": 1}


def test_a_language_that_the_account_lacks_is_unmapped(office: World) -> None:
    office.configure(languages={"D": "de"})
    office.relation(1, ADDRESS, LANGUAGE="D")
    assert push_twice(office) == {"created": 1}
    assert contact(office, ADDRESS).language == "nl"


def test_accents_and_spaces_alone_are_no_change(office: World) -> None:
    office.relation(1, ADDRESS, name="Ren\u00e9e  ", FIRSTNAME="\u00c9lo\u00efse \U0001f600")
    push(office)
    assert contact(office, ADDRESS).first_name == "\u00c9lo\u00efse \U0001f600"
    office.edit(1, NAME="  Rene\u0301e")
    assert push_again(office) == {"unchanged": 1}
    office.edit(1, NAME="ren\u00e9e")
    assert push_twice(office) == {"updated": 1}

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from email_validator import validate_email

from flexsync_cli.sandbox.office import Office, make_office


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return make_office(tmp_path_factory.mktemp("office") / "admin.db", 300, seed=7)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return make_office(tmp_path / "admin.db", 20, seed=7)


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def test_the_same_seed_gives_the_same_office(tmp_path: Path) -> None:
    first, second, third = tmp_path / "1.db", tmp_path / "2.db", tmp_path / "3.db"
    make_office(first, 150, seed=7)
    make_office(second, 150, seed=7)
    make_office(third, 150, seed=8)
    assert dump(first) == dump(second) != dump(third)


def test_an_office_is_never_made_over_what_is_there(office: Office) -> None:
    with pytest.raises(FileExistsError):
        make_office(office.path)


def test_it_has_as_many_relations_as_asked_for(big: Office) -> None:
    assert len(big.relations()) == 300


def test_it_has_both_sorts_of_people_all_languages_and_several_crm_types(big: Office) -> None:
    relations = big.relations()
    assert {relation.company for relation in relations} == {True, False}
    assert {"N", "F", "E", "D", ""} == {relation.language for relation in relations}
    assert len({relation.crm_type for relation in relations}) > 2


def test_flags_come_in_every_form(big: Office) -> None:
    relations = big.relations()
    assert {relation.active for relation in relations} == {1, 0, None}
    assert {relation.newsletter for relation in relations} == {"J", "N", None}


def test_names_have_accents_padding_and_more_letters_than_flexmail_takes(big: Office) -> None:
    names = [relation.name for relation in big.relations()]
    assert any(not name.isascii() for name in names)
    assert any(name != name.rstrip() for name in names)
    assert any(len(name.rstrip()) > 50 for name in names)


def test_addresses_are_untidy_in_every_way(big: Office) -> None:
    addresses = [relation.email or "" for relation in big.relations()]
    keys = [address.strip().lower() for address in addresses if address]
    assert "" in addresses
    assert len(keys) > len(set(keys))
    assert any(address.isupper() for address in addresses)
    assert any(address != address.strip() for address in addresses)
    assert any(address.count("@") == 2 and " " in address for address in addresses)
    assert any(address and "@" not in address for address in addresses)


def test_tidy_addresses_are_valid_and_reach_nobody(big: Office) -> None:
    tidy = big.tidy_relations()
    assert len(tidy) > 100
    for relation in tidy:
        address = validate_email(relation.email or "", check_deliverability=False)
        assert address.domain.endswith(("example.com", "example.net", "example.org", "example.be"))


def test_custom_fields_have_codes_with_labels_numbers_and_dates(big: Office) -> None:
    with closing(sqlite3.connect(big.path)) as connection:
        labels = dict(connection.execute("SELECT ID, LABEL FROM ACC_SOFTWARE"))
        interests = {interest for (interest,) in connection.execute("SELECT INTEREST FROM CUSTOMER_INTEREST")}
    companies = [relation for relation in big.relations() if relation.company]
    assert {relation.software for relation in companies} == {0, *labels}
    assert {12, None} <= {relation.employees for relation in companies}
    assert all(relation.since for relation in companies)
    assert len(interests) > 3


def test_what_the_office_does_is_seen(office: Office) -> None:
    first, second, third = office.tidy_relations()[:3]
    office.untick(first.id)
    office.edit(second.id, NAME="Janssens BV")
    office.change_address(third.id, "nieuw@example.be")
    seen = {relation.id: relation for relation in office.relations()}
    assert seen[first.id] == replace(first, newsletter="N")
    assert seen[second.id] == replace(second, name="Janssens BV")
    assert seen[third.id] == replace(third, email="nieuw@example.be")


def test_a_tick_makes_the_row_that_is_missing(office: Office) -> None:
    relation = next(relation for relation in office.relations() if relation.newsletter is None)
    office.tick(relation.id)
    assert replace(relation, newsletter="J") in office.relations()


def test_who_is_added_is_ticked_and_who_is_removed_is_gone(office: Office) -> None:
    added = office.add("Peeters", "an.peeters@example.be", first_name="An")
    assert any(relation.id == added and relation.active and relation.newsletter == "J" for relation in office.relations())
    office.remove(added)
    assert all(relation.id != added for relation in office.relations())


def test_communications_are_read_as_they_were_written(office: Office) -> None:
    with closing(sqlite3.connect(office.path)) as connection, connection:
        connection.execute(
            "INSERT INTO COMMUNICATION (CUSTOMER_ID, DATE, SUBJECT, TEXT) VALUES (1001, '2026-03-02 09:30:00', 'Klik', 'Link')"
        )
    (communication,) = office.communications()
    assert (communication.relation_id, communication.subject, communication.text) == (1001, "Klik", "Link")
    assert communication.at.isoformat() == "2026-03-02T09:30:00"

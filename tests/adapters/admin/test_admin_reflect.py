"""A mapping that doesn't fit the database: told whole, with the nearest names."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from flexsync_cli.adapters.admin.mapping import InterestsMapping, Label, NewsletterMapping
from flexsync_cli.adapters.admin.reflect import nearest
from flexsync_cli.errors import Misconfigured
from tests.adapters.admin.office import Office, office_at, sqlite_url


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with office_at(sqlite_url(tmp_path)) as made:
        yield made


def test_everything_that_lacks_is_told_at_once(office: Office) -> None:
    mapping = office.mapping()
    wrong = replace(
        mapping,
        relations=replace(mapping.relations, email="EMAILX", language="zzz"),
        newsletter=NewsletterMapping("dbo.CUSTOMER_PERMANNENT", "CUSTOMER_ID", "NEWSLETTER"),
        interests=InterestsMapping("CUSTOMER_INTEREST", "CUSTOMER_ID", Label("KIND", "INTERESTS", "ID", "LABEL")),
        fields={"acc": Label("ACC", "ACC_SOFTWARE", "IDX", "LABEL"), "kind": "INTEREST.LABEL", "gone": "NOWHERE.X"},
        created_columns=("CRM_TYP",),
    )
    with pytest.raises(Misconfigured) as raised:
        office.open(wrong)
    assert sorted(re.sub("there is .*", "there is ...", problem) for problem in raised.value.problems) == [
        'admin.interests.interest.from: no table "INTERESTS" that this login may read, did you mean "INTEREST"?',
        'admin.newsletter.table: no table "dbo.CUSTOMER_PERMANNENT" that this login may read, '
        'did you mean "CUSTOMER_PERMANENT"?',
        'admin.relations.email: no column "EMAILX" in table CUSTOMER, did you mean "EMAIL"?',
        'admin.relations.language: no column "zzz" in table CUSTOMER; there is ...',
        'fields.acc.column: no column "ACC" in table CUSTOMER; there is ...',
        'fields.acc.key: no column "IDX" in table ACC_SOFTWARE, did you mean "ID"?',
        'fields.gone: no table "NOWHERE" that this login may read; there is ...',
        'fields.kind: no column "CUSTOMER_ID" in table INTEREST; there is ...',
        'opt_in.values.CRM_TYP: no column "CRM_TYP" in table CUSTOMER, did you mean "CRM_TYPE"?',
    ]


def test_a_schema_is_left_out_where_the_database_has_none(office: Office) -> None:
    mapping = office.mapping()
    named = replace(
        mapping,
        relations=replace(mapping.relations, table="dbo.CUSTOMER"),
        newsletter=replace(mapping.newsletter, table="dbo.CUSTOMER_PERMANENT"),
    )
    admin = office.open(named)
    assert list(admin.relations()) == list(office.open(mapping).relations())


def test_a_view_serves_where_it_is_only_read(office: Office) -> None:
    office.run("CREATE VIEW RELATIONS AS SELECT * FROM CUSTOMER", "CREATE VIEW NEWS AS SELECT * FROM CUSTOMER_PERMANENT")
    mapping = office.mapping(opt_in=False)
    reading = replace(mapping, relations=replace(mapping.relations, table="RELATIONS"))
    office.open(replace(reading, fields={})).close()
    writing = replace(reading, opt_in=True, newsletter=replace(mapping.newsletter, table="news"))
    with pytest.raises(Misconfigured) as raised:
        office.open(writing)
    assert sorted(re.sub("there is .*", "there is ...", problem) for problem in raised.value.problems) == [
        'admin.newsletter.table: "news" is a view, and flexsync writes here: name the table',
        'admin.relations.table: "RELATIONS" is a view, and flexsync writes here: name the table',
    ]


def test_names_are_found_in_any_case_and_with_a_schema(office: Office) -> None:
    mapping = office.mapping()
    relations = replace(mapping.relations, table="main.customer", email="email")
    admin = office.open(replace(mapping, relations=relations, fields={"sector": "main.customer.sector"}))
    assert [relation.fields["sector"] for relation in admin.relations()] == ["bouw 🧱", None, None, None]
    admin.close()


def test_columns_of_new_relations_matter_with_opt_in_only(office: Office) -> None:
    office.open(replace(office.mapping(opt_in=False), created_columns=("NOWHERE",))).close()


@pytest.mark.parametrize("name", ["odd]name", 'quote"d', "semi; DROP TABLE CUSTOMER", "select", "met spatie", "é"])
def test_any_name_is_quoted(office: Office, name: str) -> None:
    quoted = name.replace('"', '""')
    office.run(f'ALTER TABLE CUSTOMER ADD COLUMN "{quoted}" TEXT', f"UPDATE CUSTOMER SET \"{quoted}\" = 'here'")
    admin = office.open(replace(office.mapping(), fields={"odd": name}))
    assert {relation.fields["odd"] for relation in admin.relations()} == {"here"}
    admin.close()


def test_where_no_name_is_near_those_there_are_are_told_but_not_a_hundred() -> None:
    assert nearest("x", ["B", "C"]) == "; there is C, B"
    assert nearest("x", [f"T{number}" for number in range(100)]).endswith(" and 90 more")
    assert nearest("x", []) == ""

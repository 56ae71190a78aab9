import pytest

from flexsync_cli.domain.mapping_proposal import ColumnShape, TableShape, looks_useful, propose_mapping


def table(name: str, *columns: str | ColumnShape) -> TableShape:
    return TableShape(name, tuple(ColumnShape(each) if isinstance(each, str) else each for each in columns))


CUSTOMER = table("dbo.CUSTOMER", "CUSTOMER_ID", "NAME", "FIRSTNAME", "EMAIL", "LANGUAGE", "CRM_TYPE", "IS_ACTIVE")
PERMANENT = table("dbo.CUSTOMER_PERMANENT", "CUSTOMER_ID", "NEWSLETTER")


def test_the_usual_names_are_found() -> None:
    found = propose_mapping([PERMANENT, table("dbo.PROJECT", "ID", "NAME"), CUSTOMER])
    assert found["admin.relations"] == {
        "table": "dbo.CUSTOMER",
        "id": "CUSTOMER_ID",
        "name": "NAME",
        "first_name": "FIRSTNAME",
        "email": "EMAIL",
        "language": "LANGUAGE",
        "crm_type": "CRM_TYPE",
        "active": "IS_ACTIVE",
    }
    assert found["admin.newsletter"] == {"table": "dbo.CUSTOMER_PERMANENT", "relation_id": "CUSTOMER_ID", "flag": "NEWSLETTER"}
    assert "admin.interests" not in found


def test_dutch_names_and_a_flag_in_the_same_table() -> None:
    found = propose_mapping([table("RELATIES", "RELATIE_ID", "NAAM", "E_MAIL", "ACTIEF", "NIEUWSBRIEF")])
    assert found["admin.relations"]["email"] == "E_MAIL"
    assert found["admin.relations"]["language"] == ""
    assert found["admin.newsletter"] == {"table": "RELATIES", "relation_id": "RELATIE_ID", "flag": "NIEUWSBRIEF"}


def test_the_shape_of_the_data_decides_between_columns() -> None:
    columns = (ColumnShape("EMAIL", addresses=0.0), ColumnShape("EMAIL_PRIVATE", addresses=0.9))
    found = propose_mapping([table("CUSTOMER", "CUSTOMER_ID", "NAME", *columns, "ACTIVE")])
    assert found["admin.relations"]["email"] == "EMAIL_PRIVATE"


def test_interests_and_communications_are_found_beside_it() -> None:
    interests = table("CUSTOMER_INTEREST", "CUSTOMER_ID", "INTEREST")
    log = table("COMMUNICATION", "ID", "CUSTOMER_ID", "DATE", "SUBJECT", "TEXT")
    found = propose_mapping([CUSTOMER, PERMANENT, interests, log])
    assert found["admin.interests"]["interest"] == "INTEREST"
    assert found["admin.communications"]["relation_id"] == "CUSTOMER_ID"


@pytest.mark.parametrize("tables", [[], [table("PROJECT", "ID", "NAME")], [table("CUSTOMER", "CUSTOMER_ID")]])
def test_nothing_is_proposed_on_a_guess(tables: list[TableShape]) -> None:
    assert propose_mapping(tables) == {}


def test_only_tables_that_tell_of_something_are_looked_into() -> None:
    assert looks_useful("CUSTOMER", [])
    assert looks_useful("T17", ["E-MAIL"])
    assert not looks_useful("INVOICE", ["AMOUNT"])

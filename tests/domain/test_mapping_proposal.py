import pytest

from flexsync_cli.domain.field_proposal import propose_fields
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


def test_numbered_clients_in_french_and_the_dossier_beside_them() -> None:
    clients = table("CLIENTS", "NUM_CLIENT", "NOM", "PRENOM", "ADRESSE_EMAIL", "LANGUE", "TYPE_CLIENT", "ACTIF")
    found = propose_mapping([clients, table("DOSSIER_PERMANENT", "NUM_CLIENT", "LETTRE_INFO")])
    assert found["admin.relations"]["crm_type"] == "TYPE_CLIENT"
    assert found["admin.newsletter"] == {"table": "DOSSIER_PERMANENT", "relation_id": "NUM_CLIENT", "flag": "LETTRE_INFO"}


def test_what_stands_after_a_shared_prefix_is_a_columns_name() -> None:
    columns = ["SOFT_KLANTID", "SOFT_NAAMVAN", "SOFT_NAAM", "SOFT_MAIL", "SOFT_ACTIEF", "SOFT_NIEUWSBRIEF"]
    assert propose_mapping([table("T1", *columns)])["admin.relations"]["name"] == "SOFT_NAAM"


def test_a_prefix_that_all_columns_share_says_nothing() -> None:
    found = propose_mapping([table("T1", "KL_ID", "KL_NAAM", "KL_MAIL", "KL_ACTIEF", "KL_NIEUWSBRIEF_JN")])
    assert found["admin.relations"]["name"] == "KL_NAAM"
    assert found["admin.newsletter"]["flag"] == "KL_NIEUWSBRIEF_JN"


@pytest.mark.parametrize("opposite", ["INACTIEF", "IS_INACTIVE", "NIET_ACTIEF", "NON_ACTIF"])
def test_what_says_the_opposite_is_not_taken(opposite: str) -> None:
    assert propose_mapping([table("KLANT", "KLANTNR", "NAAM", "EMAIL", opposite)]) == {}


def test_custom_fields_get_the_columns_of_their_names() -> None:
    tables = {
        "dbo.KLANT": ("KLANTNR", "ACC_SOFTWARE", "Btw_Nr", "SECTOR"),
        "dbo.ACC_SOFTWARE": ("ID", "LABEL"),
        "dbo.SECTORS": ("X", "Y"),
    }
    assert propose_fields(["acc_software", "btw-nr", "sector", "other"], "dbo.KLANT", tables) == {
        "acc_software": {"column": "ACC_SOFTWARE", "from": "dbo.ACC_SOFTWARE", "key": "ID", "label": "LABEL"},
        "btw-nr": "Btw_Nr",
        "sector": "SECTOR",
    }


def test_a_custom_field_is_not_a_code_in_the_table_it_stands_in() -> None:
    tables = {"dbo.KLANT": ("ID", "NAAM", "KLANT")}
    assert propose_fields(["klant"], "dbo.KLANT", tables) == {"klant": "KLANT"}
    assert propose_fields(["klant"], "dbo.RELATIE", tables) == {}


def test_labels_are_found_in_a_table_of_another_database() -> None:
    tables = {"KLANT": ("SECTOR",), "Lijsten.dbo.SECTORS": ("CODE", "OMSCHRIJVING")}
    labelled = {"column": "SECTOR", "from": "Lijsten.dbo.SECTORS", "key": "CODE", "label": "OMSCHRIJVING"}
    assert propose_fields(["sector"], "KLANT", tables) == {"sector": labelled}


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
    assert looks_useful("dbo.OLD_CUSTOMERS", [])
    assert looks_useful("T17", ["E-MAIL"])
    assert looks_useful("T17", ["PRIVATE_EMAIL"])
    assert looks_useful("T17", ["X_NEWSLETTER_X"])
    assert not looks_useful("INVOICE", ["AMOUNT"])


NAMED = ("CUSTOMER_ID", "NAME", "EMAIL", "IS_ACTIVE")
HOLDING = ("HOOFDKLANTID", "VOLLENAAM", "MAILBOX", "STAATACTIEF")  # each holds a known name


def relations(*tables: TableShape) -> dict[str, str]:
    return propose_mapping(tables).get("admin.relations", {})


def column(key: str, *columns: ColumnShape) -> str | None:
    """What is found for a key in a table whose other columns are named as usual."""
    others = {"id": "CUSTOMER_ID", "name": "NAME", "email": "EMAIL", "active": "IS_ACTIVE"}
    return relations(table("CUSTOMER", *columns, *(name for other, name in others.items() if other != key))).get(key)


def test_names_of_columns_may_share_a_prefix() -> None:
    found = relations(table("T1", "X1_ID", "X1_NAAM", "X1_MAIL", "X1_ACTIEF", "X1_CRM_TYPE"))
    assert (found["id"], found["crm_type"]) == ("X1_ID", "X1_CRM_TYPE")
    assert relations(table("T1", "AAA_ID", "BBB_NAAM", "CCC_MAIL", "DDD_ACTIEF")) == {}


def test_the_table_is_chosen_by_its_columns_and_its_name_which_weighs_as_two() -> None:
    assert relations(table("a.KLANT", *HOLDING), table("b.KLANT", *NAMED))["table"] == "b.KLANT"
    assert relations(table("PROJECT", *NAMED), table("KLANTEN", *NAMED[:2], *HOLDING[2:]))["table"] == "KLANTEN"
    assert relations(table("KLANTEN", *HOLDING), table("PROJECT", *NAMED))["table"] == "PROJECT"
    assert relations(table("KLANTENX", *NAMED), table("dbo.CUSTOMER", *NAMED))["table"] == "dbo.CUSTOMER"


def test_whole_names_come_before_those_with_a_prefix() -> None:
    prefixed = table("KLANT", *(f"X1_{name}" for name in NAMED))
    assert relations(prefixed, table("kantoor.KLANT", *NAMED))["table"] == "kantoor.KLANT"


def test_of_equal_tables_the_one_with_the_shortest_name_is_taken() -> None:
    assert relations(table("archive.CUSTOMER", *NAMED), table("dbo.CUSTOMER", *NAMED))["table"] == "dbo.CUSTOMER"


def test_the_likeliest_name_is_taken_and_of_equals_the_first_column() -> None:
    assert column("name", ColumnShape("NAAM"), ColumnShape("NAME")) == "NAME"
    assert column("email", ColumnShape("EMAIL_1"), ColumnShape("EMAIL_2")) == "EMAIL_1"
    assert column("name", ColumnShape("VOLLENAAM")) == "VOLLENAAM"
    assert column("name", ColumnShape("NOMBRE")) is None


def test_a_table_without_columns_has_nothing() -> None:
    assert relations(table("CUSTOMER")) == {}


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ([ColumnShape("PRIVATE_EMAIL", addresses=1), ColumnShape("EMAIL", addresses=1)], "EMAIL"),
        ([ColumnShape("CONTACT", addresses=1), ColumnShape("EMAIL")], "EMAIL"),
        ([ColumnShape("CONTACT", addresses=0.5)], "CONTACT"),
        ([ColumnShape("EMAIL", addresses=0.4)], None),
    ],
)
def test_addresses_are_in_the_column_that_holds_addresses(columns: list[ColumnShape], found: str | None) -> None:
    assert column("email", *columns) == found


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ([ColumnShape("ACTIVE", flags=0.4)], None),
        ([ColumnShape("ACTIVE_SINCE", flags=0), ColumnShape("STATE_ACTIVE", flags=0.5)], "STATE_ACTIVE"),
        ([ColumnShape("WAS_ACTIVE", flags=1), ColumnShape("ACTIVE", flags=1)], "ACTIVE"),
        ([ColumnShape("DELETED", flags=1)], None),
    ],
)
def test_a_flag_is_in_a_column_of_yes_and_no(columns: list[ColumnShape], found: str | None) -> None:
    assert column("active", *columns) == found


def test_an_id_stands_once_and_a_name_may_stand_twice() -> None:
    assert column("id", ColumnShape("CUSTOMER_ID", distinct=0.9)) is None
    assert column("id", ColumnShape("CUSTOMER_ID", distinct=1)) == "CUSTOMER_ID"
    assert column("name", ColumnShape("NAME", distinct=0.2, flags=0)) == "NAME"


def test_the_relation_of_another_table_is_named_as_in_its_own_else_as_usual() -> None:
    own = table("CUSTOMER", "ID", "NAME", "EMAIL", "ACTIVE")
    same = propose_mapping([own, table("CUSTOMER_PERMANENT", "ID", "NEWSLETTER")])
    assert same["admin.newsletter"]["relation_id"] == "ID"
    usual = propose_mapping([own, table("CUSTOMER_PERMANENT", "NEWSLETTER", "CUSTOMER_ID")])
    assert usual["admin.newsletter"]["relation_id"] == "CUSTOMER_ID"

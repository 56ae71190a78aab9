"""The office's database itself: what a trigger, a form of flags, a table more or a file without rights make of it."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from flexsync_cli.adapters.admin.adapter import SqlAdmin, open_admin
from flexsync_cli.adapters.admin.mapping import CommunicationsMapping, Label, NewsletterMapping
from flexsync_cli.domain.model import FIELD, Relation
from flexsync_cli.errors import AdminUnavailable, Misconfigured
from flexsync_cli.ports import Communication, FlagResult, NewRelation
from tests.adapters.admin.office import Office, office_at, sample_relations, sqlite_url

WRITTEN, ALREADY, REFUSED = FlagResult.WRITTEN, FlagResult.ALREADY, FlagResult.REFUSED


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with office_at(sqlite_url(tmp_path)) as made:
        yield made


@pytest.fixture
def admin(office: Office) -> Iterator[SqlAdmin]:
    with closing(office.open()) as opened:
        yield opened


@pytest.fixture
def statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


def one(admin: SqlAdmin, relation_id: str = "1") -> Relation:
    found = admin.relation(relation_id)
    assert found is not None
    return found


def test_two_thousand_relations_take_two_statements(office: Office, admin: SqlAdmin, statements: list[str]) -> None:
    numbers = "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 2099) "
    office.run(
        f"{numbers} INSERT INTO CUSTOMER SELECT i, 'n' || i, '', i || '@example.be', 'N', 3, 1, i % 3, '', '' FROM n",
        f"{numbers} INSERT INTO CUSTOMER_PERMANENT SELECT i, 'J' FROM n",
        f"{numbers} INSERT INTO CUSTOMER_INTEREST SELECT i, 10 + i % 2 FROM n",
    )
    statements.clear()
    relations = list(admin.relations())
    assert len(relations) == 2004
    assert all(relation.interests for relation in relations[-2000:])
    assert len(statements) == 2


def test_relations_can_be_left_half_way(office: Office, admin: SqlAdmin) -> None:
    with closing(admin.relations()) as relations:
        next(relations)
    assert admin.untick(["1"]) == {"1": WRITTEN}


def test_a_thousand_unticks_are_batched(office: Office, admin: SqlAdmin, statements: list[str]) -> None:
    statements.clear()
    admin.untick([str(number) for number in range(1, 1002)])
    assert len(statements) <= 6
    assert office.flags("1") == office.flags("2") == ["N"]


@pytest.mark.parametrize(("rows", "newsletter"), [("'J'), (1,'J'", True), ("'J'), (1,'N'", False), ("'J'), (1,NULL", False)])
def test_several_newsletter_rows_tick_only_together(office: Office, admin: SqlAdmin, rows: str, newsletter: bool) -> None:
    office.run("DELETE FROM CUSTOMER_PERMANENT", f"INSERT INTO CUSTOMER_PERMANENT VALUES (1,{rows})")
    assert [relation.newsletter for relation in admin.relations()] == [newsletter, False, False, False]
    admin.untick(["1"])
    assert "J" not in office.flags("1")


def test_the_untick_writes_all_rows_and_the_tick_too(office: Office, admin: SqlAdmin) -> None:
    office.run("INSERT INTO CUSTOMER_PERMANENT VALUES (1, 'N')")
    assert admin.untick(["1"]) == {"1": WRITTEN}
    assert office.flags("1") == ["N", "N"]
    assert admin.tick(["1"]) == {"1": WRITTEN}
    assert office.flags("1") == ["J", "J"]


@pytest.mark.parametrize(("yes", "no"), [("'Y'", "N"), ("'true'", "false"), ("'-1'", "0"), ("'j  '", "n")])
def test_a_flag_is_unticked_in_its_own_form(office: Office, admin: SqlAdmin, yes: str, no: str) -> None:
    office.run(f"UPDATE CUSTOMER_PERMANENT SET NEWSLETTER = {yes} WHERE CUSTOMER_ID = 1")
    assert admin.untick(["1"]) == {"1": WRITTEN}
    assert office.flags("1") == [no]


def test_a_flag_that_says_neither_holds_its_relation(office: Office, admin: SqlAdmin) -> None:
    office.run("UPDATE CUSTOMER_PERMANENT SET NEWSLETTER = 'X' WHERE CUSTOMER_ID = 1", "UPDATE CUSTOMER SET IS_ACTIVE = 7")
    assert (one(admin).newsletter, one(admin).active) == (True, None)
    assert one(admin, "2").active is None
    assert admin.untick(["1"]) == {"1": WRITTEN}
    assert office.flags("1") == ["N"]


def test_a_trigger_that_puts_the_flag_back_refuses_all_of_the_call(office: Office, admin: SqlAdmin) -> None:
    office.revert_unticks_of("2")
    assert admin.untick(["1", "2", "3"]) == {"1": REFUSED, "2": REFUSED, "3": ALREADY}
    assert list(admin.relations()) == sample_relations()
    assert admin.untick(["1"]) == {"1": WRITTEN}


def test_a_trigger_that_forbids_the_untick_refuses_it(office: Office, admin: SqlAdmin) -> None:
    office.run("CREATE TRIGGER NO AFTER UPDATE ON CUSTOMER_PERMANENT BEGIN SELECT RAISE(ABORT, 'no'); END")
    assert admin.untick(["1"]) == {"1": REFUSED}
    assert office.flags("1") == ["J"]


def test_a_trigger_that_makes_the_newsletter_row_itself(office: Office, admin: SqlAdmin) -> None:
    office.run(
        "CREATE TRIGGER MADE AFTER INSERT ON CUSTOMER BEGIN INSERT INTO CUSTOMER_PERMANENT VALUES (NEW.CUSTOMER_ID, 'N'); END"
    )
    new_id = admin.add_relation(NewRelation("X", "", "x@example.be", "", {}, {}))
    assert office.flags(new_id) == ["J"]


def test_nothing_is_left_of_a_relation_whose_row_is_refused(office: Office, admin: SqlAdmin) -> None:
    office.run("CREATE TRIGGER NO BEFORE INSERT ON CUSTOMER_PERMANENT BEGIN SELECT RAISE(ABORT, 'no'); END")
    with pytest.raises(AdminUnavailable, match="undone"):
        admin.add_relation(NewRelation("X", "", "x@example.be", "", {}, {}))
    assert list(admin.relations()) == sample_relations()


def test_constants_and_forms_of_a_new_relation(office: Office, admin: SqlAdmin) -> None:
    values = {"crm_type": "8", "ORIGIN": "Flexmail"}
    new_id = admin.add_relation(NewRelation("X", "", "x@example.be", "", {"acc_software": "unknown"}, values))
    with office.engine.connect() as connection:
        row = connection.exec_driver_sql(f"SELECT * FROM CUSTOMER WHERE CUSTOMER_ID = {new_id}").mappings().one()
    assert (row["CRM_TYPE"], row["ORIGIN"], row["IS_ACTIVE"], row["ACC_SOFTWARE"]) == (8, "Flexmail", -1, None)


def test_a_value_that_a_column_cannot_take_is_told_without_it(admin: SqlAdmin) -> None:
    with pytest.raises(AdminUnavailable, match="CRM_TYPE") as raised:
        admin.add_relation(NewRelation("X", "", "x@example.be", "", {}, {"CRM_TYPE": "geheim"}))
    assert "geheim" not in str(raised.value)


def test_ids_that_the_database_does_not_number(tmp_path: Path) -> None:
    with office_at(sqlite_url(tmp_path)) as office:
        office.run("ALTER TABLE CUSTOMER RENAME TO OLD", "CREATE TABLE CUSTOMER AS SELECT * FROM OLD")
        with closing(office.open()) as admin:
            assert admin.add_relation(NewRelation("X", "", "x@example.be", "", {}, {})) == "13"
        office.run("DROP TABLE CUSTOMER", "CREATE TABLE CUSTOMER AS SELECT * FROM OLD WHERE 0", "DROP TABLE OLD")
        office.run("ALTER TABLE CUSTOMER DROP COLUMN CUSTOMER_ID", "ALTER TABLE CUSTOMER ADD COLUMN CUSTOMER_ID VARCHAR(6)")
        office.run("INSERT INTO CUSTOMER (CUSTOMER_ID, NAME) VALUES ('000099', 'x')")
        with closing(office.open()) as admin:
            assert admin.add_relation(NewRelation("X", "", "x@example.be", "", {}, {})) == "000100"
            assert admin.untick(["000100"]) == {"000100": WRITTEN}


def test_the_newsletter_may_be_a_column_of_the_relations(office: Office) -> None:
    office.run("ALTER TABLE CUSTOMER ADD COLUMN NEWS BOOLEAN", "UPDATE CUSTOMER SET NEWS = 1 WHERE CUSTOMER_ID = 1")
    mapping = replace(office.mapping(), newsletter=NewsletterMapping("customer", "customer_id", "news"))
    with closing(office.open(mapping)) as admin:
        assert [relation.newsletter for relation in admin.relations()] == [True, False, False, False]
        assert admin.untick(["1", "2"]) == {"1": WRITTEN, "2": ALREADY}
        assert admin.tick(["12"]) == {"12": WRITTEN}
        new_id = admin.add_relation(NewRelation("X", "", "x@example.be", "", {}, {}))
        assert [relation.id for relation in admin.relations() if relation.newsletter] == ["12", new_id]


def test_what_is_not_mapped_is_empty(office: Office) -> None:
    mapping = office.mapping(opt_in=False)
    relations = replace(mapping.relations, first_name="", language="", crm_type="")
    bare = replace(mapping, relations=relations, interests=None, communications=None, fields={}, created_columns=())
    with closing(office.open(bare)) as admin:
        assert not admin.has_communications()
        first = one(admin)
        assert (first.first_name, first.language, first.crm_type, first.fields, first.interests) == (
            "",
            "",
            "",
            {},
            frozenset(),
        )
        assert first.name == sample_relations()[0].name


def test_a_code_without_a_label_is_no_value(office: Office, admin: SqlAdmin) -> None:
    office.run("UPDATE CUSTOMER SET ACC_SOFTWARE = 99 WHERE CUSTOMER_ID = 1")
    assert one(admin).fields["acc_software"] is None
    office.run("UPDATE CUSTOMER_INTEREST SET KIND = 99 WHERE KIND = 11")
    assert one(admin).interests == {"btw"}


def test_double_rows_of_labels_and_fields_double_no_relation(office: Office, admin: SqlAdmin) -> None:
    office.run("INSERT INTO ACC_SOFTWARE VALUES (1, 'Zzz')", "INSERT INTO CUSTOMER_EXTRA VALUES (1, '1999-09-09')")
    assert list(admin.relations()) == sample_relations()


def test_interests_and_fields_of_the_relations_own_table_and_of_several(office: Office) -> None:
    mapping = office.mapping()
    assert mapping.interests is not None
    fields: dict[str, str | Label] = {
        "again": "CUSTOMER.SECTOR",
        "flag": "CUSTOMER_PERMANENT.NEWSLETTER",
        "code": "acc_software",
    }
    fields |= {"label": Label("CUSTOMER.ACC_SOFTWARE", "ACC_SOFTWARE", "ID", "LABEL")}
    interests = replace(mapping.interests, table="CUSTOMER", interest="SECTOR")
    with closing(office.open(replace(mapping, fields=fields, interests=interests))) as admin:
        assert one(admin).fields == {"again": "bouw 🧱", "flag": "J", "code": 1, "label": "Admin-Consult"}
        assert one(admin).interests == {"bouw 🧱"}


@pytest.mark.parametrize("kind", ["DATE", "DATETIME", "VARCHAR(10)"])
def test_without_a_reference_a_communication_is_found_by_relation_day_and_subject(office: Office, kind: str) -> None:
    office.run(f"CREATE TABLE LOG (REL INTEGER, D {kind}, S VARCHAR(12), T TEXT)")
    mapping = replace(office.mapping(), communications=CommunicationsMapping("LOG", "REL", "D", "S", "T"))
    sent = Communication("1", date(2025, 6, 1), datetime(2025, 5, 31, 22, 0, tzinfo=UTC), "Nieuwsbrief juni 💡", "text", "r")
    with closing(office.open(mapping)) as admin:
        assert admin.add_communication(sent)
        assert not admin.add_communication(replace(sent, text="other", reference="other"))
        assert admin.add_communication(replace(sent, day=date(2025, 5, 31)))
        assert admin.add_communication(replace(sent, relation_id="2"))
        assert admin.add_communication(replace(sent, subject="Other"))


def test_a_reference_that_the_column_would_cut_is_a_configuration_error(office: Office, admin: SqlAdmin) -> None:
    long = Communication("1", date(2025, 6, 1), datetime(2025, 6, 1, tzinfo=UTC), "s", "t", "r" * 61)
    with pytest.raises(Misconfigured, match=r"admin\.communications\.reference"):
        admin.add_communication(long)


def test_a_communication_that_a_trigger_swallows_is_no_success(office: Office, admin: SqlAdmin) -> None:
    office.run("CREATE TRIGGER EAT AFTER INSERT ON COMMUNICATION BEGIN UPDATE COMMUNICATION SET REFERENCE = ''; END")
    with pytest.raises(AdminUnavailable, match="find it again"):
        admin.add_communication(Communication("1", date(2025, 6, 1), datetime(2025, 6, 1, tzinfo=UTC), "s", "t", "r"))
    assert office.communications() == 0


def test_rewrite_knows_labels_by_their_text_and_accents_in_any_form(office: Office, admin: SqlAdmin) -> None:
    office.run("UPDATE CUSTOMER SET NAME = 'Rene\u0301' WHERE CUSTOMER_ID = 1")
    changed = {"name": "Renée", FIELD + "acc_software": "Comptabilité à l'échelle"}
    assert admin.rewrite("1", {"name": "Ren\u00e9"}, changed) is WRITTEN
    assert one(admin).fields["acc_software"] == "Comptabilité à l'échelle"
    assert admin.rewrite("1", {}, {FIELD + "acc_software": "unknown"}) is REFUSED
    assert admin.rewrite("1", {}, {FIELD + "birth": "no day", "name": "Other"}) is REFUSED
    assert one(admin).name == "Renée"


def test_a_read_only_file_is_read_and_not_written(office: Office) -> None:
    with closing(open_admin(f"{office.url}?mode=ro&uri=true", None, office.mapping(), Path())) as admin:
        assert list(admin.relations()) == sample_relations()
        with pytest.raises(AdminUnavailable, match="right to write the file"):
            admin.untick(["1"])


def test_a_file_that_is_no_database(tmp_path: Path, office: Office) -> None:
    (tmp_path / "notes.db").write_text("no database, but long enough to be read as one" * 100)
    with pytest.raises(AdminUnavailable, match="no SQLite database"):
        open_admin(f"sqlite:///{tmp_path / 'notes.db'}", None, office.mapping(), Path())

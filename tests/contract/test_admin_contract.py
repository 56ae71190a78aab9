"""What every Admin does alike: in memory, on SQLite, beside triggers, and on the database of FLEXSYNC_TEST_ADMIN_URL."""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from flexsync_cli.adapters.memory_admin import MemoryAdmin
from flexsync_cli.domain.model import FIELD, Relation
from flexsync_cli.ports import Admin, Communication, FlagResult, NewRelation
from tests.adapters.admin.office import SOFTWARE, office_at, sample_relations, sqlite_url
from tests.contract import sql_server

WRITTEN, ALREADY, GONE, REFUSED = FlagResult.WRITTEN, FlagResult.ALREADY, FlagResult.GONE, FlagResult.REFUSED

NEW = NewRelation(
    name="Dûment",
    first_name="Zoë",
    email="zoe@example.be",
    language="F",
    fields={"acc_software": SOFTWARE[2], "sector": "", "birth": "1990-12-31"},
    values={"ORIGIN": "Flexmail"},
)
CLICKS = Communication(
    relation_id="1",
    day=date(2025, 6, 1),
    at=datetime(2025, 5, 31, 22, 30, tzinfo=UTC),
    subject="Nieuwsbrief juni: geklikt op vijf links 💡",
    text="btw\nsuccessie",
    reference="flexsync-1-77-2025-06-01",
)


@dataclass
class Subject:
    admin: Admin
    communications: Callable[[], int]


@pytest.fixture(params=["memory", "sqlite", "triggers", "url", "url-triggers"])
def subject(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Subject]:
    if request.param == "memory":
        memory = MemoryAdmin(sample_relations())
        yield Subject(memory, lambda: len(memory.communications))
        return
    outside = request.param.startswith("url")
    url = os.environ.get("FLEXSYNC_TEST_ADMIN_URL", "") if outside else sqlite_url(tmp_path)
    if not url or (request.param == "url-triggers" and not url.startswith("mssql")):
        pytest.skip("FLEXSYNC_TEST_ADMIN_URL names no such database")
    with office_at(url, f"T{uuid.uuid4().hex[:8]}_" if outside else "") as office:
        if request.param == "triggers":
            office.add_triggers()
        if request.param == "url-triggers":
            sql_server.add_triggers(office)
        with closing(office.open()) as admin:
            yield Subject(admin, office.communications)


@pytest.fixture
def admin(subject: Subject) -> Admin:
    return subject.admin


def relation(admin: Admin, relation_id: str) -> Relation:
    found = admin.relation(relation_id)
    assert found is not None
    return found


def test_relations_come_whole_and_in_the_order_of_their_ids(admin: Admin) -> None:
    assert list(admin.relations()) == sample_relations()


def test_one_relation_is_read_as_in_the_listing(admin: Admin) -> None:
    assert [admin.relation(one.id) for one in sample_relations()] == sample_relations()


@pytest.mark.parametrize("relation_id", ["999", "nobody", ""])
def test_a_relation_that_is_not_there(admin: Admin, relation_id: str) -> None:
    assert admin.relation(relation_id) is None
    assert admin.untick([relation_id]) == {relation_id: GONE}
    assert admin.tick([relation_id]) == {relation_id: GONE}
    assert admin.rewrite(relation_id, {}, {"name": "X"}) is GONE


def test_untick_tells_what_became_of_each(admin: Admin) -> None:
    results = admin.untick(["1", "2", "3", "12", "999"])
    assert results == {"1": WRITTEN, "2": WRITTEN, "3": ALREADY, "12": ALREADY, "999": GONE}
    assert not any(one.newsletter for one in admin.relations())


def test_untick_changes_nothing_else(admin: Admin) -> None:
    admin.untick(["1"])
    assert list(admin.relations()) == [replace(one, newsletter=one.id == "2") for one in sample_relations()]


def test_unticked_twice_is_already(admin: Admin) -> None:
    admin.untick(["1"])
    assert admin.untick(["1"]) == {"1": ALREADY}


def test_untick_of_nobody(admin: Admin) -> None:
    assert admin.untick([]) == {}


def test_tick_also_where_there_was_no_newsletter_row(admin: Admin) -> None:
    assert admin.tick(["1", "3", "12"]) == {"1": ALREADY, "3": WRITTEN, "12": WRITTEN}
    assert all(one.newsletter for one in admin.relations())


def test_ticked_and_unticked_again(admin: Admin) -> None:
    admin.tick(["12"])
    assert admin.untick(["12"]) == {"12": WRITTEN}
    assert not relation(admin, "12").newsletter


def test_a_new_relation_is_active_and_ticked(admin: Admin) -> None:
    added = relation(admin, admin.add_relation(NEW))
    assert (added.active, added.newsletter) == (True, True)
    assert (added.name, added.first_name, added.email, added.language) == ("Dûment", "Zoë", "zoe@example.be", "F")
    assert added.fields.get("acc_software") == SOFTWARE[2]
    assert added.fields.get("birth") == "1990-12-31"
    assert added.fields.get("sector") is None


def test_a_new_relation_has_an_id_of_its_own_and_is_listed(admin: Admin) -> None:
    added = [admin.add_relation(NEW), admin.add_relation(NEW)]
    assert [one.id for one in admin.relations()] == ["1", "2", "3", "12", *added]


def test_rewrite_where_the_expected_values_stand(admin: Admin) -> None:
    old = relation(admin, "1")
    new = {"name": "Ŀlull", "email": "anders@example.be", FIELD + "sector": "zorg", FIELD + "birth": "1981-01-01"}
    expected = {"name": old.name, "email": old.email, FIELD + "sector": old.fields["sector"]}
    assert admin.rewrite("1", expected, new) is WRITTEN
    fields = {**old.fields, "sector": "zorg", "birth": "1981-01-01"}
    assert relation(admin, "1") == replace(old, name="Ŀlull", email="anders@example.be", fields=fields)


def test_rewrite_to_nothing(admin: Admin) -> None:
    assert admin.rewrite("1", {}, {"first_name": "", FIELD + "sector": None, FIELD + "acc_software": None}) is WRITTEN
    found = relation(admin, "1")
    assert (found.first_name, found.fields["sector"], found.fields["acc_software"]) == ("", None, None)


def test_rewrite_leaves_all_as_it_is_where_one_value_is_not_as_expected(admin: Admin) -> None:
    expected = {"name": relation(admin, "1").name, "language": "F"}
    assert admin.rewrite("1", expected, {"name": "X", "language": "N"}) is REFUSED
    assert list(admin.relations()) == sample_relations()


def test_rewrite_of_what_stands_already(admin: Admin) -> None:
    assert admin.rewrite("2", {"language": "N"}, {"language": "F", FIELD + "sector": ""}) is ALREADY


def test_a_communication_is_written_once(subject: Subject) -> None:
    assert subject.admin.has_communications()
    assert [subject.admin.add_communication(CLICKS) for _ in range(3)] == [True, False, False]
    assert subject.communications() == 1


def test_another_reference_is_another_communication(subject: Subject) -> None:
    subject.admin.add_communication(CLICKS)
    assert subject.admin.add_communication(replace(CLICKS, reference="flexsync-1-78-2025-06-01"))
    assert subject.communications() == 2


def test_the_lock_can_be_held_and_let_go(admin: Admin) -> None:
    with admin.lock():
        assert relation(admin, "1").newsletter
    with admin.lock():
        pass

"""Who subscribes in Flexmail becomes a relation: once, and only on the person's own word."""

from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from flexsync_cli.adapters.state import open_state
from flexsync_cli.ports import JournalEntry
from flexsync_cli.sandbox.model import State
from tests.scenarios.habits import links
from tests.scenarios.opt_in import begin, nothing_left, pull, row, rows, soon
from tests.scenarios.world import World


@pytest.fixture
def two_way(world: World) -> World:
    """An office with three relations and the two-way option on."""
    return begin(world)


def test_new_subscriber_becomes_a_relation(two_way: World) -> None:
    two_way.flexmail.opt_in("sofie@example.be", {"name": "Maes", "first_name": "Sofie", "language": "fr"})
    assert pull(two_way) == {"added": 1}
    columns = ("NAME", "FIRSTNAME", "EMAIL", "LANGUAGE", "CRM_TYPE", "IS_ACTIVE")
    assert row(two_way, 4, *columns) == ("Maes", "Sofie", "sofie@example.be", "F", 8, 1)
    assert two_way.is_ticked(4)
    assert links(two_way)["4"] == "sofie@example.be"
    nothing_left(two_way)


def test_without_a_name_it_is_called_by_first_name_or_address(two_way: World) -> None:
    two_way.flexmail.opt_in("info@example.be")
    two_way.flexmail.opt_in("jan@example.be", {"first_name": "Jan"})
    assert pull(two_way) == {"added": 2}
    assert row(two_way, 4, "NAME", "FIRSTNAME") == ("info@example.be", None)
    assert row(two_way, 5, "NAME", "FIRSTNAME") == ("Jan", None)
    nothing_left(two_way)
    assert two_way.flexmail.contact("info@example.be").name == ""


def test_mapped_fields_come_along(world: World) -> None:
    world.sql("CREATE TABLE SOFTWARE (ID TEXT, LABEL TEXT)")
    world.sql("INSERT INTO SOFTWARE VALUES ('7', 'Octopus')")
    world.configure(
        fields={
            "employees": "EMPLOYEES",
            "since": "SINCE",
            "software": {"column": "ACC_SOFTWARE", "from": "SOFTWARE", "key": "ID", "label": "LABEL"},
        }
    )
    world.flexmail.add_custom_field("employees", "numeric")
    world.flexmail.add_custom_field("since", "date")
    world.flexmail.add_custom_field("software")
    begin(world)
    values = {"employees": 12, "since": "2019-03-01", "software": "Octopus"}
    world.flexmail.opt_in("sofie@example.be", {"name": "Maes", "custom_fields": values})
    assert pull(world) == {"added": 1}
    assert row(world, 4, "EMPLOYEES", "SINCE", "ACC_SOFTWARE") == (12, "2019-03-01", "7")
    nothing_left(world)


def test_a_value_that_does_not_fit_keeps_nobody_out(world: World) -> None:
    world.configure(fields={"employees": "EMPLOYEES"})
    world.flexmail.add_custom_field("employees")
    begin(world)
    world.flexmail.opt_in("sofie@example.be", {"name": "Maes", "custom_fields": {"employees": "a dozen"}})
    assert pull(world) == {"added": 1}
    assert row(world, 4, "NAME", "EMPLOYEES") == ("Maes", None)
    nothing_left(world)


def test_a_language_that_admin_does_not_know_stays_empty(two_way: World) -> None:
    two_way.flexmail.set_languages(["nl", "fr", "de"])
    two_way.flexmail.opt_in("sofie@example.be", {"name": "Maes", "language": "de"})
    assert pull(two_way) == {"added": 1}
    assert row(two_way, 4, "LANGUAGE") == (None,)
    nothing_left(two_way)
    assert two_way.flexmail.contact("sofie@example.be").language == "de"


def test_who_left_again_is_not_brought_in(two_way: World) -> None:
    two_way.flexmail.opt_in("sofie@example.be", {"name": "Maes"})
    two_way.flexmail.unsubscribe("sofie@example.be")
    assert pull(two_way) == {}
    assert len(rows(two_way)) == 3
    nothing_left(two_way)


def test_an_unconfirmed_yes_waits_for_its_confirmation(two_way: World) -> None:
    two_way.flexmail.opt_in("sofie@example.be", {"name": "Maes"})
    two_way.flexmail.set_state("sofie@example.be", State.AWAITING)
    assert pull(two_way) == {}
    two_way.flexmail.set_state("sofie@example.be", State.ACTIVE)
    assert pull(two_way) == {"added": 1}
    nothing_left(two_way)


def test_our_own_creates_are_nobodys_yes(two_way: World) -> None:
    two_way.relations(2, first=10)
    assert two_way.push().counts()["created"] == 2
    two_way.untick(10)
    assert pull(two_way) == {}
    assert two_way.push().counts()["left"] == 1
    assert pull(two_way) == {}
    nothing_left(two_way)


def test_what_was_there_before_the_first_reading_is_left_alone(world: World) -> None:
    world.flexmail.opt_in("sofie@example.be", {"name": "Maes"})
    begin(world)
    assert len(rows(world)) == 3
    nothing_left(world)


def test_since_reaches_back(world: World) -> None:
    at = datetime.now(UTC) - timedelta(days=20)
    world.flexmail.opt_in("sofie@example.be", {"name": "Maes"}, at=at)
    begin(world)
    assert pull(world, "--since", (at - timedelta(days=1)).isoformat()) == {"added": 1}
    assert pull(world, "--since", (at - timedelta(days=1)).isoformat()) == {}
    nothing_left(world)


def test_a_yes_that_arrives_two_hours_late_is_counted_once(two_way: World) -> None:
    two_way.flexmail.opt_in("sofie@example.be", {"name": "Maes"}, at=datetime.now(UTC) - timedelta(hours=2))
    assert pull(two_way) == {"added": 1}
    two_way.sql("DELETE FROM CUSTOMER WHERE CUSTOMER_ID = 4")
    assert pull(two_way) == {}
    assert len(rows(two_way)) == 3


def test_a_dry_run_only_counts(two_way: World) -> None:
    two_way.flexmail.opt_in("sofie@example.be", {"name": "Maes"})
    for _ in range(2):
        assert pull(two_way, "--dry-run") == {"added": 1}
    assert len(rows(two_way)) == 3
    assert pull(two_way) == {"added": 1}


def test_what_was_only_observed_is_never_written(two_way: World) -> None:
    two_way.flexmail.opt_in("sofie@example.be", {"name": "Maes"})
    two_way.configure(sync={"mode": "observe"})
    assert pull(two_way) == {"added": 1}
    assert pull(two_way) == {}
    two_way.configure(sync={"mode": "sync"})
    assert pull(two_way) == {}
    assert len(rows(two_way)) == 3


def test_lost_state_adds_nobody_twice(two_way: World) -> None:
    two_way.flexmail.opt_in("sofie@example.be", {"name": "Maes"})
    assert pull(two_way) == {"added": 1}
    two_way.forget_state()
    two_way.push()
    assert pull(two_way) == {}
    nothing_left(two_way)
    assert len(rows(two_way)) == 4


def test_restored_state_adds_nobody_twice(two_way: World) -> None:
    state = two_way.folder / "state.db"
    backup = state.read_bytes()
    two_way.flexmail.opt_in("sofie@example.be", {"name": "Maes"})
    assert pull(two_way) == {"added": 1}
    state.write_bytes(backup)
    assert pull(two_way) == {}
    two_way.push()
    nothing_left(two_way)
    assert len(rows(two_way)) == 4


def test_a_crash_after_the_relation_was_made_links_it(two_way: World) -> None:
    """As after a crash between Admin's commit and the state: the row is there, the journal entry is open."""
    contact = two_way.flexmail.opt_in("sofie@example.be", {"name": "Maes"})
    two_way.relation(4, "sofie@example.be", name="Maes", LANGUAGE="N")
    with closing(open_state(two_way.folder / "state.db")) as state:
        payload = {"contact": contact.id, "address": "sofie@example.be", "there": datetime.now(UTC).isoformat()}
        state.journal.open([JournalEntry("relation", payload, datetime.now(UTC), "crashed")])
    assert pull(two_way) == {}
    assert links(two_way)["4"] == "sofie@example.be"
    nothing_left(two_way)


def test_a_crash_before_the_relation_was_made_makes_it(two_way: World) -> None:
    contact = two_way.flexmail.opt_in("sofie@example.be", {"name": "Maes"})
    with closing(open_state(two_way.folder / "state.db")) as state:
        payload = {"contact": contact.id, "address": "sofie@example.be", "there": datetime.now(UTC).isoformat()}
        state.journal.open([JournalEntry("relation", payload, datetime.now(UTC), "crashed")])
    assert pull(two_way) == {"added": 1}
    nothing_left(two_way)


def test_what_admin_refuses_is_tried_again(two_way: World) -> None:
    two_way.sql("CREATE TRIGGER closed BEFORE INSERT ON CUSTOMER BEGIN SELECT RAISE(ABORT, 'closed'); END")
    two_way.flexmail.opt_in("sofie@example.be", {"name": "Maes"})
    assert pull(two_way, code=4) == {"failed": 1}
    two_way.sql("DROP TRIGGER closed")
    assert pull(two_way) == {"added": 1}
    nothing_left(two_way)


def test_relations_of_a_type_that_is_not_mailed_are_no_leavers(world: World) -> None:
    begin(world, sync={"crm_types": [3]})
    world.flexmail.opt_in("sofie@example.be", {"name": "Maes"})
    result = world.run("pull-contacts")
    assert result.code == 0
    assert "sync.crm_types" in result.err
    nothing_left(world)
    assert "sofie@example.be" in world.active()


def test_without_the_option_it_says_how_to_switch_it_on(world: World) -> None:
    world.with_soap()
    world.flexmail.reset_calls()
    result = world.run("pull-contacts")
    assert result.code == 2
    assert "opt_in = true under [sync]" in result.err
    assert world.flexmail.calls == []


def test_without_opt_outs_nobody_is_brought_in(two_way: World) -> None:
    two_way.flexmail.opt_in("sofie@example.be", {"name": "Maes"})
    two_way.configure(flexmail={"soap_token": "wrong"})
    result = two_way.run("pull-contacts", "--json")
    assert result.code == 4
    assert "opt-outs" in result.step("contacts")["error"]
    assert "opt-outs" in result.step("profiles")["error"]
    assert len(rows(two_way)) == 3
    two_way.with_soap()
    assert pull(two_way) == {"added": 1}
    nothing_left(two_way)


def test_nothing_new_costs_two_calls(two_way: World) -> None:
    two_way.flexmail.reset_calls()
    assert pull(two_way) == {}
    with_option = dict(two_way.flexmail.counts())
    two_way.flexmail.reset_calls()
    two_way.run("pull-unsubscribes")
    without = dict(two_way.flexmail.counts())
    assert {name: count for name, count in with_option.items() if count != without.get(name)} == {
        "GetSubscriptions": 1,
        "GetProfileUpdates": 1,
    }


def test_without_a_column_for_first_names_both_are_one_name(world: World) -> None:
    world.configure(**{"admin.relations": {"first_name": ""}})
    begin(world)
    contact = world.flexmail.opt_in("sofie@example.be", {"name": "Maes", "first_name": "Sofie"})
    assert pull(world) == {"added": 1}
    assert row(world, 4, "NAME", "FIRSTNAME") == ("Maes Sofie", None)
    world.flexmail.change_profile("sofie@example.be", {"first_name": "Sofia"}, at=soon())
    assert pull(world, step="profiles") == {}
    nothing_left(world)
    assert contact.name == "Maes"

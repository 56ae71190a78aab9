"""No mass accident, in either direction; and every refusal has its way out."""

from datetime import timedelta

import pytest
import time_machine

from tests.scenarios.habits import plans, push, push_again
from tests.scenarios.world import World

DAY = timedelta(hours=24, minutes=1)
HOUR = timedelta(hours=1)


def test_ten_leaves_are_no_mass(office: World) -> None:
    office.relations(20)
    push(office)
    for number in range(1, 11):
        office.untick(number)
    assert push(office) == {"left": 10, "unchanged": 10}
    push_again(office)


def test_eleven_below_the_share_are_no_mass(world: World) -> None:
    world.configure(guard={"percent": 40})
    world.relations(28)
    push(world)
    for number in range(1, 12):
        world.untick(number)
    assert push(world)["left"] == 11


def test_many_leaves_need_a_word_and_get_just_that(office: World) -> None:
    office.relations(40)
    push(office)
    for number in range(1, 13):
        office.untick(number)
    office.edit(40, NAME="Waits too")
    assert push_again(office, code=3) == {"unchanged": 27, "held": 1}
    (plan,) = plans(office)
    assert (plan.refusal.kind, plan.refusal.people, plan.refusal.of) == ("limit", 12, 40)
    push_again(office, code=3)
    assert [each.id for each in plans(office)] == [plan.id]
    for number in range(13, 16):
        office.untick(number)
    assert office.run("approve", plan.id).code == 3
    assert {f"relation{number}@example.be" for number in range(13, 41)} == office.active()
    (following,) = plans(office)
    assert following.refusal.people == 3
    assert office.run("approve", following.id).code == 0
    assert {f"relation{number}@example.be" for number in range(16, 41)} == office.active()
    push(office)
    push_again(office)
    assert plans(office) == []


def test_a_plan_is_withdrawn_when_its_cause_is_gone(office: World) -> None:
    office.relations(30)
    push(office)
    for number in range(1, 13):
        office.untick(number)
    push(office, code=3)
    (plan,) = plans(office)
    for number in range(1, 13):
        office.tick(number)
    assert push_again(office) == {"unchanged": 30}
    assert plans(office) == []
    assert office.run("approve", plan.id).code == 2


def test_only_and_dry_runs_leave_plans_alone(office: World) -> None:
    office.relations(30)
    push(office)
    for number in range(1, 13):
        office.untick(number)
    push(office, "--dry-run", code=3)
    assert plans(office) == []
    push(office, code=3)
    standing = plans(office)
    office.edit(30, NAME="By name")
    assert push(office, "--only", "30") == {"updated": 1}
    push(office, "--dry-run", code=3)
    assert plans(office) == standing


def test_approve_knows_what_it_may(office: World) -> None:
    office.relations(30)
    push(office)
    assert office.run("approve", "abcdef").code == 2
    for number in range(1, 13):
        office.untick(number)
    push(office, code=3)
    (plan,) = plans(office)
    assert office.run("approve", plan.id, "--people", "11").code == 2
    assert len(office.active()) == 30
    assert office.run("approve", plan.id, "--people", "12").code == 0
    assert office.run("approve", plan.id).code == 2


def test_an_emptied_admin_is_refused(office: World) -> None:
    office.relations(5)
    push(office)
    office.sql("DELETE FROM CUSTOMER")
    push_again(office, code=3)
    assert len(office.active()) == 5
    (plan,) = plans(office)
    assert (plan.refusal.kind, plan.refusal.people) == ("numbers", 5)
    assert office.run("approve", plan.id).code == 2
    assert office.run("approve", plan.id, "--people", "4").code == 2
    assert len(office.active()) == 5
    assert office.run("approve", plan.id, "--people", "5").code == 0
    assert office.active() == set()
    push_again(office)
    assert plans(office) == []


def test_an_emptied_admin_may_be_restored(office: World) -> None:
    office.relations(5)
    push(office)
    office.sql("CREATE TABLE BACKUP_OF AS SELECT * FROM CUSTOMER")
    office.sql("DELETE FROM CUSTOMER")
    push(office, code=3)
    office.sql("INSERT INTO CUSTOMER SELECT * FROM BACKUP_OF")
    assert push_again(office) == {"unchanged": 5}
    assert plans(office) == []


def test_half_the_rows_gone_is_refused(office: World) -> None:
    office.relations(30)
    push(office)
    for number in range(1, 16):
        office.remove(number)
    office.edit(30, NAME="Waits")
    push_again(office, code=3)
    (plan,) = plans(office)
    assert (plan.refusal.kind, plan.refusal.people) == ("numbers", 15)
    assert office.run("approve", plan.id, "--people", "15").code == 0
    assert office.active() == {f"relation{number}@example.be" for number in range(16, 31)}
    push_again(office)


def test_half_the_addresses_gone_is_refused_and_has_its_way_out(office: World) -> None:
    office.relations(30)
    push(office)
    office.sql("UPDATE CUSTOMER SET EMAIL = '' WHERE CUSTOMER_ID <= 20")
    push_again(office, code=3)
    (plan,) = plans(office)
    assert plan.refusal.people == 20
    assert office.run("approve", plan.id, "--people", "20").code == 0
    assert push_again(office) == {"unchanged": 10, "held": 20}
    assert len(office.active()) == 30


def test_the_number_grows_with_the_damage(office: World) -> None:
    office.relations(30)
    push(office)
    office.sql("UPDATE CUSTOMER SET EMAIL = '' WHERE CUSTOMER_ID <= 20")
    push(office, code=3)
    (first,) = plans(office)
    office.sql("UPDATE CUSTOMER SET EMAIL = '' WHERE CUSTOMER_ID <= 25")
    push(office, code=3)
    (second,) = plans(office)
    assert (first.refusal.people, second.refusal.people) == (20, 25)
    assert office.run("approve", first.id, "--people", "20").code == 2
    assert office.run("approve", second.id, "--people", "25").code == 0


def test_an_emptied_flexmail_is_refused(office: World, clock: time_machine.Traveller) -> None:
    office.relations(5)
    push(office)
    for number in range(1, 6):
        office.flexmail.delete(f"relation{number}@example.be")
    clock.shift(DAY)
    office.flexmail.reset_calls()
    assert office.push().code == 3
    assert office.flexmail.writes == []
    assert all(office.is_ticked(number) for number in range(1, 6))
    (plan,) = plans(office)
    assert (plan.refusal.step, plan.refusal.kind, plan.refusal.people) == ("opt_outs", "numbers", 5)
    assert office.run("approve", plan.id, "--people", "4").code == 2
    assert office.run("approve", plan.id, "--people", "5").code == 0
    push_again(office)
    clock.shift(DAY)
    push_again(office)
    assert plans(office) == []


def test_many_creates_are_refused_once_settled(office: World) -> None:
    office.relations(20)
    push(office)
    office.relations(12, first=21)
    assert push_again(office, code=3) == {"unchanged": 20, "held": 12}
    (plan,) = plans(office)
    assert (plan.refusal.kind, plan.refusal.people) == ("overwrite", 12)
    assert office.run("approve", plan.id).code == 0
    assert len(office.active()) == 32
    push_again(office)
    assert plans(office) == []


def test_creates_are_no_overwrite_before_all_were_created(office: World) -> None:
    office.flexmail.set_contact_limit(5)
    office.relations(30)
    push(office)
    office.flexmail.set_contact_limit(None)
    assert push(office, "--only", "29") == {"waiting": 1}


def test_an_office_that_begins_empty_may_grow(office: World) -> None:
    push(office)
    office.relations(30)
    assert push(office) == {"created": 30}


def test_many_overwrites_are_refused(office: World) -> None:
    office.relations(20)
    push(office)
    office.sql("UPDATE CUSTOMER SET NAME = 'Same' WHERE CUSTOMER_ID <= 12")
    push_again(office, code=3)
    (plan,) = plans(office)
    assert plan.refusal.people == 12
    office.sql("UPDATE CUSTOMER SET NAME = 'Same' WHERE CUSTOMER_ID = 13")
    assert office.run("approve", plan.id).code == 3
    names = [each.name for each in office.flexmail.contacts()]
    assert names.count("Same") == 12
    push(office)
    push_again(office)
    assert plans(office) == []


def test_creates_and_overwrites_are_one_plan(office: World) -> None:
    office.relations(20)
    push(office)
    office.relations(12, first=21)
    office.sql("UPDATE CUSTOMER SET NAME = 'Same' WHERE CUSTOMER_ID <= 12")
    push_again(office, code=3)
    push_again(office, code=3)
    (plan,) = plans(office)
    assert plan.refusal.people == 24
    assert office.run("approve", plan.id).code == 0
    push_again(office)
    assert plans(office) == []


def test_many_blanked_fields_are_refused(office: World) -> None:
    office.configure(sync={"blank": True})
    office.relations(30)
    office.sql("UPDATE CUSTOMER SET FIRSTNAME = 'An'")
    push(office)
    office.sql("UPDATE CUSTOMER SET FIRSTNAME = '' WHERE CUSTOMER_ID <= 11")
    push_again(office, code=3)
    (plan,) = plans(office)
    assert office.run("approve", plan.id).code == 0
    push_again(office)


def test_limits_are_the_offices(office: World) -> None:
    office.configure(guard={"percent": 0, "count": 2})
    office.relations(10)
    push(office)
    for number in range(1, 4):
        office.untick(number)
    push(office, code=3)
    office.configure(guard={"percent": 40, "count": 2})
    assert push(office)["left"] == 3


def test_a_word_is_not_taken_while_observing(office: World) -> None:
    office.relations(30)
    push(office)
    for number in range(1, 13):
        office.untick(number)
    push(office, code=3)
    (plan,) = plans(office)
    office.configure(sync={"mode": "observe"})
    assert office.run("approve", plan.id).code == 2
    assert len(plans(office)) == 1


@pytest.mark.parametrize("times", [1, 3])
def test_approval_that_fails_half_way_can_be_repeated(office: World, times: int) -> None:
    office.relations(30)
    push(office)
    for number in range(1, 13):
        office.untick(number)
    push(office, code=3)
    (plan,) = plans(office)
    office.flexmail.fault("status", "POST /contacts/{id}/unsubscribe", times=times, skip=4, status=418)
    office.run("approve", plan.id)
    office.flexmail.clear_faults()
    if plans(office):
        assert office.run("approve", plans(office)[0].id).code == 0
    else:
        push(office)
    assert len(office.active()) == 18
    push_again(office)

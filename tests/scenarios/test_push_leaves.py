"""The office's no: who leaves, when, and who only seems to."""

from collections.abc import Callable
from datetime import timedelta
from typing import Literal

import pytest
import time_machine

from flexsync_cli.sandbox.calls import Call
from flexsync_cli.sandbox.model import State
from tests.scenarios.habits import contact, plans, push, push_again, todos, writes
from tests.scenarios.world import World

DAY = timedelta(hours=24, minutes=1)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("column", ["flag", "active"])
def test_unticked_or_inactive_leaves(office: World, column: str) -> None:
    office.relations(3)
    push(office)
    if column == "flag":
        office.untick(2)
    else:
        office.edit(2, IS_ACTIVE=0)
    office.flexmail.reset_calls()
    assert push(office) == {"unchanged": 2, "left": 1}
    assert writes(office) == ["POST /contacts/{id}/unsubscribe"]
    assert contact(office, "relation2@example.be").state is State.UNSUBSCRIBED
    push_again(office)


def test_a_leave_is_confirmed_just_before_the_call(office: World) -> None:
    office.relations(3)
    push(office)
    office.untick(1)
    office.untick(2)
    _while_the_first_leaves(office, lambda: office.tick(2))
    assert push(office) == {"unchanged": 1, "left": 1}
    assert office.active() == {"relation2@example.be", "relation3@example.be"}
    assert push_again(office) == {"unchanged": 2}


def test_a_row_that_vanishes_before_the_call_is_no_leave(office: World) -> None:
    office.relations(3)
    push(office)
    office.untick(1)
    office.untick(2)
    _while_the_first_leaves(office, lambda: office.remove(2))
    assert push(office) == {"unchanged": 1, "left": 1}
    assert office.active() == {"relation2@example.be", "relation3@example.be"}


def test_who_is_gone_waits_a_day_and_then_for_a_word(office: World, clock: time_machine.Traveller) -> None:
    office.configure(sync={"crm_types": [3]})
    office.relations(4)
    push(office)
    office.remove(1)
    office.edit(2, CRM_TYPE=9)
    assert push_again(office) == {"unchanged": 2}
    assert plans(office) == []
    clock.shift(HOUR)
    push_again(office)
    assert plans(office) == []
    clock.shift(DAY)
    assert push_again(office) == {"unchanged": 2}
    (plan,) = plans(office)
    assert (plan.refusal.kind, plan.refusal.people) == ("absent", 2)
    office.edit(3, NAME="Goes on")
    assert push(office) == {"unchanged": 1, "updated": 1}
    assert len(office.active()) == 4
    assert office.run("approve", plan.id).code == 0
    assert office.active() == {"relation3@example.be", "relation4@example.be"}
    push_again(office)
    assert plans(office) == []


def test_who_comes_back_before_the_word_is_no_leave(office: World, clock: time_machine.Traveller) -> None:
    office.configure(sync={"crm_types": [3]})
    office.relations(3)
    push(office)
    office.edit(1, CRM_TYPE=9)
    push(office)
    clock.shift(DAY)
    push(office)
    (plan,) = plans(office)
    office.edit(1, CRM_TYPE=3)
    assert push_again(office) == {"unchanged": 3}
    assert plans(office) == []
    assert office.run("approve", plan.id).code == 2
    assert len(office.active()) == 3


def test_missing_sight_begins_anew_after_a_return(office: World, clock: time_machine.Traveller) -> None:
    office.configure(sync={"crm_types": [3]})
    office.relations(2)
    push(office)
    for crm_type in (9, 3, 9):
        office.edit(1, CRM_TYPE=crm_type)
        push(office)
        clock.shift(timedelta(hours=20))
    push(office)
    assert plans(office) == []


def test_the_office_may_keep_its_leavers(office: World) -> None:
    office.configure(sync={"on_leave": "keep"})
    office.relations(2)
    push(office)
    office.untick(1)
    office.flexmail.reset_calls()
    assert push(office) == {"unchanged": 1, "left": 1}
    assert writes(office) == []
    assert len(office.active()) == 2
    push_again(office)
    office.tick(1)
    assert push(office) == {"adopted": 1, "unchanged": 1}
    assert push_again(office) == {"unchanged": 2}


def test_ticked_again_after_the_offices_no_is_a_to_do(office: World, clock: time_machine.Traveller) -> None:
    office.relations(2)
    push(office)
    office.untick(1)
    push(office)
    office.tick(1)
    assert push_again(office) == {"out": 1, "unchanged": 1}
    assert todos(office) == [("out_ticked", "1")]
    clock.shift(DAY)
    push_again(office)
    office.flexmail.reactivate("relation1@example.be")
    clock.shift(DAY)
    counts = push(office)
    assert counts == {"adopted": 1, "unchanged": 1}
    assert push_again(office) == {"unchanged": 2}
    assert todos(office) == []


def test_who_came_back_is_no_leave_until_ticked_and_unticked(office: World, clock: time_machine.Traveller) -> None:
    office.relations(2)
    push(office)
    office.untick(1)
    push(office)
    clock.shift(DAY)
    push(office)
    office.flexmail.reactivate("relation1@example.be")
    clock.shift(DAY)
    push_again(office)
    assert "relation1@example.be" in office.active()
    assert todos(office) == [("came_back", "1")]
    office.tick(1)
    push(office)
    office.untick(1)
    assert push(office) == {"left": 1, "unchanged": 1}
    assert "relation1@example.be" not in office.active()


def _while_the_first_leaves(office: World, act: Callable[[], None]) -> None:
    """Let the office do something between the first leave and the second."""

    def hook(moment: Literal["before", "after"], call: Call) -> None:
        if call.operation == "POST /contacts/{id}/unsubscribe":
            office.flexmail.clear_hooks()
            act()

    office.flexmail.on_effect(hook)

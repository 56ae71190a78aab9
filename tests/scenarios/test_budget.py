"""A month's budget of calls: kept, said, and never at the cost of an opt-out."""

from collections.abc import Iterator

import pytest
import time_machine

from flexsync_cli.sandbox.model import Campaign
from tests.scenarios.habits import writes
from tests.scenarios.noes import address, unticked
from tests.scenarios.running import DAY, HOUR, NEWS, Office, begin, communications, office_in
from tests.scenarios.world import Result, World


@pytest.fixture
def office(world: World, clock: time_machine.Traveller) -> Iterator[Office]:
    """Everything but opt-in and interests."""
    with office_in(world, clock) as office:
        yield office


def allow(world: World, more: int) -> None:
    """So many calls more this month."""
    used = world.run("status", "--json").document["calls"]["month"]
    world.configure(flexmail={"calls_per_month": used + more})


def settled(office: Office) -> Campaign:
    """So many are mailed and a campaign went out; the lists and the present states were read an hour ago."""
    campaign = begin(office)
    office.world.relation(8, address(8))
    office.run()
    office.clock.shift(HOUR)
    office.box.mails.clear()
    office.world.flexmail.reset_calls()
    return campaign


def waits(result: Result) -> set[str]:
    """The steps that wait for the budget."""
    return {step["name"] for step in result.document["steps"] if (step["error"] or "").startswith("waits for the budget")}


def test_what_the_budget_does_not_pay_waits_and_is_said(world: World) -> None:
    world.relations(10)
    world.configure(flexmail={"calls_per_month": 8})
    first = world.push()
    assert first.code == 7
    counts = first.counts()
    assert counts["created"] + counts["waiting"] == 10
    assert counts["created"] == len(world.active()) > 0
    assert "flexmail.calls_per_month" in first.step("push")["error"]
    assert first.document["calls"]["month"] == 8


def test_opt_outs_are_read_and_written_when_it_is_spent(world: World) -> None:
    world.relations(3)
    world.with_soap()
    world.push()
    world.configure(flexmail={"calls_per_month": 1})
    world.flexmail.unsubscribe("relation2@example.be", world.flexmail.send_campaign("Herfst").id)
    world.edit(1, NAME="Changed")
    world.flexmail.reset_calls()
    again = world.push()
    assert again.code == 7
    assert again.counts("opt_outs")["unticked"] == 1
    assert not world.is_ticked(2)
    assert not world.writes()


def test_when_it_is_spent_they_are_read_once_a_day_and_by_who_asks_for_it(office: Office) -> None:
    campaign = begin(office)
    office.world.configure(flexmail={"calls_per_month": 1})
    office.run(code=7)
    office.world.flexmail.reset_calls()
    for _ in range(3):
        office.clock.shift(7 * HOUR)
        assert waits(office.run(code=7)) >= {"opt_outs", "bounces", "clicks", "push"}
    assert office.world.flexmail.calls == []
    office.world.flexmail.unsubscribe(address(1), campaign.id)
    office.clock.shift(4 * HOUR)
    assert office.run(code=7).counts("opt_outs")["unticked"] == 1
    office.world.flexmail.unsubscribe(address(2), campaign.id)
    office.clock.shift(HOUR)
    assert office.run(code=7).counts("opt_outs")["unticked"] == 0
    assert office.world.run("pull-unsubscribes", "--json").counts("opt_outs")["unticked"] == 1
    assert unticked(office.world) == {1, 2}


def test_what_waited_goes_on_when_there_is_a_budget_again(world: World) -> None:
    world.relations(10)
    world.configure(flexmail={"calls_per_month": 8})
    created = world.push().counts()["created"]
    world.configure(flexmail={"calls_per_month": 0})
    again = world.push()
    assert (again.code, again.counts()["created"], again.counts()["unchanged"]) == (0, 10 - created, created)
    assert len(world.active()) == 10


def test_clicks_yield_to_the_push_and_lose_nothing(office: Office) -> None:
    campaign = settled(office)
    office.world.flexmail.click(address(1), campaign.id, NEWS)
    office.world.relations(3, first=21)
    allow(office.world, 1 + 1 + 3)  # the opt-outs, the bounces, three creates
    scarce = office.run(code=7)
    assert scarce.counts("push")["created"] == 3
    assert waits(scarce) == {"clicks"}
    assert [step["name"] for step in scarce.document["steps"]] == ["opt_outs", "bounces", "clicks", "push", "summary"]
    assert communications(office.world) == []
    office.clock.shift(DAY)
    allow(office.world, 100)
    assert office.run().counts("clicks")["communications"] == 1
    assert [relation for relation, _ in communications(office.world)] == [1]
    office.nothing_more()


def test_leaves_come_before_bounces(office: Office) -> None:
    settled(office)
    office.world.untick(2)
    office.world.flexmail.bounce(address(3), office.world.flexmail.send_campaign("Another").id, code="5.1.1")
    allow(office.world, 1 + 1)  # the opt-outs, one leave
    scarce = office.run(code=7)
    assert scarce.counts("push")["left"] == 1
    assert address(2) not in office.world.active()
    assert waits(scarce) == {"bounces", "clicks"}
    allow(office.world, 100)
    assert office.run().counts("bounces")["hard"] == 1


def test_an_observer_keeps_no_calls_for_leaves_that_it_will_not_make(office: Office) -> None:
    settled(office)
    office.world.configure(sync={"mode": "observe"})
    office.world.untick(2)
    allow(office.world, 1 + 1)  # the opt-outs, the bounces
    assert waits(office.run(code=7)) == {"clicks"}


def test_what_was_read_with_the_last_call_is_written_to_admin(office: Office) -> None:
    campaign = settled(office)
    office.world.flexmail.click(address(1), campaign.id, NEWS)
    allow(office.world, 4)  # opt-outs, bounces, campaigns, this campaign's clicks
    assert office.run().counts("clicks")["communications"] == 1


def test_interests_take_what_is_left_in_order_and_the_rest_waits(world: World) -> None:
    world.with_soap()
    world.with_interests()
    world.relations(5)
    for number in range(1, 6):
        world.interest(number, "Btw")
    world.flexmail.add_interest("Btw")
    assert world.push("--no-interests").code == 0
    assert world.push("--dry-run").counts("interests")["subscribed"] == 5
    allow(world, 1 + 2 + 2)  # the opt-outs, the interests and their members, two that are given
    planned = world.push("--dry-run")
    assert planned.code == 7
    allow(world, 1 + 2 + 2)
    given = []
    while (part := world.push()).code == 7:
        counts = part.counts("interests")
        assert counts["subscribed"] + counts["waiting"] + counts["unchanged"] == 5
        given.append(counts["subscribed"])
        allow(world, 1 + 2)
    assert given[0] == 2
    assert sum(given) + part.counts("interests")["subscribed"] == 5


def test_interests_wait_with_the_push_that_they_follow(office: Office) -> None:
    begin(office)
    office.world.with_interests()
    office.world.interest(1, "Btw")
    office.world.configure(flexmail={"calls_per_month": 1})
    office.run(code=7)
    office.clock.shift(HOUR)
    assert waits(office.run(code=7)) == {"opt_outs", "bounces", "clicks", "push", "interests"}


@pytest.mark.parametrize("command", [("plan", "--json"), ("run", "--json", "--dry-run"), ("push", "--json", "--dry-run")])
def test_a_plan_gives_7_when_the_run_would(office: Office, command: tuple[str, ...]) -> None:
    begin(office)
    office.world.relations(9, first=21)
    allow(office.world, 9)
    office.world.flexmail.reset_calls()
    planned = office.world.run(*command)
    assert planned.code == planned.document["exit_code"] == 7
    assert planned.counts("push")["waiting"] > 0
    assert planned.counts("push")["created"] + planned.counts("push")["waiting"] == 9
    assert "push" in waits(planned)
    assert office.world.flexmail.writes == []
    allow(office.world, 100)
    assert office.world.run(*command).code == 0


def test_what_the_guard_holds_back_is_told_before_what_waits(office: Office) -> None:
    office.world.relations(30)
    office.run()
    for number in range(1, 21):
        office.world.untick(number)
    office.world.relations(5, first=41)
    allow(office.world, 3)
    assert office.run(code=3).document["exit_code"] == 3


def test_a_write_that_was_interrupted_keeps_no_one_from_hearing_the_opt_outs(office: Office) -> None:
    campaign = settled(office)
    office.world.relation(9, address(9))
    office.world.flexmail.fault("drop", "POST /contacts", None, effect=True)
    allow(office.world, 2 + 1)  # the opt-outs, the bounces, and a create whose answer is lost
    office.run(code=7)
    office.world.flexmail.unsubscribe(address(1), campaign.id)
    office.world.flexmail.clear_faults()
    office.clock.shift(DAY)
    assert office.run(code=7).counts("opt_outs")["unticked"] == 1
    allow(office.world, 100)
    office.run()
    assert writes(office.world).count("POST /contacts") == 1
    assert address(9) in office.world.active()


def test_console_status_and_mail_say_that_it_waits_and_what_the_month_comes_to(office: Office) -> None:
    campaign = settled(office)
    office.world.flexmail.click(address(1), campaign.id, NEWS)
    office.world.configure(sync={"interval": "15m"})
    allow(office.world, 2)
    told = office.world.run("run")
    assert told.code == 7
    assert "clicks: waits for the budget: the " in told.err
    assert "error:" not in told.err
    assert office.subjects()[-1] == "flexsync: the calls of this month are spent, work waits"
    assert "What waits" in office.text()
    assert "8,640 a month for running every 15 minutes, though nothing happens" in office.text()
    assert "At this pace the month's calls will not be enough." in office.text()
    status = office.world.run("status")
    assert "clicks: waits for the budget" in status.out
    assert "a run every 15 minutes costs 8,640 calls a month" in status.out
    assert "no longer interval would do" in status.out
    document = office.world.run("status", "--json").document
    assert document["waiting_for_budget"] == ["clicks"]
    assert document["calls"]["standing"] == 8_640
    assert document["calls"]["forecast"] > document["calls"]["budget"]


def test_a_longer_interval_that_fits_is_named(office: Office) -> None:
    begin(office)
    office.world.configure(sync={"interval": "15m"}, flexmail={"calls_per_month": 3_000})
    for command in ("plan", "status"):
        assert "within the budget: a run every hour" in office.world.run(command).out
    assert office.world.run("status", "--json").document["calls"]["longer_minutes"] == 60
    office.world.relation(9, address(9))
    office.run()
    assert "To run every hour would do" in office.text()


def test_who_is_to_be_told_that_work_waits_is_asked_though_it_is_spent(office: Office) -> None:
    office.world.configure(summary={"to": "owner"}, flexmail={"calls_per_month": 7})
    office.world.relations(6)
    assert office.run(code=7).counts()["waiting"] > 0
    assert len(office.subjects()) == 1


def test_the_price_of_a_plan_has_the_call_for_the_owner(office: Office) -> None:
    office.world.configure(summary={"to": "owner"})
    office.world.relations(2)
    planned = office.world.run("plan", "--json").document["calls"]["price"]
    office.world.flexmail.reset_calls()
    office.run()
    assert len(office.world.flexmail.calls) == planned

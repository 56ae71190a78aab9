"""What waits for the month's calls: nothing less urgent takes them meanwhile, and who is still mailed is told."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.scenarios.noes import address
from tests.scenarios.running import DAY, HOUR, NEWS, Office, office_in
from tests.scenarios.test_budget import allow, waits
from tests.scenarios.world import World

LEAVING = 12
PAID = 4  # leaves
NEW, CHANGED = 30, 10


@pytest.fixture
def office(world: World, clock: time_machine.Traveller) -> Iterator[Office]:
    """Enough people for an import to pay, and for leaves that the guard lets pass."""
    with office_in(world, clock) as office:
        world.relations(120)
        office.run()
        clock.shift(HOUR)
        office.box.mails.clear()
        yield office


def much_to_do(world: World) -> None:
    """So many creates that an import pays, and updates that go one by one."""
    world.relations(NEW, first=301)
    world.sql("UPDATE CUSTOMER SET NAME = NAME || ' bis' WHERE CUSTOMER_ID <= :many", many=CHANGED)


def untick_many(office: Office) -> list[str]:
    """More leaves than there are calls; who goes on being mailed, by id."""
    for number in range(1, LEAVING + 1):
        office.world.untick(number)
    office.world.relations(3, first=401)
    allow(office.world, 1 + PAID)  # the opt-outs
    return [str(number) for number in range(PAID + 1, LEAVING + 1)]


def test_what_an_import_did_not_take_goes_to_what_was_cut_before_clicks(office: Office) -> None:
    world = office.world
    campaigns = [world.flexmail.send_campaign(f"News {number}") for number in range(3)]
    for campaign in campaigns:
        world.flexmail.click(address(50), campaign.id, NEWS)
    much_to_do(world)
    allow(world, 1 + 1 + 18)  # the opt-outs, the bounces; the import at its most takes 15
    done = office.run(code=7)
    counts = done.counts("push")
    assert (counts["created"], counts["updated"], counts["waiting"]) == (NEW, CHANGED, 0)
    assert waits(done) == {"clicks"}
    assert done.step("push")["error"] is None


def test_what_still_waits_left_no_call_to_interests(world: World) -> None:
    world.with_soap()
    world.with_interests()
    world.flexmail.add_interest("Btw")
    world.relations(120)
    world.interest(1, "Btw")
    assert world.push().code == 0
    much_to_do(world)
    for number in range(20, 28):
        world.interest(number, "Btw")
    allow(world, 1 + 15)
    world.flexmail.reset_calls()
    done = world.push()
    assert done.code == 7
    counts = done.counts()
    assert (counts["created"], counts["updated"] + counts["waiting"]) == (NEW, CHANGED)
    assert counts["updated"] > 0 < counts["waiting"]
    assert done.counts("interests")["subscribed"] == 0
    assert len(world.flexmail.calls) == 1 + 15


def test_who_is_still_mailed_for_want_of_calls_is_told_everywhere(office: Office) -> None:
    still = untick_many(office)
    shown = office.world.run("plan").out
    assert f"{len(still)}  still mailed until there are calls again, then the first to leave  {', '.join(still[:5])}" in shown
    allow(office.world, 1 + PAID)
    done = office.world.run("run")
    assert f"push: {len(still)} people who leave are still mailed until a later run, which does them first" in done.err
    assert f"{len(still)} people still get the newsletter though Admin no longer mails them." in office.text()
    for _ in range(2):  # the second run can't push at all
        status = office.world.run("status", "--json").document
        assert status["waiting"]["leaves"] == len(still)
        assert status["waiting_because"]["leaves"] == ["budget"]
        office.clock.shift(HOUR)
        office.run(code=7)
    told = office.world.run("status").out
    assert "waiting for a later run: 3 contacts, 8 leaves" in told
    assert "leaves: still mailed until then; they come first" in told
    explained = office.world.run("explain", still[-1]).out
    assert "once there are calls again: until then it is still mailed, and it comes first" in explained


def test_no_list_is_read_with_the_calls_that_a_leave_needs(office: Office) -> None:
    """After a day the lists that a change needs are due again."""
    world = office.world
    office.clock.shift(DAY)
    office.run()
    office.clock.shift(DAY / 2)
    world.untick(1)
    world.untick(2)
    world.edit(3, NAME="Changed")
    world.relation(401, address(401))
    allow(world, 1 + 2)  # the opt-outs
    planned = world.run("plan", "--json")
    allow(world, 1 + 2)
    world.flexmail.reset_calls()
    counts = office.run(code=7).counts("push")
    assert world.flexmail.counts() == {"GetUnsubscriptions": 1, "POST /contacts/{id}/unsubscribe": 2}
    assert (planned.code, planned.counts("push")) == (7, counts)
    assert (counts["left"], counts["waiting"]) == (2, 2)
    allow(world, 1 + 1)  # too few to write anything, once the bounces are read
    office.run(code=7)
    allow(world, 100)
    counts = office.run().counts("push")
    assert (counts["created"], counts["updated"]) == (1, 1)


def test_a_source_is_not_looked_up_with_the_call_that_a_leave_needs(office: Office) -> None:
    world = office.world
    office.clock.shift(DAY)
    world.edit(3, NAME="Changed")
    office.run()
    office.clock.shift(HOUR)
    world.untick(1)
    world.relation(401, address(401))
    allow(world, 1 + 1)
    world.flexmail.reset_calls()
    assert office.run(code=7).counts("push")["left"] == 1
    assert world.flexmail.counts() == {"GetUnsubscriptions": 1, "POST /contacts/{id}/unsubscribe": 1}


def test_who_waited_leaves_first_when_there_are_calls_again(office: Office) -> None:
    still = untick_many(office)
    office.run(code=7)
    office.clock.shift(HOUR)
    allow(office.world, 1 + len(still))
    again = office.run(code=7).counts("push")
    assert (again["left"], again["waiting"]) == (len(still), 3)
    assert not {address(number) for number in range(1, LEAVING + 1)} & set(office.world.active())
    assert office.world.run("status", "--json").document["waiting"]["leaves"] == 0


def test_the_price_is_flat_only_where_nothing_is_written(office: Office) -> None:
    assert "\nprice: 3 calls, under a minute" in office.world.run("plan").out
    office.world.relations(3, first=301)
    assert "\nprice: about " in office.world.run("plan").out
    office.world.relations(40, first=501)
    shown = office.world.run("plan").out
    assert "; 43 contacts go by import, if Flexmail takes it: one by one they would cost at least " in shown


def test_a_price_reaches_from_a_quick_import_to_a_slow_one(office: Office) -> None:
    world = office.world
    world.relations(NEW, first=301)
    price = world.run("plan", "--json").document["calls"]["price"]
    assert f"\nprice: about {price - 9} to {price} calls, " in world.run("plan").out
    world.flexmail.quirks.import_polls = 1
    world.flexmail.reset_calls()
    office.run()
    assert len(world.flexmail.calls) == price - 9


def test_leavers_who_are_kept_need_no_call_and_wait_for_none(office: Office) -> None:
    office.world.configure(sync={"on_leave": "keep"})
    untick_many(office)
    counts = office.run(code=7).counts("push")
    assert counts["left"] == LEAVING
    assert office.world.run("status", "--json").document["waiting"]["leaves"] == 0
    assert counts["created"] == 3

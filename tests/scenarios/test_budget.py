"""A month's budget of calls: kept, said, and never at the cost of an opt-out."""

from tests.scenarios.world import World


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


def test_what_waited_goes_on_when_there_is_a_budget_again(world: World) -> None:
    world.relations(10)
    world.configure(flexmail={"calls_per_month": 8})
    created = world.push().counts()["created"]
    world.configure(flexmail={"calls_per_month": 0})
    again = world.push()
    assert (again.code, again.counts()["created"], again.counts()["unchanged"]) == (0, 10 - created, created)
    assert len(world.active()) == 10

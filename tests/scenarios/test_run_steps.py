"""`flexsync run`: all steps in their order, under one lock, in as few calls as the facts allow, and once."""

from collections.abc import Iterator

import pytest
import time_machine

from flexsync_cli.adapters.lock import FileLock
from tests.scenarios.noes import address, standing, unticked
from tests.scenarios.running import DAY, HOUR, MINUTE, NEWS, Office, admin, begin, communications, office_in
from tests.scenarios.world import World

KEYS = {
    "opt_outs": {"events", "states", "unticked", "gone", "held", "ended", "echoes", "failed"},
    "bounces": {"hard", "soft", "unknown", "unticked", "notified", "failed"},
    "clicks": {"clicks", "communications", "scanners", "unmatched", "failed"},
    "profiles": {"updated", "conflicts", "failed"},
    "contacts": {"added", "ticked", "todos", "failed"},
    "push": {
        *("selected", "created", "updated", "adopted", "unchanged", "shadowed", "out", "parked", "newly_parked"),
        *("held", "waiting", "failed", "left", "moved"),
    },
    "interests": {"subscribed", "unsubscribed", "created", "unchanged", "waiting", "failed"},
    "summary": {"mails", "outbox"},
}


@pytest.fixture
def office(world: World, clock: time_machine.Traveller) -> Iterator[Office]:
    """Everything but opt-in and interests."""
    with office_in(world, clock) as office:
        yield office


def everything_on(office: Office) -> None:
    """Opt-in and interests too."""
    office.world.with_interests()
    office.world.configure(sync={"opt_in": True}, interests={"create": True}, **{"opt_in.values": {"CRM_TYPE": 8}})


def happen(office: Office) -> None:
    """Of everything that can come back, one."""
    campaign = begin(office)
    flexmail = office.world.flexmail
    flexmail.click(address(1), campaign.id, NEWS)
    flexmail.unsubscribe(address(2), campaign.id)
    flexmail.bounce(address(3), campaign.id, code="5.1.1")
    flexmail.opt_in("new@example.be", {"name": "Janssens"})
    flexmail.change_profile(address(4), {"name": "Corrected"})
    office.world.relation(9, address(9))
    office.world.interest(9, "Tax")
    office.clock.shift(HOUR)


def test_all_steps_in_their_order_each_with_all_its_keys(office: Office) -> None:
    everything_on(office)
    happen(office)
    document = office.run().document
    assert {step["name"]: set(step["counts"]) for step in document["steps"]} == KEYS
    assert [step["name"] for step in document["steps"]] == list(KEYS)
    assert set(document) == {"version", "command", "run_id", "dry_run", "exit_code", "steps", "calls", "todos"}
    assert all(set(step) == {"name", "counts", "calls", "error", "plan_id"} for step in document["steps"])
    assert (document["version"], document["command"], document["dry_run"], document["exit_code"]) == (1, "run", False, 0)
    assert set(document["calls"]) == {"rest", "soap", "month", "budget", "price"}
    made = sum(office.world.flexmail.counts().values())
    assert document["calls"]["rest"] + document["calls"]["soap"] == made == sum(step["calls"] for step in document["steps"])


def test_each_thing_that_came_back_is_done_once(office: Office) -> None:
    everything_on(office)
    happen(office)
    first = office.run()
    assert first.counts("opt_outs")["unticked"] == first.counts("bounces")["hard"] == first.counts("contacts")["added"] == 1
    assert first.counts("clicks")["communications"] == first.counts("profiles")["updated"] == 1
    assert first.counts("push")["created"] == first.counts("interests")["subscribed"] == 1
    assert unticked(office.world) == {2}
    assert [relation for relation, _ in communications(office.world)] == [1]
    assert office.subjects()[0] == "flexsync: 1 newsletter came back"
    assert len(office.subjects()) == 2
    assert "Janssens (10)" in office.text()
    office.clock.shift(MINUTE)
    office.nothing_more()
    office.clock.shift(HOUR)
    office.nothing_more()


def test_the_opt_outs_are_read_first_and_the_push_writes_last(office: Office) -> None:
    happen(office)
    office.run()
    operations = [call.operation for call in office.world.flexmail.calls]
    order = [operations.index(name) for name in ("GetUnsubscriptions", "GetBounces", "GetCampaignHistory", "POST /contacts")]
    assert order == sorted(order)


@pytest.mark.parametrize(("opt_in", "more"), [(False, 0), (True, 2)])
def test_nothing_to_do_is_three_calls_and_one_more_after_a_campaign(office: Office, opt_in: bool, more: int) -> None:
    office.world.configure(sync={"opt_in": opt_in})
    office.world.relations(30)
    office.run()
    office.clock.shift(HOUR)
    quiet = office.nothing_more().document["calls"]
    assert quiet["rest"] + quiet["soap"] <= 3 + more
    office.world.flexmail.send_campaign("Newsletter")
    office.clock.shift(22 * HOUR)
    after = office.nothing_more().document["calls"]
    assert after["rest"] + after["soap"] <= 4 + more
    assert sum(office.world.flexmail.counts().values()) == after["rest"] + after["soap"]


def test_one_run_at_a_time(office: Office) -> None:
    office.world.relations(2)
    with FileLock(office.world.folder / "state.db").hold("run"):
        office.run(code=5)
    assert office.world.active() == set()
    office.run()
    assert len(office.world.active()) == 2


def test_a_dry_run_says_what_it_would_do_and_writes_nothing(office: Office) -> None:
    everything_on(office)
    happen(office)
    before = admin(office.world)
    planned = office.run("--dry-run")
    assert planned.document["dry_run"] is True
    assert [step["name"] for step in planned.document["steps"]] == list(KEYS)
    assert office.world.flexmail.writes == []
    assert admin(office.world) == before
    assert office.subjects() == []
    done = office.run()
    for name in ("opt_outs", "bounces", "clicks", "profiles", "contacts"):
        assert planned.counts(name) == done.counts(name), name
    for key in ("created", "left", "out"):
        assert planned.counts("push")[key] == done.counts("push")[key], key


def test_a_hundred_approved_leaves_come_back_as_events_and_are_nobodys_no(office: Office) -> None:
    office.world.relations(120)
    office.run()
    for number in range(1, 101):
        office.world.untick(number)
    for number in range(1, 6):
        office.world.relation(200 + number, address(number), ticked=False)
    office.clock.shift(HOUR)
    plan = office.run(code=3).step("push")["plan_id"]
    assert office.world.run("approve", plan, "--people", "100").code == 0
    assert len(office.world.active()) == 20
    for number in range(90, 101):
        office.world.relation(300 + number, address(number))
    before = admin(office.world)
    for _ in range(2):
        office.clock.shift(HOUR)
        counts = office.run().counts("opt_outs")
        assert counts["events"] == counts["unticked"] == counts["states"] == counts["failed"] == 0
    assert admin(office.world) == before
    assert {kind for _, kind, _ in standing(office.world)} == {"office"}
    assert len(office.world.active()) == 20
    office.clock.shift(DAY)
    assert office.run().counts("opt_outs")["unticked"] == 0
    assert admin(office.world) == before

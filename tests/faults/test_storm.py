"""Three bad answers in ten, over a first push and the days after it: the end is that of an office without faults.

FLEXSYNC_STORMS=N tries N seeds, with and without the SOAP token; without it there is one storm, with the token.
"""

import os
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from flexsync_cli.adapters.clock import SystemClock
from flexsync_cli.adapters.flexmail.http import Door
from flexsync_cli.sandbox.calls import Call
from flexsync_cli.sandbox.door import Hook, Moment
from tests.faults.storm import WEATHER, Day, both_sides, brew, office_in, revived_by_us, until_quiet
from tests.scenarios.world import World

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
PEOPLE = 60
STORMS = int(os.environ.get("FLEXSYNC_STORMS", "0"))
SEEDS = range(max(1, STORMS))
TOKENS = [False, True] if STORMS else [True]


@pytest.fixture
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is waited for passes on the test's clock; an answer has a moment to come."""
    monkeypatch.setattr(Door.__init__, "__kwdefaults__", {**(Door.__init__.__kwdefaults__ or {}), "read_seconds": 0.3})


def first_push(world: World) -> None:
    world.relations(PEOPLE)
    for number in range(1, 11):
        world.interest(number, "Btw")


def office_edits(world: World) -> None:
    for number in range(1, 6):
        world.edit(number, NAME="Getrouwd", ACC_SOFTWARE="Beta")
    world.edit(6, EMAIL="nieuw6@example.be")
    world.edit(7, EMAIL="relatie8@elders.be")
    world.untick(9)
    world.untick(10)
    world.interest(3)
    world.relations(5, first=PEOPLE + 1)


def persons_act(world: World) -> None:
    flexmail = world.flexmail
    campaign = flexmail.send_campaign("Nieuwsbrief")
    flexmail.unsubscribe("relation11@example.be", campaign.id)
    flexmail.complain("relation12@example.be", campaign.id)
    flexmail.bounce("relation13@example.be", campaign.id)
    flexmail.click("relation14@example.be", campaign.id, "https://example.be/lees")
    flexmail.click("relation15@example.be", campaign.id, "https://example.be/lees")
    flexmail.delete("relation16@example.be")


def office_makes_mistakes(world: World) -> None:
    """Somebody who said no is ticked again, two people swap their addresses, and one gets another's."""
    world.tick(11)
    world.edit(20, EMAIL="relation21@example.be")
    world.edit(21, EMAIL="relation20@example.be")
    world.edit(22, EMAIL="relation23@example.be")
    world.edit(23, EMAIL="relation23b@example.be")


DAYS: tuple[Day, ...] = (first_push, office_edits, persons_act, office_makes_mistakes)


def live_through(world: World, clock: time_machine.Traveller, *, seed: int | None, soap: bool) -> dict[str, object]:
    """All days, each until quiet; what both sides look like at the end."""
    world.configure(fields={"software": "ACC_SOFTWARE"}, interests={"create": True}, guard={"count": 50, "percent": 100})
    world.with_interests()
    world.with_communications()
    world.flexmail.add_custom_field("software")
    if soap:
        world.with_soap()
    for number, day in enumerate(DAYS):
        clock.shift(timedelta(days=1))
        day(world)
        if seed is not None:
            world.flexmail.clear_faults()
            brew(world, seed * 1000 + number)
        until_quiet(world, clock)
    world.flexmail.clear_faults()
    clock.shift(timedelta(days=2))
    until_quiet(world, clock)
    return both_sides(world)


def noting(made: list[str]) -> Hook:
    """Keeps what was called, also over resets of the sandbox's own log."""

    def note(moment: Moment, call: Call) -> None:
        if moment == "before":
            made.append(call.operation)

    return note


@pytest.mark.usefixtures("_fast")
@pytest.mark.parametrize("soap", TOKENS)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_storm_changes_nothing_but_the_time_it_takes(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
    seed: int,
    soap: bool,
) -> None:
    ends, calls, served = [], [], Counter[str]()
    for name, weather in (("calm", None), ("storm", seed)):
        made: list[str] = []
        with office_in(tmp_path / name, START) as (world, clock):
            with monkeypatch.context() as patch:
                patch.setattr(SystemClock, "sleep", lambda _self, seconds, clock=clock: clock.shift(seconds))
                world.flexmail.on_effect(noting(made))
                end = live_through(world, clock, seed=weather, soap=soap)
            addresses = [contact.email for contact in world.flexmail.contacts() if contact.state != "deleted"]
            assert len(addresses) == len(set(addresses)), "nobody was created twice"
            assert revived_by_us(world) == []
            ends.append(end)
            calls.append(len(made))
            served += world.flexmail.faults.served
    record_property("calls", calls[1])
    record_property("faults", served.total())
    assert ends[1] == ends[0]
    assert len(served) > len({kind for kind, _, _ in WEATHER}) / 2, "of many kinds"
    assert served.total() > 0.2 * calls[1], "it did storm"

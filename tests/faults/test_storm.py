"""Three bad answers in ten, over a first push and a month after it: the end is that of an office without faults.

FLEXSYNC_STORMS=N tries N seeds of each variant; without it there is one storm, with all that can be switched on.
"""

import os
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest
import time_machine

from flexsync_cli.adapters.clock import SystemClock
from flexsync_cli.adapters.flexmail.http import Door
from flexsync_cli.adapters.state import open_state
from flexsync_cli.sandbox.calls import Call
from flexsync_cli.sandbox.door import Hook, Moment
from flexsync_cli.sandbox.faults import FaultKind
from tests.faults.month import ACTS, BOUNCED, DAYS
from tests.faults.post import Post
from tests.faults.storm import WEATHER, both_sides, brew, office_in, revived_by_us, run_once, until_quiet
from tests.scenarios.noes import address
from tests.scenarios.running import BOUNCES, OWNER
from tests.scenarios.world import World

Variant = Literal["rest", "soap", "two-way"]

START = datetime(2026, 3, 2, 9, tzinfo=UTC)  # summer time begins in this month
STORMS = int(os.environ.get("FLEXSYNC_STORMS", "0"))
SEEDS = range(max(1, STORMS))
VARIANTS: tuple[Variant, ...] = ("rest", "soap", "two-way") if STORMS else ("two-way",)
MAILS = 0.5  # of them so many meet a fault: there are few


@pytest.fixture
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is waited for passes on the test's clock; an answer has a moment to come."""
    monkeypatch.setattr(Door.__init__, "__kwdefaults__", {**(Door.__init__.__kwdefaults__ or {}), "read_seconds": 0.15})


def furnish(world: World, post: Post, variant: Variant) -> None:
    """Switch on what this variant has."""
    world.configure(
        fields={"software": "ACC_SOFTWARE"},
        interests={"create": True},
        guard={"count": 50, "percent": 100},
        languages={"N": "nl", "F": "fr"},
        bounces={"notify": BOUNCES},
        summary={"to": [OWNER], "language": "en"},
        smtp={"host": "127.0.0.1", "port": post.port, "security": "none", "sender": "flexsync@kantoor-voorbeeld.be"},
    )
    world.with_interests()
    world.with_communications()
    world.flexmail.add_custom_field("software")
    if variant != "rest":
        world.with_soap()
    if variant == "two-way":
        world.configure(sync={"opt_in": True}, **{"opt_in.values": {"CRM_TYPE": 8}})


def live_through(world: World, clock: time_machine.Traveller, post: Post, *, seed: int | None) -> dict[str, object]:
    """A month, a run or two a day, and on a day on which something happens until it is quiet; both sides at its end."""
    for day in range(DAYS):
        clock.move_to(max(datetime.now(UTC), START + timedelta(days=day)))
        if seed is not None:
            post.share = MAILS
            world.flexmail.clear_faults()
            brew(world, seed * 1000 + day)
        if day in ACTS:
            ACTS[day](world)
            until_quiet(world, clock)
        else:
            for _ in range(2 if day % 3 == 0 else 1):
                run_once(world, clock)
    post.share = 0.0
    world.flexmail.clear_faults()
    clock.shift(timedelta(days=2))
    until_quiet(world, clock)
    return both_sides(world)


def assert_mailed_once(world: World, post: Post, variant: Variant) -> None:
    """Nothing waits; each mail came once, but for one whose server did not say that it had it; each bounce is in one mail."""
    with closing(open_state(world.folder / "state.db")) as state:
        assert state.outbox.waiting() == []
    assert set(post.told().values()) == {1}
    told = [len(post.bounces(address(number))) for number in BOUNCED]
    assert told == ([0] if variant == "rest" else [1]) * len(BOUNCED)


def noting(made: list[str]) -> Hook:
    """Keeps what was called, also over resets of the sandbox's own log."""

    def note(moment: Moment, call: Call) -> None:
        if moment == "before":
            made.append(call.operation)

    return note


@pytest.mark.usefixtures("_fast")
@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_storm_changes_nothing_but_the_time_it_takes(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
    seed: int,
    variant: Variant,
) -> None:
    ends, calls, served, post_served = [], [], Counter[tuple[FaultKind, int, bool]](), Counter[str]()
    for name, weather in (("calm", None), ("storm", seed)):
        made: list[str] = []
        (tmp_path / f"post {name}").mkdir()
        with office_in(tmp_path / name, START) as (world, clock), Post(tmp_path / f"post {name}", seed) as post:
            furnish(world, post, variant)
            with monkeypatch.context() as patch:
                patch.setattr(SystemClock, "sleep", lambda _self, seconds, clock=clock: clock.shift(seconds))
                world.flexmail.on_effect(noting(made))
                ends.append(live_through(world, clock, post, seed=weather))
            addresses = [contact.email for contact in world.flexmail.contacts() if contact.state != "deleted"]
            assert len(addresses) == len(set(addresses)), "nobody was created twice"
            assert revived_by_us(world) == []
            assert_mailed_once(world, post, variant)
            calls.append(len(made))
            served += world.flexmail.faults.served
            post_served += post.served
    record_property("calls", calls[1])
    record_property("faults", served.total() + post_served.total())
    assert ends[1] == ends[0]
    assert len(served) > len(WEATHER) - 2, "of every kind, or of all but one: there are dice in it"
    assert served.total() > 0.2 * calls[1], "it did storm"
    assert len(post_served) > 1, "over the mails too"

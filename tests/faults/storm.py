"""Offices with the same days behind them, over a Flexmail that works, and over one that fails three times in ten."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import time_machine

from flexsync_cli.sandbox.faults import FaultKind
from flexsync_cli.sandbox.model import Origin
from flexsync_cli.sandbox.serve import Sandbox
from tests.scenarios.world import World

MAX_RUNS = 40
TRIED = (0, 1, 3, 4)  # exit codes of a run that ended by itself: well, with items, by a guard, with Flexmail out of reach
WELL = (0, 1, 3)

# kind, status, whether what was asked takes place: each as often as the others.
WEATHER: tuple[tuple[FaultKind, int, bool], ...] = (
    ("status", 429, False),
    ("status", 500, False),
    ("status", 503, True),
    ("html", 200, False),
    ("html", 200, True),
    ("garbage", 200, True),
    ("truncated", 200, True),
    ("drop", 0, False),
    ("drop", 0, True),
    ("hang", 0, False),
    ("hang", 0, True),
    ("slow", 200, True),
    ("soap_fault", 500, False),
)


def brew(world: World, seed: int, share: float = 0.3) -> None:
    """From now on about this share of all answers is bad."""
    each = 1 - (1 - share) ** (1 / len(WEATHER))
    dice = Random(seed)  # noqa: S311 - dice that repeat, no secret
    for kind, status, effect in WEATHER:
        # Longer than flexsync waits for an answer in these tests, or shorter where it is only slow.
        seconds = 0.05 if kind == "slow" else 0.25
        order = {"status": status, "effect": effect, "seconds": seconds, "seed": dice.randrange(2**32)}
        world.flexmail.fault(kind, "*", None, probability=each, **order)  # type: ignore[arg-type]  # one dictionary, three types


def run_once(world: World, clock: time_machine.Traveller) -> bool:
    """A run, and an hour; whether it had nothing to write and found nothing wrong."""
    world.flexmail.reset_calls()
    result = world.run("run", "--json")
    assert result.code in TRIED, result.err
    clock.shift(timedelta(hours=1))
    return result.code in WELL and not world.flexmail.writes


def until_quiet(world: World, clock: time_machine.Traveller) -> int:
    """Run every hour until one does nothing and finds nothing wrong; how many runs that took."""
    for number in range(1, MAX_RUNS + 1):
        if run_once(world, clock):
            return number
    raise AssertionError(f"not quiet after {MAX_RUNS} runs")


def both_sides(world: World) -> dict[str, object]:
    """What an office would look at: the contacts, the flags, the communications."""
    store = world.flexmail.store
    names = {interest.id: interest.name for interest in store.interests.values()}
    contacts = sorted(
        (
            contact.email,
            contact.state.value,
            contact.name,
            contact.first_name,
            contact.language,
            sorted(contact.custom_fields.items(), key=repr),
            sorted(names[each] for each in contact.interests),
        )
        for contact in store.contacts.values()
    )
    return {
        "contacts": contacts,
        "relations": [tuple(row) for row in world.sql("SELECT * FROM CUSTOMER ORDER BY CUSTOMER_ID")],
        "flags": [tuple(row) for row in world.sql("SELECT * FROM CUSTOMER_PERMANENT ORDER BY CUSTOMER_ID")],
        "communications": sorted(tuple(row) for row in world.sql("SELECT CUSTOMER_ID, SUBJECT FROM COMMUNICATION")),
    }


def revived_by_us(world: World) -> list[int]:
    """Whom the interface made active again."""
    return [contact_id for contact_id, origin in world.flexmail.store.revived if origin is Origin.API]


@contextmanager
def office_in(folder: Path, start: datetime) -> Iterator[tuple[World, time_machine.Traveller]]:
    """An office with a clock that the test moves, for both sides."""
    folder.mkdir()
    with time_machine.travel(start) as clock, Sandbox() as sandbox:
        world = World(folder, sandbox)
        try:
            yield world, clock
        finally:
            world.engine.dispose()

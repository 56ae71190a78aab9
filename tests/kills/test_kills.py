"""Killed at any moment, the next run goes on: both sides, the state and the mails end as if nothing had been.

By default some moments of each scenario are tried, the same ones always; FLEXSYNC_KILL_EVERY=1 tries each of them, before and
after, as `python -m tests.kills` does with several scenarios at a time.
"""

import os
import re
import sys

import pytest

from tests.kills.effects import Moment
from tests.kills.sweep import SCENARIOS, fast_folder, kill, undisturbed

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills itself by a signal that Windows lacks")

EVERY = int(os.environ.get("FLEXSYNC_KILL_EVERY", "0"))
SAMPLE, SEED = 1, 20_260_301

# Where something was lost once: the process was killed right after this effect, which of these it was, and since which call.
FOUND = (
    ("approve", r"POST /contacts/1003/unsubscribe", 1, ""),  # took back what a person had approved
    ("consent", r"state.db: .*\bconsents\b", 1, ""),  # recorded a consent twice
    ("change of holders", r"state.db: .*\blinks\b", 1, "PUT /contacts/1004"),  # lost the to-do of a link that had moved
    ("interests, changed", r"state.db: facts$", 1, "GET /interests"),  # noticed a day later what a person had dropped
    ("opt-outs over duplicates", r"admin.db: CUSTOMER_PERMANENT", 1, ""),  # unticked, and told in no mail
    ("opt-in and profiles", r"admin.db: CUSTOMER$", 1, ""),  # rewritten, and told in no mail
    ("push, retry what is parked", r"POST /contacts$", 1, "GET /custom-fields"),  # still listed as parked, though it was taken
    ("a whole day", r"admin.db: COMMUNICATION", 2, ""),  # a communication, told in no mail
)


@pytest.mark.parametrize("name", SCENARIOS)
def test_killed_at_any_effect_the_office_ends_the_same(name: str) -> None:
    with fast_folder() as folder, undisturbed(name, folder) as play:
        for moment in play.moments()[::EVERY] if EVERY else play.sample(SAMPLE, SEED):
            told = f"{name}, killed {moment} ({play.label(moment)})"
            try:
                kill(play, [moment])
            except AssertionError as error:
                raise AssertionError(f"{told}: {error}") from None


@pytest.mark.parametrize(("name", "effect", "nth", "since"), FOUND)
def test_where_something_was_lost_once(name: str, effect: str, nth: int, since: str) -> None:
    with fast_folder() as folder, undisturbed(name, folder) as play:
        first = play.effects.index(since) + 1 if since else 0
        numbers = [number for number, each in enumerate(play.effects[first:], start=first + 1) if re.match(effect, each)]
        kill(play, [Moment(numbers[nth - 1], "after")])


@pytest.mark.parametrize("stride", [7, 19])
def test_killed_again_and_again_it_comes_to_the_end(stride: int) -> None:
    with fast_folder() as folder, undisturbed("a whole day", folder) as play:
        kill(play, [Moment(stride + 5 * number) for number in range(8)])

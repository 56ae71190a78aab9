"""Killed at any moment, the next run goes on: both sides, the state and the mails end as if nothing had been.

By default some moments of each scenario are tried, the same ones always; FLEXSYNC_KILL_EVERY=1 tries each of them, before and
after, as `python -m tests.kills` does with several scenarios at a time.
"""

import os
import sys

import pytest

from tests.kills.effects import Moment
from tests.kills.sweep import SCENARIOS, fast_folder, kill, undisturbed

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills itself by a signal that Windows lacks")

EVERY = int(os.environ.get("FLEXSYNC_KILL_EVERY", "0"))
SAMPLE, SEED = 1, 20_260_301

# Where something was lost once: the effect right after which the process was killed, and which of these it was.
FOUND = (
    ("approve", "POST /contacts/1003/unsubscribe", 1),  # took back what a person had approved
    ("consent", "commit in state.db", 1),  # recorded a consent twice
    ("change of holders", "commit in state.db", 16),  # lost the to-do of a link that had moved
    ("interests, changed", "commit in state.db", 20),  # noticed a day later what a person had dropped
    ("opt-outs over duplicates", "commit in admin.db", 1),  # unticked, and told in no mail
    ("opt-in and profiles", "commit in admin.db", 1),  # rewritten, and told in no mail
    ("push, retry what is parked", "POST /contacts", 1),  # still listed as parked, though Flexmail had taken it
    ("a whole day", "commit in admin.db", 3),  # a communication, told in no mail
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


@pytest.mark.parametrize(("name", "label", "nth"), FOUND)
def test_where_something_was_lost_once(name: str, label: str, nth: int) -> None:
    with fast_folder() as folder, undisturbed(name, folder) as play:
        numbers = [number for number, each in enumerate(play.effects, start=1) if each == label]
        kill(play, [Moment(numbers[nth - 1], "after")])


@pytest.mark.parametrize("stride", [7, 19])
def test_killed_again_and_again_it_comes_to_the_end(stride: int) -> None:
    with fast_folder() as folder, undisturbed("a whole day", folder) as play:
        kill(play, [Moment(stride + 5 * number) for number in range(8)])

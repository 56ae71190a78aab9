"""Kills a scenario's command at a moment, lets the office go on, and compares with what would have been."""

import os
import signal
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from flexsync_cli.adapters.state import open_state
from tests.kills import commands, effects, persons, pushes, routes, words
from tests.kills.aftermath import aftermath
from tests.kills.digest import Digest, digest
from tests.kills.effects import Moment
from tests.kills.scenario import RUN, Scenario
from tests.kills.stage import Stage, stage_in

SCENARIOS: Mapping[str, Scenario] = {
    each.name: each for part in (routes, pushes, persons, commands, words) for each in part.SCENARIOS
}
ENDED = (0, 1, 2, 3, 7)  # by itself: done, with items, nothing to approve any more, by the guard, by the budget
LONG = timedelta(days=400)
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of a random name is made in it, for its owner


@dataclass
class Undisturbed:
    """How a scenario ends when it is left alone, and by which effects."""

    stage: Stage
    scenario: Scenario
    digest: Digest
    effects: Sequence[str]

    def moments(self) -> list[Moment]:
        """Before and after each of its effects."""
        sides: tuple[effects.Side, ...] = ("before", "after")
        return [Moment(number, side) for number in range(1, len(self.effects) + 1) for side in sides]

    def sample(self, count: int, seed: int) -> list[Moment]:
        """So many of them, the same for the same seed."""
        moments = self.moments()
        chosen = Random(f"{seed} {self.scenario.name}").sample(range(len(moments)), min(count, len(moments)))  # noqa: S311 - repeats
        return [moments[index] for index in sorted(chosen)]

    def label(self, moment: Moment) -> str:
        """What is about to happen, or has just happened, there."""
        return self.effects[moment.number - 1]


@dataclass
class Swept:
    """What a sweep of one scenario came to."""

    name: str
    effects: int
    killed: int
    failures: list[str] = field(default_factory=list)


@contextmanager
def undisturbed(name: str, folder: Path) -> Iterator[Undisturbed]:
    """Play it once to its end; the stage is ready to be put back."""
    scenario = SCENARIOS[name]
    with stage_in(folder) as stage:
        scenario.build(stage)
        stage.keep()
        stage.put_back()
        arguments = scenario.arguments(stage)
        ended = effects.run(["--config", str(stage.world.config), *arguments], stage.world.folder)
        assert ended.code == scenario.code, f"{name}: {(stage.world.folder / 'said.txt').read_text()}"
        left = go_on(stage, scenario, arguments, kills=0)
        yield Undisturbed(stage, scenario, left, ended.effects)


def kill(play: Undisturbed, moments: Iterable[Moment]) -> None:
    """Kill it at each of these, one after the other, and let the office go on; AssertionError where the end is another."""
    arguments, struck = _strike(play, list(moments))
    _compare(play, arguments, struck)


def kill_each(play: Undisturbed, moments: Iterable[Moment]) -> Iterator[tuple[Moment, Exception]]:
    """Kill it at one after the other, each time from the beginning; those after which the end is another, and why.

    Nothing takes place between the moment after an effect and the one before the next. Where the second kill is seen to have
    left the very same as the first, what follows is played once for both.
    """
    last: Moment | None = None
    left = ""
    for moment in moments:
        try:
            arguments, _ = _strike(play, [moment])
            before, left = left, aftermath(play.stage)
            played = moment.is_next_to(last) and left == before
            last = moment
            if not played:
                _compare(play, arguments, kills=1)
        except Exception as error:  # noqa: BLE001 - the others are tried as well
            yield moment, error


def _strike(play: Undisturbed, kills: Sequence[Moment]) -> tuple[Sequence[str], int]:
    """Start from the beginning and kill it at these; the command, and how often it was killed.

    One that was killed before has less left to do, and may end before the next moment; but it is killed more than once.
    """
    stage = play.stage
    stage.put_back()
    command = play.scenario.arguments(stage)
    arguments = ["--config", str(stage.world.config), *command]
    codes = [effects.run(arguments, stage.world.folder, moment).code for moment in kills]
    struck = codes.count(-signal.SIGKILL)
    assert struck >= min(len(kills), 2), f"it was to be killed, and ended with {codes}"
    return command, struck


def _compare(play: Undisturbed, arguments: Sequence[str], kills: int) -> None:
    """Let the office go on, and see that it ends as it would have."""
    settings = deepcopy(play.stage.world.settings)
    try:
        left = go_on(play.stage, play.scenario, arguments, kills)
    finally:
        play.stage.world.settings = settings
    found = play.digest.differences(left)
    assert not found, _told(found)


def go_on(stage: Stage, scenario: Scenario, arguments: Sequence[str], kills: int) -> Digest:
    """The command again, then the run after it, and one more, which has nothing left to do."""
    result = stage.world.run(*arguments)
    assert result.code in ENDED, f"again: {result.code}: {result.err}"
    if scenario.day_after is not None:
        scenario.day_after(stage)
    for _ in range(2):
        writes = len(stage.world.flexmail.writes)
        result = stage.world.run(*RUN)
        assert result.code in ENDED, f"the run after: {result.code}: {result.err}"
    assert result.code == scenario.code_after, f"the last run: {result.code}: {result.err}"
    again = [call.operation for call in stage.world.flexmail.writes[writes:]]
    assert not again, f"the last run wrote: {again}"
    _check_mails(stage, kills)
    _check_ledger(stage, kills)
    return digest(stage)


def _check_mails(stage: Stage, kills: int) -> None:
    ids = Counter(str(mail["Message-ID"]) for mail in stage.mails())
    assert ids.total() - len(ids) <= kills, "a mail came twice that was not handed over as the process died"


def _check_ledger(stage: Stage, kills: int) -> None:
    path = stage.world.folder / "state.db"
    if not path.exists():
        return
    with closing(open_state(path)) as state:
        began = stage.began
        noted = state.ledger.count(began, datetime.now(UTC) + LONG)
    made = len(stage.world.flexmail.calls)
    assert 0 <= noted - made <= kills, f"the ledger has {noted} calls, Flexmail {made}"


def _told(found: Mapping[str, Any]) -> str:
    return "; ".join(f"{part}: {_difference(difference)}" for part, difference in found.items())


def _difference(difference: Any) -> str:
    if not isinstance(difference, tuple):
        return repr(difference)
    expected, found = difference
    if isinstance(expected, list) and isinstance(found, list):
        missing, more = [each for each in expected if each not in found], [each for each in found if each not in expected]
        return f"missing {missing!r}, too many {more!r}"
    return f"expected {expected!r}, found {found!r}"


@contextmanager
def fast_folder() -> Iterator[Path]:
    """In memory where the system has such a place: a process that is killed takes nothing along that it had written."""
    place = MEMORY if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) else None
    with TemporaryDirectory(dir=place, prefix="flexsync-kills-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def sweep(name: str, sample: int = 0, seed: int = 0) -> Swept:
    """Kill it everywhere, or at a sample of the moments; nothing is raised."""
    with fast_folder() as folder, undisturbed(name, folder) as play:
        moments = play.sample(sample, seed) if sample else play.moments()
        swept = Swept(name, len(play.effects), len(moments))
        for moment, error in kill_each(play, moments):
            said = str(error) if isinstance(error, AssertionError) else "".join(traceback.format_exception(error, limit=-2))
            swept.failures.append(f"{name}: killed {moment} ({play.label(moment)}): {said}")
        return swept

"""Tells the stories: runs each scenario's command beside the naive client, and makes a row of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from benchmarks.naive import MOST, Naive, NaiveClient, rule
from benchmarks.office import EACH, Office, address, interests_of, office
from benchmarks.process import Spent
from benchmarks.row import Row
from benchmarks.scenarios import HOUR, READING, Scenario, Story, begin

Wanted = Callable[[str], bool]


def rows(story: Story, size: int, wanted: Wanted, *, counts_only: bool = False) -> Iterator[Row]:
    """Tell a story at that size, as far as the last scenario that is wanted; the others just happen.

    `counts_only`: quickly, in one process, and the naive client's numbers from its rule.
    """
    names = [each.name for each in story.scenarios]
    last = max((place for place, name in enumerate(names) if wanted(name)), default=-1)
    if last < 0 or size > story.most:
        return
    most = 0 if counts_only else MOST
    with office(size, soap=story.soap, kept=counts_only) as told, _beside(story, told, most) as naive:
        begin(story, told)
        for scenario in story.scenarios[: last + 1]:
            told.clock.sleep(HOUR.total_seconds())
            scenario.prepare(told)
            spent = _spend(told, scenario)
            spent = spent.counted() if counts_only else spent
            if wanted(scenario.name):
                yield Row(scenario.name, size, spent, scenario.floor(size), naive() if scenario.arguments else None)


def _spend(told: Office, scenario: Scenario) -> Spent:
    if scenario.arguments != READING:
        return told.spend(*scenario.arguments)
    with told.process() as process:
        return process.read_both_sides()


@contextmanager
def _beside(story: Story, told: Office, most: int) -> Iterator[Callable[[], Naive]]:
    """The naive client over the same office and an account of its own, where that is not too long to wait for."""
    computed = rule(told.size, told.size * EACH if story.interests else 0)
    if computed.calls > most:
        yield lambda: computed
        return
    interests = {address(number): interests_of(number) for number in range(1, told.size + 1)} if story.interests else {}
    with NaiveClient(told.people() if story.in_flexmail else ()) as client:
        yield lambda: client.send(told.people(), interests)

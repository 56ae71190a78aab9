"""The scenarios: what happens to an office, in that order, and which command is measured after it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from benchmarks import floor
from benchmarks.office import EACH, INTERESTS, Office
from flexsync_cli.sandbox.model import FieldType

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PUSH = ("push", "--json")
RUN = ("run", "--json")
READING: tuple[str, ...] = ()  # no command: both sides are read, and that is all

Prepare = Callable[[Office], None]


@dataclass(frozen=True, slots=True)
class Scenario:
    """`floor` tells the fewest calls for so many relations; `prepare` is what happens in the hour before the command."""

    name: str
    arguments: tuple[str, ...]
    floor: Callable[[int], int]
    prepare: Prepare = lambda _office: None


@dataclass(frozen=True, slots=True)
class Story:
    """An office from its first command on; `interests` says where they are; `most` is the largest office it is told of."""

    scenarios: Sequence[Scenario]
    in_flexmail: bool = True
    soap: bool = True
    interests: Literal["", "in Admin", "on both sides", "as a field"] = ""
    most: int = 100_000


def _settle(office: Office) -> None:
    """The first whole run, which has more to read than those that follow."""
    office.spend(*RUN)
    _pass(office, HOUR)


def _known(office: Office) -> None:
    """Everybody is linked, without interests."""
    office.spend("push", "--no-interests", "--json")
    _pass(office, HOUR)


def _change(count: Callable[[int], int]) -> Prepare:
    """So many relations get another name."""

    def change(office: Office) -> None:
        office.world.sql("UPDATE CUSTOMER SET NAME = NAME || ' bis' WHERE CUSTOMER_ID <= :count", count=count(office.size))

    return change


def _move(office: Office) -> None:
    """Ten relations get another address."""
    office.world.sql("UPDATE CUSTOMER SET EMAIL = 'new.' || EMAIL WHERE CUSTOMER_ID <= 10")


def _sleep_a_day(office: Office) -> None:
    _pass(office, DAY)


def _campaign(office: Office) -> None:
    """It went out yesterday, and was seen; everything else is as it was."""
    office.world.flexmail.send_campaign("Newsletter")
    _pass(office, HOUR)
    office.spend(*RUN)
    _pass(office, 20 * HOUR)


def _pass(office: Office, time: timedelta) -> None:
    office.clock.sleep(time.total_seconds())


def _one_percent(relations: int) -> int:
    return relations // 100


_OFFICE = Story(
    (
        Scenario("first push", PUSH, floor.first_push),
        Scenario("quiet run", RUN, lambda _: floor.run(), _settle),
        Scenario("50 changed", RUN, lambda _: floor.run() + floor.changed(50), _change(lambda _: 50)),
        Scenario("1 % changed", RUN, lambda n: floor.run() + floor.changed(_one_percent(n)), _change(_one_percent)),
        Scenario("10 addresses changed", RUN, lambda _: floor.run() + 10, _move),
        Scenario("reconcile", RUN, lambda n: floor.run() + floor.reconciled(n), _sleep_a_day),
        Scenario("campaign yesterday", RUN, lambda _: floor.run(campaigns=1), _campaign),
    ),
    in_flexmail=False,
)
_ADOPTED = Story(
    (
        Scenario("adoption, both alike", PUSH, floor.listing),
        Scenario("nothing changed, no SOAP", PUSH, floor.listing),
        Scenario("reading both sides", READING, floor.listing),
    ),
    soap=False,
)
_INTERESTS = Story(
    (
        Scenario(
            "interests, both alike",
            PUSH,
            lambda n: floor.listing(n) + 1 + len(INTERESTS) * floor.listing(n * EACH // len(INTERESTS)),
        ),
        Scenario("interests, quiet", RUN, lambda _: floor.run(), _settle),
    ),
    interests="on both sides",
)
# At a call an interest, giving them to more people than this takes longer to measure than all else together.
_GIVEN = Story(
    (Scenario("interests, first", PUSH, lambda n: floor.interests(n * EACH), _known),), interests="in Admin", most=10_000
)
_AS_FIELD = Story(
    (Scenario("first push, as field", PUSH, floor.first_push),), in_flexmail=False, interests="as a field", most=10_000
)
STORIES = (_OFFICE, _ADOPTED, _INTERESTS, _GIVEN, _AS_FIELD)


def begin(story: Story, office: Office) -> None:
    """What is there before the first command."""
    if story.in_flexmail:
        office.fill_flexmail()
    if story.interests:
        office.want_interests(given=story.interests == "on both sides")
    if story.interests == "as a field":
        office.world.flexmail.add_custom_field("crm_interests", FieldType.MULTIPLE_CHOICE, INTERESTS)
        office.world.configure(interests={"as_field": "crm_interests"})

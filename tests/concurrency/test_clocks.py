"""Runs over midnight at a month's end, over both changes of summer time, and under a clock that is set back."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from flexsync_cli.adapters.state import open_state
from flexsync_cli.domain.months import day_of, month_of
from flexsync_cli.sandbox.calls import Call
from flexsync_cli.sandbox.door import Hook
from flexsync_cli.sandbox.model import Campaign
from tests.scenarios.noes import address, flags, standing
from tests.scenarios.running import DAY, HOUR, MINUTE, NEWS, Office, communications, office_in
from tests.scenarios.world import World

MIDNIGHT = datetime(2026, 11, 30, 23, tzinfo=UTC)  # the first of December in Brussels
SPRING = datetime(2026, 3, 28, 18, tzinfo=UTC)  # the evening before an hour is left out at 01:00 UTC
AUTUMN = datetime(2026, 10, 24, 18, tzinfo=UTC)  # the evening before an hour happens twice, from 00:00 UTC
NIGHTS = pytest.mark.parametrize("evening", [SPRING, AUTUMN], ids=["spring", "autumn"])
CHANGES = pytest.mark.parametrize(
    "change", [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)], ids=["spring", "autumn"]
)
YEAR = 365 * DAY
SECOND = timedelta(seconds=1)


@pytest.fixture
def office(world: World, clock: time_machine.Traveller, no_waiting: None) -> Iterator[Office]:
    """Each call takes a second, and nothing else takes any time."""
    with office_in(world, clock) as office:
        world.flexmail.on_effect(second_each(office))
        yield office


def second_each(office: Office) -> Hook:
    """A call takes a second, of which its answer is the end."""

    def pass_time(moment: str, _call: Call) -> None:
        if moment == "after":
            office.clock.shift(SECOND)

    return pass_time


def begin(office: Office, at: datetime, relations: int = 6) -> Campaign:
    """So many are mailed since two days before that moment, and a campaign goes out an hour before it."""
    office.clock.move_to(at - 2 * DAY)
    office.world.relations(relations)
    office.run()
    office.clock.move_to(at - HOUR)
    campaign = office.world.flexmail.send_campaign("Newsletter")
    office.clock.move_to(at)
    office.box.mails.clear()
    office.world.flexmail.reset_calls()
    return campaign


@contextmanager
def at_call(office: Office, number: int, happens: Callable[[], None]) -> Iterator[list[Call]]:
    """It happens while Flexmail answers the call of that number; the calls."""
    made: list[Call] = []

    def note(moment: str, call: Call) -> None:
        if moment == "before":
            made.append(call)
            if len(made) == number:
                happens()

    office.world.flexmail.on_effect(note)
    yield made
    office.world.flexmail.clear_hooks()
    office.world.flexmail.on_effect(second_each(office))


def noted(office: Office, moment: datetime) -> int:
    """The calls of a month, as the ledger has them."""
    with closing(open_state(office.world.folder / "state.db")) as state:
        return state.ledger.count(*month_of(moment))


def something_of_everything(office: Office, campaign: Campaign) -> None:
    """Somebody opts out, two click, one is new, one leaves, one changed."""
    world = office.world
    world.flexmail.unsubscribe(address(1), campaign.id)
    for number in (2, 3):
        world.flexmail.click(address(number), campaign.id, NEWS)
    world.relation(20, address(20))
    world.untick(4)
    world.edit(5, NAME="Changed")
    office.clock.shift(MINUTE)


def assert_all_done(office: Office) -> None:
    assert office.world.active() == {address(number) for number in (2, 3, 5, 6, 20)}
    assert sorted(number for number, _ in communications(office.world)) == [2, 3]
    assert standing(office.world) >= {(address(1), "person", "event")}
    assert flags(office.world)[1] == 0


# ---- midnight at a month's end


@pytest.mark.parametrize("number", range(2, 9, 2))
def test_each_call_is_of_the_month_in_which_it_was_made(office: Office, number: int) -> None:
    something_of_everything(office, begin(office, MIDNIGHT - 5 * MINUTE))
    november = noted(office, MIDNIGHT - DAY)
    with at_call(office, number, lambda: office.clock.move_to(MIDNIGHT + timedelta(seconds=1))) as made:
        office.run()
    assert noted(office, MIDNIGHT - DAY) - november == number
    assert noted(office, MIDNIGHT + DAY) == len(made) - number
    assert_all_done(office)
    office.nothing_more()


def test_a_budget_that_is_spent_is_there_again_after_midnight(office: Office) -> None:
    something_of_everything(office, begin(office, MIDNIGHT - 5 * MINUTE))
    office.world.configure(flexmail={"calls_per_month": noted(office, MIDNIGHT - DAY) + 2})
    office.run(code=7)
    office.clock.move_to(MIDNIGHT + MINUTE)
    office.world.configure(flexmail={"calls_per_month": 100})
    office.run()
    assert_all_done(office)


def test_clicks_of_both_days_are_each_told_once(office: Office) -> None:
    campaign = begin(office, MIDNIGHT - 5 * MINUTE)
    flexmail = office.world.flexmail
    flexmail.click(address(1), campaign.id, f"{NEWS}/1")
    with at_call(office, 3, lambda: office.clock.move_to(MIDNIGHT + MINUTE)):
        office.run()
    flexmail.click(address(1), campaign.id, f"{NEWS}/2")
    office.clock.shift(MINUTE)
    office.run()
    office.clock.shift(DAY)
    office.run()
    told = office.world.sql("SELECT DATE, TEXT FROM COMMUNICATION")
    assert [text.count(f"{NEWS}/1") + text.count(f"{NEWS}/2") for _, text in told] == [1, 1]
    assert {str(day)[:10] for day, _ in told} == {"2026-11-30", "2026-12-01"}


# ---- the nights of summer time


@CHANGES
@pytest.mark.parametrize("number", range(1, 12, 2))
def test_a_run_in_whose_midst_the_clocks_are_changed(office: Office, number: int, change: datetime) -> None:
    """In the last second before it somebody clicks, in the first after it somebody opts out: each counts once, as all else."""
    campaign = begin(office, change - 5 * MINUTE, relations=8)
    flexmail = office.world.flexmail
    something_of_everything(office, campaign)

    def change_time() -> None:
        office.clock.move_to(change - SECOND)
        flexmail.click(address(6), campaign.id, NEWS)
        office.clock.move_to(change + SECOND)
        flexmail.unsubscribe(address(7), campaign.id)

    with at_call(office, number, change_time) as made:
        documents = [office.run()]
    assert len(made) >= number, "it was in the midst of the run"
    for pause in (10 * MINUTE, HOUR, DAY):
        office.clock.shift(pause)
        documents.append(office.run())
    assert sum(document.counts("opt_outs")["events"] for document in documents) == 2
    assert sum(document.counts("clicks")["clicks"] for document in documents) == 3
    assert sorted(number for number, _ in communications(office.world)) == [2, 3, 6]
    assert {who for who, flag in flags(office.world).items() if not flag} == {1, 4, 7}
    assert office.world.active() == {address(number) for number in (2, 3, 5, 6, 8, 20)}
    office.nothing_more()


@NIGHTS
def test_what_happens_in_the_night_counts_once(office: Office, evening: datetime) -> None:
    """Every twenty minutes somebody opts out, clicks or bounces; flexsync runs every hour."""
    campaign = begin(office, evening + 4 * HOUR, relations=24)
    flexmail, number = office.world.flexmail, 0
    did: dict[str, list[int]] = {"out": [], "click": [], "bounce": []}
    counted = Counter[str]()
    for _hour in range(8):
        for what in did:
            number += 1
            did[what].append(number)
            office.clock.shift(20 * MINUTE)
            match what:
                case "out":
                    flexmail.unsubscribe(address(number), campaign.id)
                case "click":
                    flexmail.click(address(number), campaign.id, f"{NEWS}/{number}")
                case "bounce":
                    flexmail.bounce(address(number), campaign.id, code="4.2.2")
        document = office.run()
        counted += Counter(events=document.counts("opt_outs")["events"], soft=document.counts("bounces")["soft"])
        counted += Counter(clicks=document.counts("clicks")["clicks"])
    office.clock.shift(DAY)
    office.run()
    assert counted == {"events": 8, "soft": 8, "clicks": 8}
    assert {who for who, flag in flags(office.world).items() if not flag} == set(did["out"])
    assert sorted(number for number, _ in communications(office.world)) == did["click"]


@NIGHTS
def test_one_mail_a_day_and_one_reading_a_day(office: Office, evening: datetime) -> None:
    """Five days of runs every four hours, with something to tell on each of them."""
    office.world.configure(summary={"when": "daily"})
    begin(office, evening)
    days, readings = Counter[str](), Counter[str]()
    for number in range(5 * 6):
        if number % 2 == 0:
            office.world.edit(6, NAME=f"Changed {number}")
        office.world.flexmail.reset_calls()
        mails, now = len(office.box.mails), datetime.now(UTC)
        office.run()
        days[day_of(now).isoformat()] += len(office.box.mails) - mails
        readings["states"] += office.world.flexmail.counts()["GetEmailAddresses"] > 0
        office.clock.shift(4 * HOUR)
    whole = sorted(days)[1:-1]
    assert [days[day] for day in whole] == [1] * len(whole)
    assert 4 <= readings["states"] <= 6


@NIGHTS
def test_a_campaign_is_followed_for_its_whole_window(office: Office, evening: datetime) -> None:
    """It begins a week before the change and ends a week after it."""
    campaign = begin(office, evening - 7 * DAY)
    last = campaign.sent_at + 14 * DAY if campaign.sent_at else evening
    for moment, link in ((last - 2 * HOUR, "late"), (last + 3 * DAY, "too late")):
        office.clock.move_to(moment)
        office.world.flexmail.click(address(1), campaign.id, f"{NEWS}/{link}")
        office.clock.shift(MINUTE)
        office.run()
        office.clock.shift(DAY)
        office.run()
    texts = " ".join(text for (text,) in office.world.sql("SELECT TEXT FROM COMMUNICATION"))
    assert texts.count(f"{NEWS}/late") == 1


# ---- a clock that is set back


@pytest.mark.parametrize("number", range(1, 9))
@pytest.mark.parametrize("back", [HOUR, DAY, YEAR], ids=["hour", "day", "year"])
def test_set_back_in_the_middle_of_a_run(office: Office, number: int, back: timedelta) -> None:
    """Ours, while Flexmail's goes on; an hour later somebody puts it right."""
    something_of_everything(office, begin(office, MIDNIGHT - 3 * DAY))
    true = datetime.now(UTC)

    def set_back() -> None:
        now = datetime.now(UTC)
        office.clock.move_to(now - back)
        office.world.flexmail.set_clock(now)

    with at_call(office, number, set_back):
        office.world.run("run")
    office.clock.move_to(true + HOUR)
    office.world.flexmail.set_clock(true + HOUR)
    office.world.run("run")
    assert_all_done(office)
    office.clock.shift(DAY)
    office.world.run("run")
    office.nothing_more()
    assert_all_done(office)


@pytest.mark.parametrize("back", [HOUR, DAY, YEAR], ids=["hour", "day", "year"])
def test_set_back_between_two_runs(office: Office, back: timedelta) -> None:
    campaign = begin(office, MIDNIGHT - 3 * DAY)
    office.run()
    true = datetime.now(UTC)
    office.clock.move_to(true - back)
    office.world.flexmail.set_clock(true)
    something_of_everything(office, campaign)
    office.world.run("run")
    assert address(1) not in office.world.active()
    assert flags(office.world)[1] == 0
    office.clock.move_to(true + HOUR)
    office.world.flexmail.set_clock(true + HOUR)
    office.world.run("run")
    assert_all_done(office)
    office.clock.shift(DAY)
    office.world.run("run")
    office.nothing_more()


# ---- a clock that was ahead


@pytest.mark.parametrize("ahead", [DAY, YEAR], ids=["day", "year"])
def test_what_a_clock_that_was_ahead_noted_keeps_nothing_from_being_read(office: Office, ahead: timedelta) -> None:
    """Ours, during one run; what is due daily is read at the first run after it, and daily from then on."""
    world = office.world
    world.with_interests()
    world.flexmail.add_interest("Btw")
    begin(office, MIDNIGHT - 3 * DAY)
    world.interest(1, "Btw")
    true = datetime.now(UTC)
    office.clock.move_to(true + ahead)
    world.flexmail.set_clock(true)
    world.run("run")
    for days in (0, 1, 2):
        office.clock.move_to(true + HOUR + days * (DAY + MINUTE))
        world.flexmail.set_clock(true + HOUR + days * (DAY + MINUTE))
        world.edit(2, NAME=f"Changed {days}")
        world.flexmail.reset_calls()
        world.run("run")
        made = world.flexmail.counts()
        assert (made["GetEmailAddresses"], made["GET /account-contact-languages"]) == (1, 1)
        assert made["GET /contacts"] == 2, "the contacts, and who has the interest"

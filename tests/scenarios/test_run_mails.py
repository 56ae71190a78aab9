"""When the summary goes, and that its numbers are those of the runs: `summary.when` from end to end."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.scenarios.noes import address
from tests.scenarios.running import DAY, HOUR, Office, begin, office_in
from tests.scenarios.world import World


@pytest.fixture
def office(world: World, clock: time_machine.Traveller) -> Iterator[Office]:
    """It is ten o'clock."""
    with office_in(world, clock) as office:
        yield office


def test_daily_is_one_mail_over_the_runs_of_a_day(office: Office) -> None:
    office.world.configure(summary={"when": "daily"})
    begin(office)
    for number in range(20, 24):
        office.world.relation(number, address(number))
        office.clock.shift(HOUR)
        office.run()
    assert office.subjects() == ["flexsync: all is well"]
    assert "1 added to Flexmail" in office.text()
    office.clock.shift(DAY)
    office.run()
    assert office.subjects() == ["flexsync: all is well"] * 2
    assert "3 added to Flexmail" in office.text()
    office.nothing_more()


def test_changes_is_a_mail_after_each_run_that_did_something(office: Office) -> None:
    begin(office)
    for number in (20, 21):
        office.world.relation(number, address(number))
        office.run()
        office.nothing_more()
    assert len(office.subjects()) == 2


def test_always_is_a_mail_after_each_run(office: Office) -> None:
    office.world.configure(summary={"when": "always"})
    begin(office)
    for _ in range(3):
        office.run()
    assert len(office.subjects()) == 3


def test_problems_is_silent_while_all_is_well(office: Office) -> None:
    office.world.configure(summary={"when": "problems"})
    begin(office)
    office.world.relation(20, address(20))
    office.run()
    assert office.subjects() == []
    office.world.relation(21, "not an address")
    office.clock.shift(DAY)
    office.run()
    assert len(office.subjects()) == 1
    assert "* 21, Peeters [new]" in office.text()
    office.nothing_more()


@pytest.mark.parametrize("when", ["daily", "changes", "problems"])
def test_a_week_without_news_is_a_sign_of_life(office: Office, when: str) -> None:
    begin(office)
    office.run()
    office.world.configure(summary={"when": when})
    office.box.mails.clear()
    for _ in range(5):
        office.clock.shift(DAY)
        office.run()
    assert office.subjects() == []
    office.clock.shift(DAY)
    office.run()
    assert office.subjects() == ["flexsync: all is well"]


def test_a_refusal_is_told_at_once_also_by_night(office: Office) -> None:
    office.world.configure(summary={"when": "daily"})
    begin(office, 60)
    office.clock.shift(16 * HOUR)
    office.box.mails.clear()
    for number in range(1, 16):
        office.world.untick(number)
    office.run(code=3)
    (subject,) = office.subjects()
    assert subject.startswith("flexsync: ")
    assert 'config.toml" approve ' in office.text().replace("\n", " ")
    office.nothing_more(code=3)


def test_the_first_mail_tells_of_single_commands_before_it(office: Office) -> None:
    office.world.relations(2)
    office.world.push()
    office.clock.shift(HOUR)

    office.run()

    assert "2 added to Flexmail" in office.text()


def test_who_is_kept_is_not_called_unsubscribed(office: Office) -> None:
    office.world.configure(summary={"when": "changes"}, sync={"on_leave": "keep"})
    begin(office)
    office.world.untick(2)
    office.run()
    assert "1 no longer ticked in Admin; they stay subscribed in Flexmail" in office.text()
    assert "unsubscribed, because" not in office.text()
    office.nothing_more()

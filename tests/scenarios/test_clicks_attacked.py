"""No click is lost, whatever keeps a campaign from being read."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.scenarios.noes import address
from tests.scenarios.running import DAY, HOUR, NEWS, Office, begin, communications, office_in
from tests.scenarios.world import World


@pytest.fixture
def office(world: World, clock: time_machine.Traveller, no_waiting: None) -> Iterator[Office]:
    """Who waits before he calls again waits no time."""
    with office_in(world, clock) as office:
        yield office


def told(office: Office) -> list[int]:
    """The relations whose clicks are in Admin."""
    return sorted(relation for relation, _ in communications(office.world))


def test_a_campaign_of_which_flexmail_can_not_tell_keeps_no_other_from_being_read(office: Office) -> None:
    world = office.world
    first, others = begin(office), [world.flexmail.send_campaign(f"Newsletter {number}") for number in (2, 3)]
    for number, campaign in enumerate([first, *others], 1):
        world.flexmail.click(address(number), campaign.id, NEWS)
    world.flexmail.fault("status", "GetCampaignHistory", 4)
    assert "503" in office.run(code=4).step("clicks")["error"]
    assert told(office) == [2, 3]
    office.clock.shift(20 * DAY)
    office.run()
    assert told(office) == [1, 2, 3]


def test_an_outage_is_not_asked_for_every_campaign(office: Office) -> None:
    begin(office)
    for number in range(2, 9):
        office.world.flexmail.send_campaign(f"Newsletter {number}")
    office.world.flexmail.fault("status", "GetCampaignHistory", None)
    office.run(code=4)
    assert office.world.flexmail.counts()["GetCampaignHistory"] == 3 * 4


def test_clicks_that_the_budget_cut_are_told_when_there_is_one_again_though_their_time_is_over(office: Office) -> None:
    campaign = begin(office)
    office.run()
    office.world.flexmail.click(address(1), campaign.id, NEWS)
    office.world.configure(flexmail={"calls_per_month": 1})
    for _ in range(3):
        office.clock.shift(6 * DAY + HOUR)
        office.run(code=7)
    assert told(office) == []
    office.clock.shift(10 * DAY)  # another month
    office.world.configure(flexmail={"calls_per_month": 100})
    office.run()
    assert told(office) == [1]
    office.nothing_more()

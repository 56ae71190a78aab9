"""A state that is lost or old, an Admin that was restored: nobody who is out comes back, nothing is written again."""

from collections.abc import Iterator
from shutil import copyfile

import pytest
import time_machine

from flexsync_cli.sandbox.model import Campaign
from tests.scenarios.noes import address, unticked
from tests.scenarios.running import DAY, HOUR, NEWS, Office, admin, begin, communications, office_in
from tests.scenarios.world import World

OUT = {address(number) for number in (1, 2, 3, 4)}


@pytest.fixture
def office(world: World, clock: time_machine.Traveller) -> Iterator[Office]:
    """Twelve relations: one unsubscribed, one complained, one was blacklisted, one bounced; two clicked."""
    with office_in(world, clock) as office:
        yield office


def happen(office: Office) -> None:
    """A campaign goes out, and what it brings is written."""
    react(office, begin(office, 12))


def react(office: Office, campaign: Campaign) -> None:
    """Persons do this and that, and runs write it down."""
    flexmail = office.world.flexmail
    flexmail.unsubscribe(address(1), campaign.id)
    flexmail.complain(address(2), campaign.id)
    flexmail.bounce(address(4), campaign.id, code="5.1.1")
    for number in (5, 6):
        flexmail.click(address(number), campaign.id, NEWS)
    office.run()
    flexmail.blacklist(address(3))
    office.clock.shift(DAY)
    office.run()
    assert unticked(office.world) == {1, 2, 3}
    assert len(communications(office.world)) == 2
    assert sum("came back" in subject for subject in office.subjects()) == 1


def still(office: Office) -> None:
    """Nobody is back, no communication twice, no second mail about a bounce; and once more nothing."""
    assert not OUT & office.world.active()
    assert len(communications(office.world)) == 2
    assert sum("came back" in subject for subject in office.subjects()) == 1
    office.nothing_more()
    office.clock.shift(DAY)
    office.run()
    assert not OUT & office.world.active()
    assert len(communications(office.world)) == 2


@pytest.mark.parametrize("reference", [True, False])
def test_a_lost_state(office: Office, reference: bool) -> None:
    if not reference:
        del office.world.settings["admin"]["communications"]["reference"]
    happen(office)
    before = admin(office.world)
    office.world.forget_state()
    office.clock.shift(HOUR)
    office.run()
    assert admin(office.world) == before
    still(office)


def test_a_lost_state_with_everybody_ticked_again(office: Office) -> None:
    happen(office)
    office.world.forget_state()
    office.world.sql("UPDATE CUSTOMER_PERMANENT SET NEWSLETTER = 1")
    office.clock.shift(HOUR)
    result = office.world.run("run", "--json")
    assert result.code == 0, result.out
    assert not OUT & office.world.active()
    assert {1} <= unticked(office.world)
    still(office)


def test_a_restored_admin(office: Office) -> None:
    database = office.world.folder / "admin.db"
    campaign = begin(office, 12)
    copyfile(database, database.with_suffix(".old"))
    react(office, campaign)
    office.world.engine.dispose()
    copyfile(database.with_suffix(".old"), database)
    assert unticked(office.world) == set()
    office.clock.shift(HOUR)
    office.run()
    assert not OUT & office.world.active()
    assert communications(office.world) == []
    office.nothing_more()
    office.clock.shift(DAY)
    office.run()
    assert not OUT & office.world.active()


def test_an_old_state_beside_the_present_admin(office: Office) -> None:
    state = office.world.folder / "state.db"
    campaign = begin(office, 12)
    copyfile(state, state.with_suffix(".old"))
    react(office, campaign)
    before = admin(office.world)
    office.world.forget_state()
    copyfile(state.with_suffix(".old"), state)
    office.clock.shift(HOUR)
    office.run()
    assert not OUT & office.world.active()
    assert admin(office.world) == before
    assert len(communications(office.world)) == 2

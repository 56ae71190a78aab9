"""`sync.mode = "observe"`, the shadow period beside an old system: everything is read and told, nothing is written."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.scenarios.noes import address, standing, unticked
from tests.scenarios.running import DAY, HOUR, NEWS, Office, admin, begin, communications, office_in
from tests.scenarios.world import World


@pytest.fixture
def office(world: World, clock: time_machine.Traveller) -> Iterator[Office]:
    """It observes from the first run on; the old system has put eight of its relations into Flexmail."""
    with office_in(world, clock) as office:
        world.configure(sync={"mode": "observe"})
        for number in range(1, 9):
            world.flexmail.add_contact(address(number), name=f"Name {number}", language="nl", source="Admin")
        world.flexmail.reset_calls()
        yield office


def happen(office: Office) -> None:
    """The old system's relations react, and the office works in Admin."""
    campaign = begin(office, 8)
    office.world.flexmail.unsubscribe(address(1), campaign.id)
    office.world.flexmail.click(address(2), campaign.id, NEWS)
    office.world.flexmail.bounce(address(3), campaign.id, code="4.2.2")
    office.world.relation(20, address(20))
    office.world.untick(4)
    office.world.edit(5, NAME="Changed")


def test_it_tells_what_it_would_do_and_writes_nothing(office: Office) -> None:
    happen(office)
    before = admin(office.world)
    done = office.run()
    assert (done.counts("push")["created"], done.counts("push")["updated"], done.counts("push")["left"]) == (1, 1, 1)
    assert done.counts("opt_outs")["unticked"] == done.counts("clicks")["communications"] == 1
    assert admin(office.world) == before
    assert office.world.flexmail.writes == []
    (subject,) = office.subjects()
    assert subject == "flexsync: all is well (trial)"
    for number in (20, 5, 4, 1):  # created, updated, left, unticked
        assert f"({number})" in office.text()
    office.clock.shift(HOUR)
    office.run()
    assert admin(office.world) == before
    assert office.world.flexmail.writes == []


def test_who_is_out_meanwhile_is_unticked_at_the_first_run_in_sync(office: Office) -> None:
    happen(office)
    office.run()
    assert standing(office.world) == {(address(1), "person", "event")}
    assert unticked(office.world) == {4}
    office.world.configure(sync={"mode": "sync"})
    office.clock.shift(5 * HOUR)
    office.run()
    assert unticked(office.world) == {1, 4}
    assert communications(office.world) == []
    assert office.world.active() == {address(number) for number in (2, 3, 5, 6, 7, 8, 20)}
    assert not any("came back" in subject for subject in office.subjects())
    office.nothing_more()
    office.clock.shift(2 * DAY)
    office.nothing_more()


def test_opt_ins_of_the_shadow_period_are_never_written_later(office: Office) -> None:
    office.world.configure(sync={"opt_in": True}, **{"opt_in.values": {"CRM_TYPE": 8}})
    happen(office)
    office.world.flexmail.opt_in("new@example.be", {"name": "Janssens"})
    seen = office.run()
    assert seen.counts("contacts")["added"] == 1
    office.world.configure(sync={"mode": "sync"})
    office.clock.shift(HOUR)
    office.run()
    assert office.world.sql("SELECT COUNT(*) FROM CUSTOMER WHERE EMAIL = 'new@example.be'")[0][0] == 0
    office.nothing_more()

"""Bounces: counted once a contact, campaign and kind; a wrong address may untick, guarded."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from flexsync_cli.adapters.state import open_state
from flexsync_cli.domain.model import OutKind
from flexsync_cli.sandbox.model import Campaign
from tests.scenarios.habits import links, plans
from tests.scenarios.world import World

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MORNING = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture
def clock(clock: time_machine.Traveller) -> time_machine.Traveller:
    """Starts on a Monday morning."""
    clock.move_to(MORNING)
    return clock


@pytest.fixture
def office(world: World, clock: time_machine.Traveller) -> World:
    """Two relations in Flexmail, and bounces known from now on."""
    world.with_soap()
    world.configure(bounces={"notify": "secretariaat@kantoor-voorbeeld.be"})
    world.relation(1, "an@example.be")
    world.relation(2, "bert@example.be")
    assert world.push().code == 0
    assert pull(world) == {}
    clock.shift(HOUR)
    return world


def pull(world: World, *arguments: str, code: int = 0) -> dict[str, int]:
    """`bounces`; the counts that are not 0."""
    result = world.run("bounces", "--json", *arguments)
    assert result.code == code, result.err + result.out
    return {name: count for name, count in result.counts("bounces").items() if count}


def pull_twice(world: World, *arguments: str) -> dict[str, int]:
    """Pull, and see that nobody is told a second time."""
    counts = pull(world, *arguments)
    assert pull(world, *arguments) == {}
    return counts


def send(world: World) -> Campaign:
    """A campaign goes out now."""
    return world.flexmail.send_campaign("Nieuwsbrief november")


def outs(world: World) -> list[tuple[str, OutKind]]:
    """Who is out."""
    with closing(open_state(world.folder / "state.db")) as state:
        return [(out.address, out.kind) for out in state.outs.all() if out.ended_at is None]


@pytest.mark.parametrize(
    ("code", "kind"),
    [("5.1.1", "hard"), ("550", "hard"), ("4.2.2", "soft"), ("452", "soft"), ("", "unknown"), ("9", "unknown")],
)
def test_the_first_digit_tells(office: World, code: str, kind: str) -> None:
    office.flexmail.bounce("an@example.be", send(office).id, code)
    assert pull_twice(office) == {kind: 1, "notified": 1}


def test_never_the_same_contact_campaign_and_kind_twice(office: World, clock: time_machine.Traveller) -> None:
    campaign = send(office)
    office.flexmail.bounce("an@example.be", campaign.id, "4.2.2")
    assert pull_twice(office) == {"soft": 1, "notified": 1}
    clock.shift(30 * DAY)
    office.flexmail.bounce("an@example.be", campaign.id, "4.4.7")
    assert pull_twice(office) == {}
    office.flexmail.bounce("an@example.be", campaign.id, "5.2.1")
    assert pull_twice(office) == {"hard": 1, "notified": 1}
    office.flexmail.bounce("bert@example.be", campaign.id, "4.2.2")
    office.flexmail.bounce("bert@example.be", send(office).id, "4.2.2")
    assert pull_twice(office) == {"soft": 2, "notified": 2}


def test_bounces_begin_now_unless_earlier_ones_are_asked_for(world: World, clock: time_machine.Traveller) -> None:
    world.with_soap()
    world.relation(1, "an@example.be")
    world.push()
    world.flexmail.bounce("an@example.be", send(world).id)
    clock.shift(HOUR)
    assert pull_twice(world) == {}
    world.forget_state()
    clock.shift(30 * DAY)
    assert pull_twice(world, "--since", "2026-11-01") == {"hard": 1}


def test_a_lost_state_tells_nobody_again(office: World) -> None:
    office.flexmail.bounce("an@example.be", send(office).id)
    assert pull_twice(office) == {"hard": 1, "notified": 1}
    office.forget_state()
    assert pull_twice(office) == {}


def test_observing_counts_as_seen(office: World) -> None:
    office.configure(sync={"mode": "observe"})
    office.flexmail.bounce("an@example.be", send(office).id)
    assert pull_twice(office) == {"hard": 1, "notified": 1}
    office.configure(sync={"mode": "sync"})
    assert pull_twice(office) == {}


def test_a_dry_run_leaves_it_to_the_run(office: World) -> None:
    office.flexmail.bounce("an@example.be", send(office).id)
    assert pull(office, "--dry-run") == {"hard": 1, "notified": 1}
    assert pull_twice(office) == {"hard": 1, "notified": 1}


def test_nobody_to_tell_is_counted_as_told(office: World) -> None:
    del office.settings["bounces"]
    office.flexmail.bounce("an@example.be", send(office).id)
    assert pull_twice(office) == {"hard": 1}


def test_without_unticking_admin_is_left_as_it_is(office: World) -> None:
    office.flexmail.bounce("an@example.be", send(office).id, "5.1.2")
    pull_twice(office)
    assert office.is_ticked(1)
    assert outs(office) == []


def test_a_wrong_address_unticks_every_relation_that_has_it(office: World) -> None:
    office.relation(3, "an@example.be")
    office.configure(bounces={"untick": "hard"})
    office.flexmail.bounce("an@example.be", send(office).id, "5.1.1")
    assert pull_twice(office) == {"hard": 1, "notified": 1, "unticked": 2}
    assert [office.is_ticked(number) for number in (1, 2, 3)] == [False, True, False]
    assert outs(office) == [("an@example.be", OutKind.UNDELIVERABLE)]
    assert links(office) == {"2": "bert@example.be"}


def refused(world: World) -> str:
    """The plan of a push that is refused."""
    plan_id: str = world.push().step("push")["plan_id"]
    return plan_id


@pytest.mark.parametrize("code", ["5.2.2", "550", "4.1.1", ""])
def test_only_a_wrong_address_unticks(office: World, code: str) -> None:
    office.configure(bounces={"untick": "hard"})
    office.flexmail.bounce("an@example.be", send(office).id, code)
    assert "unticked" not in pull_twice(office)
    assert office.is_ticked(1)


def test_a_mended_address_is_a_new_contact(office: World) -> None:
    office.configure(bounces={"untick": "hard"})
    office.flexmail.bounce("an@example.be", send(office).id, "5.1.1")
    pull_twice(office)
    office.edit(1, EMAIL="an.peeters@example.be")
    office.tick(1)
    assert office.push().counts()["created"] == 1
    assert office.push().counts()["unchanged"] == 2
    assert "an.peeters@example.be" in office.active()


def test_too_many_wrong_addresses_wait_for_approval(office: World) -> None:
    office.configure(bounces={"untick": "hard"}, guard={"count": 5})
    office.relations(20, first=10)
    assert office.run("approve", refused(office)).code == 0
    campaign = send(office)
    for number in range(10, 25):
        office.flexmail.bounce(f"relation{number}@example.be", campaign.id, "5.1.1")
    assert pull(office, code=3) == {"hard": 15, "notified": 15}
    assert all(office.is_ticked(number) for number in range(10, 25))
    (plan,) = plans(office)
    assert plan.refusal.people == 15
    assert office.run("approve", plan.id).code == 0
    assert not any(office.is_ticked(number) for number in range(10, 25))
    assert pull_twice(office) == {}


def test_a_blacklisted_address_is_undeliverable_where_its_bounce_is_known(office: World, clock: time_machine.Traveller) -> None:
    office.flexmail.bounce("an@example.be", send(office).id, "5.1.1")
    clock.shift(DAY)
    result = office.run("run", "--json")
    assert outs(office) == [("an@example.be", OutKind.UNDELIVERABLE)]
    assert office.is_ticked(1)
    assert result.counts("bounces")["hard"] == 1
    assert office.flexmail.counts()["GetBounces"] == 2


def test_a_wrong_address_that_was_first_seen_by_its_state_unticks_too(office: World, clock: time_machine.Traveller) -> None:
    """Once a day the states are read before the bounces."""
    office.configure(bounces={"untick": "hard"})
    office.flexmail.bounce("an@example.be", send(office).id, "5.1.1")
    clock.shift(DAY)
    assert office.run("run", "--json").counts("bounces")["unticked"] == 1
    assert not office.is_ticked(1)
    assert outs(office) == [("an@example.be", OutKind.UNDELIVERABLE)]
    office.tick(1)
    assert office.push().counts()["out"] == 1
    assert office.is_ticked(1), "a tick after it is a to-do"


def test_with_soap_down_the_watermark_stays(office: World) -> None:
    office.flexmail.bounce("an@example.be", send(office).id)
    office.flexmail.fault("status", "GetBounces", status=403)
    assert pull(office, code=4) == {}
    assert pull_twice(office) == {"hard": 1, "notified": 1}


def test_two_hours_late_and_at_the_very_second(office: World, clock: time_machine.Traveller) -> None:
    campaign = send(office)
    office.flexmail.bounce("an@example.be", campaign.id, "4.2.2", at=datetime.now(UTC))
    assert pull_twice(office) == {"soft": 1, "notified": 1}
    clock.shift(2 * HOUR)
    pull_twice(office)
    office.flexmail.bounce("bert@example.be", campaign.id, "4.2.2", at=datetime.now(UTC) - 2 * HOUR)
    assert pull_twice(office) == {"soft": 1, "notified": 1}


def test_a_clock_that_was_once_wrong(office: World, clock: time_machine.Traveller) -> None:
    """Ours alone: Flexmail's goes on as it was."""
    campaign = send(office)
    office.flexmail.bounce("an@example.be", campaign.id, "4.2.2")
    right = datetime.now(UTC)
    clock.move_to(right + 300 * DAY)
    office.flexmail.set_clock(right)
    assert pull(office) == {"soft": 1, "notified": 1}
    clock.move_to(right)
    office.flexmail.set_clock(right)
    office.flexmail.bounce("bert@example.be", campaign.id, "4.2.2")
    assert pull_twice(office) == {"soft": 1, "notified": 1}


def test_without_a_soap_token_it_says_so(world: World, tmp_path: Path) -> None:
    result = world.run("bounces", "--json")
    assert result.code == 2
    assert "flexmail.soap_token" in result.step("bounces")["error"]

"""Clicks become communications: one at first sight, one more when the day is over, and never again."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copyfile

import pytest
import time_machine

from flexsync_cli.sandbox.model import Campaign
from tests.scenarios.world import Result, World

# A Monday morning in winter: 10:00 in Brussels.
MORNING = datetime(2026, 11, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NEWS = "https://kantoor-voorbeeld.be/nieuws"
TAX = "https://kantoor-voorbeeld.be/btw"
PAY = "https://kantoor-voorbeeld.be/loon"


@pytest.fixture
def clock(clock: time_machine.Traveller) -> time_machine.Traveller:
    """Starts on a Monday morning."""
    clock.move_to(MORNING)
    return clock


@pytest.fixture
def office(world: World, clock: time_machine.Traveller) -> World:
    """Two relations in Flexmail, and clicks known from now on."""
    world.with_soap()
    world.with_communications()
    world.relation(1, "an@example.be")
    world.relation(2, "bert@example.be")
    assert world.push().code == 0
    assert pull(world) == {}
    clock.shift(HOUR)
    return world


def pull(world: World, *arguments: str, code: int = 0) -> dict[str, int]:
    """`pull-clicks`; the counts that are not 0."""
    result = world.run("pull-clicks", "--json", *arguments)
    assert result.code == code, result.err + result.out
    return {name: count for name, count in result.counts("clicks").items() if count}


def pull_twice(world: World, *arguments: str) -> dict[str, int]:
    """Pull, and see that a second time finds nothing to write."""
    counts = pull(world, *arguments)
    before = communications(world)
    again = pull(world, *arguments)
    assert "communications" not in again
    assert communications(world) == before
    return counts


def communications(world: World) -> list[tuple[int, str, str]]:
    """Relation, day and subject of each, in the order they were written."""
    rows = world.sql("SELECT CUSTOMER_ID, DATE, SUBJECT FROM COMMUNICATION ORDER BY ID")
    return [(row[0], row[1], row[2]) for row in rows]


def texts(world: World) -> list[str]:
    """What they say."""
    return [row[0] for row in world.sql("SELECT TEXT FROM COMMUNICATION ORDER BY ID")]


def send(world: World, name: str = "Nieuwsbrief november") -> Campaign:
    """A campaign goes out now."""
    return world.flexmail.send_campaign(name)


def calls(world: World) -> dict[str, int]:
    """The SOAP calls since the last reset."""
    return {name: count for name, count in world.flexmail.counts().items() if name.startswith("Get")}


def test_a_click_becomes_a_communication_of_its_relation(office: World) -> None:
    campaign = send(office)
    office.flexmail.click("an@example.be", campaign.id, NEWS)
    assert pull_twice(office) == {"clicks": 1, "communications": 1}
    assert communications(office) == [(1, "2026-11-02", f'Flexmail {campaign.id}: geklikt in "Nieuwsbrief november"')]
    assert texts(office) == [
        f'Geklikt in "Nieuwsbrief november" (Flexmail-campagne {campaign.id}) op 02/11/2026:\n11:00 {NEWS}'
    ]
    assert office.sql("SELECT TYPE, REFERENCE FROM COMMUNICATION")[0][0] == "Flexmail"


def test_more_of_a_day_is_one_more_communication_when_the_day_is_over(office: World, clock: time_machine.Traveller) -> None:
    campaign = send(office)
    office.flexmail.click("an@example.be", campaign.id, NEWS)
    assert pull_twice(office) == {"clicks": 1, "communications": 1}
    for url in (TAX, PAY):
        clock.shift(HOUR)
        office.flexmail.click("an@example.be", campaign.id, url)
        assert pull_twice(office) == {"clicks": 1}
    clock.shift(DAY)
    assert pull_twice(office) == {"communications": 1}
    assert [subject for _, _, subject in communications(office)] == [
        f'Flexmail {campaign.id}: geklikt in "Nieuwsbrief november"',
        f'Flexmail {campaign.id} (vervolg): geklikt in "Nieuwsbrief november"',
    ]
    assert [day for _, day, _ in communications(office)] == ["2026-11-02", "2026-11-02"]
    assert TAX in texts(office)[1]
    assert PAY in texts(office)[1]
    assert NEWS not in texts(office)[1]


def test_another_day_is_another_communication(office: World, clock: time_machine.Traveller) -> None:
    campaign = send(office)
    office.flexmail.click("an@example.be", campaign.id, NEWS)
    assert pull_twice(office) == {"clicks": 1, "communications": 1}
    clock.shift(DAY)
    office.flexmail.click("an@example.be", campaign.id, NEWS)
    assert pull_twice(office) == {"clicks": 1, "communications": 1}
    assert [day for _, day, _ in communications(office)] == ["2026-11-02", "2026-11-03"]


def test_the_texts_are_in_the_language_of_the_summary(office: World) -> None:
    office.configure(summary={"language": "fr"})
    campaign = send(office)
    office.flexmail.click("an@example.be", campaign.id, NEWS)
    pull_twice(office)
    assert communications(office)[0][2] == f"Flexmail {campaign.id} : clic dans « Nieuwsbrief november »"


def test_a_shared_address_clicks_for_its_holder(office: World, clock: time_machine.Traveller) -> None:
    office.relation(3, "an@example.be")
    assert office.push().code == 0
    campaign = send(office)
    office.flexmail.click("an@example.be", campaign.id, NEWS)
    assert pull_twice(office) == {"clicks": 1, "communications": 1}
    assert [row[0] for row in communications(office)] == [1]


def test_who_changed_address_is_known_by_the_contact(office: World) -> None:
    campaign = send(office)
    office.flexmail.click("an@example.be", campaign.id, NEWS)
    office.edit(1, EMAIL="an.peeters@example.be")
    assert office.push().code == 0
    assert pull_twice(office) == {"clicks": 1, "communications": 1}
    assert [row[0] for row in communications(office)] == [1]


def test_nobody_in_admin_is_counted_only(office: World) -> None:
    office.flexmail.add_contact("vreemde@example.be")
    campaign = send(office)
    office.flexmail.click("vreemde@example.be", campaign.id, NEWS)
    assert pull_twice(office) == {"clicks": 1, "unmatched": 1}
    assert communications(office) == []


SCANNERS = {
    "mark": ({"clicks": 3, "scanners": 3, "communications": 1}, True),
    "skip": ({"clicks": 3, "scanners": 3}, None),
    "keep": ({"clicks": 3, "communications": 1}, False),
}


@pytest.mark.parametrize("setting", SCANNERS)
def test_a_scanner_opens_all_links_at_once(office: World, setting: str) -> None:
    expected, remark = SCANNERS[setting]
    office.configure(clicks={"scanners": setting})
    campaign = send(office)
    for seconds, url in enumerate((NEWS, TAX, PAY)):
        at = MORNING + HOUR + timedelta(seconds=2 * seconds)
        office.flexmail.click("an@example.be", campaign.id, url, at=at)
    assert pull_twice(office) == expected
    assert ["beveiligingsscanner" in text for text in texts(office)] == ([] if remark is None else [remark])


def test_a_quiet_run_costs_three_calls_and_with_a_campaign_of_yesterday_four(
    office: World, clock: time_machine.Traveller
) -> None:
    office.configure(sync={"reconcile": "7d", "interests": False})
    office.run("run", "--json")
    for campaigns in (0, 1):
        clock.shift(DAY)
        office.flexmail.reset_calls()
        assert office.run("run", "--json").code == 0
        assert len(office.flexmail.calls) == 3 + campaigns
        send(office)


def test_a_quiet_account_costs_one_call_and_a_fresh_campaign_one_more(office: World, clock: time_machine.Traveller) -> None:
    office.flexmail.reset_calls()
    pull(office)
    assert calls(office) == {"GetCampaigns": 1}
    send(office)
    clock.shift(DAY)
    office.flexmail.reset_calls()
    pull(office)
    assert calls(office) == {"GetCampaigns": 1, "GetCampaignHistory": 1}


def test_a_campaign_is_read_every_run_at_first_then_daily_then_once_after_its_window(
    office: World, clock: time_machine.Traveller
) -> None:
    send(office)
    begin = datetime.now(UTC)
    read_at = []
    for hours in (0, 6, 47, 49, 72, 73, 14 * 24 + 1, 15 * 24 + 1):
        clock.move_to(begin + hours * HOUR)
        office.flexmail.reset_calls()
        pull(office)
        read_at += [hours] if calls(office).get("GetCampaignHistory") else []
    assert read_at == [0, 6, 47, 72, 14 * 24 + 1]


def test_a_campaign_sent_while_nobody_looked_is_read_whole(office: World, clock: time_machine.Traveller) -> None:
    campaign = send(office)
    office.flexmail.click("an@example.be", campaign.id, NEWS)
    clock.shift(20 * DAY)
    assert pull_twice(office) == {"clicks": 1, "communications": 1}
    assert communications(office)[0][1] == "2026-11-02"


def test_a_draft_and_a_test_campaign_are_not_read(office: World) -> None:
    office.flexmail.draft_campaign("Ontwerp")
    office.flexmail.send_campaign("Proef", kind="TestCampaign")
    office.flexmail.reset_calls()
    pull(office)
    assert calls(office) == {"GetCampaigns": 1}


def test_a_workflow_is_read_daily_without_end(office: World, clock: time_machine.Traveller) -> None:
    workflow = office.flexmail.send_campaign("Welkom", kind="Workflow")
    pull(office)
    clock.shift(90 * DAY)
    pull(office)
    office.flexmail.click("an@example.be", workflow.id, NEWS)
    clock.shift(HOUR)
    office.flexmail.reset_calls()
    pull(office)
    assert calls(office) == {"GetCampaigns": 1}
    clock.shift(DAY)
    assert pull_twice(office) == {"clicks": 1, "communications": 1}


def test_clicks_begin_now(world: World, clock: time_machine.Traveller) -> None:
    world.with_soap()
    world.with_communications()
    world.relation(1, "an@example.be")
    world.push()
    campaign = send(world)
    world.flexmail.click("an@example.be", campaign.id, NEWS)
    clock.shift(timedelta(minutes=1))
    assert pull_twice(world) == {}
    world.flexmail.click("an@example.be", campaign.id, TAX)
    assert pull_twice(world) == {"clicks": 1, "communications": 1}
    assert NEWS not in texts(world)[0]


def test_earlier_ones_are_there_for_the_asking(world: World, clock: time_machine.Traveller) -> None:
    world.with_soap()
    world.with_communications()
    world.relation(1, "an@example.be")
    world.push()
    campaign = send(world)
    world.flexmail.click("an@example.be", campaign.id, NEWS)
    clock.shift(3 * DAY)
    assert pull_twice(world) == {}
    assert pull_twice(world, "--since", "2026-11-01") == {"clicks": 1, "communications": 1}
    assert communications(world)[0][1] == "2026-11-02"


def test_a_lost_state_writes_nothing_again_and_goes_on(office: World, clock: time_machine.Traveller) -> None:
    campaign = send(office)
    office.flexmail.click("an@example.be", campaign.id, NEWS)
    pull_twice(office)
    office.forget_state()
    assert pull_twice(office) == {}
    clock.shift(HOUR)
    office.flexmail.click("an@example.be", campaign.id, TAX)
    assert pull_twice(office) == {"clicks": 1, "communications": 1}
    assert [NEWS in text for text in texts(office)] == [True, False]
    clock.shift(DAY)
    assert pull_twice(office) == {}


def test_a_lost_state_and_since_write_nothing_again(office: World, clock: time_machine.Traveller) -> None:
    campaign = send(office)
    clock.shift(DAY)
    office.flexmail.click("an@example.be", campaign.id, NEWS)
    pull_twice(office)
    office.forget_state()
    before = communications(office)
    pull_twice(office, "--since", "2026-11-01")
    assert communications(office) == before


def test_a_restored_state_writes_nothing_again(office: World, clock: time_machine.Traveller, tmp_path: Path) -> None:
    campaign = send(office)
    copyfile(office.folder / "state.db", tmp_path / "backup.db")
    office.flexmail.click("an@example.be", campaign.id, NEWS)
    pull_twice(office)
    clock.shift(HOUR)
    office.flexmail.click("an@example.be", campaign.id, TAX)
    pull_twice(office)
    clock.shift(DAY)
    pull_twice(office)
    before = communications(office)
    assert len(before) == 2
    office.forget_state()
    copyfile(tmp_path / "backup.db", office.folder / "state.db")
    pull_twice(office)
    clock.shift(DAY)
    pull_twice(office)
    assert communications(office) == before


def test_a_restored_admin_gets_nothing_again(office: World) -> None:
    campaign = send(office)
    office.flexmail.click("an@example.be", campaign.id, NEWS)
    pull_twice(office)
    office.sql("DELETE FROM COMMUNICATION")
    assert pull_twice(office) == {}
    assert communications(office) == []


@pytest.mark.parametrize("reference", [True, False])
def test_without_a_reference_it_is_found_by_relation_day_and_subject(office: World, reference: bool) -> None:
    if not reference:
        del office.settings["admin"]["communications"]["reference"]
    campaign = send(office)
    office.flexmail.click("an@example.be", campaign.id, NEWS)
    pull_twice(office)
    before = communications(office)
    office.forget_state()
    pull_twice(office, "--since", "2026-11-01")
    assert len(before) == 1
    assert communications(office) == before or reference


def test_observing_sees_and_never_writes(office: World, clock: time_machine.Traveller) -> None:
    office.configure(sync={"mode": "observe"})
    campaign = send(office)
    office.flexmail.click("an@example.be", campaign.id, NEWS)
    assert pull_twice_observing(office) == {"clicks": 1, "communications": 1}
    office.configure(sync={"mode": "sync"})
    assert pull_twice(office) == {}
    office.flexmail.click("an@example.be", campaign.id, TAX)
    assert pull_twice(office) == {"clicks": 1, "communications": 1}
    assert "vervolg" not in communications(office)[0][2]
    clock.shift(DAY)
    assert pull_twice(office) == {}


def pull_twice_observing(world: World) -> dict[str, int]:
    counts = pull(world)
    assert pull(world) == {}
    assert communications(world) == []
    return counts


def test_a_dry_run_counts_and_leaves_all_to_the_run(office: World) -> None:
    campaign = send(office)
    office.flexmail.click("an@example.be", campaign.id, NEWS)
    assert pull(office, "--dry-run") == {"clicks": 1, "communications": 1}
    assert communications(office) == []
    assert pull_twice(office) == {"clicks": 1, "communications": 1}


def test_a_refusing_admin_gets_it_at_the_next_run(office: World) -> None:
    campaign = send(office)
    office.flexmail.click("an@example.be", campaign.id, NEWS)
    office.sql("CREATE TRIGGER no BEFORE INSERT ON COMMUNICATION BEGIN SELECT RAISE(ABORT, 'no'); END")
    assert pull(office, code=4) == {"clicks": 1, "failed": 1}
    office.sql("DROP TRIGGER no")
    assert pull_twice(office) == {"communications": 1}


def test_one_that_admin_refuses_stops_no_other(office: World) -> None:
    campaign = send(office)
    office.flexmail.click("an@example.be", campaign.id, NEWS)
    office.flexmail.click("bert@example.be", campaign.id, NEWS, at=MORNING + HOUR + timedelta(seconds=5))
    refuse = "CREATE TRIGGER no BEFORE INSERT ON COMMUNICATION WHEN NEW.CUSTOMER_ID = 1 BEGIN SELECT RAISE(ABORT, 'no'); END"
    office.sql(refuse)
    assert pull(office, code=4) == {"clicks": 2, "failed": 1, "communications": 1}
    assert [row[0] for row in communications(office)] == [2]


def test_a_relation_that_is_gone_gets_none(office: World, clock: time_machine.Traveller) -> None:
    campaign = send(office)
    office.flexmail.click("an@example.be", campaign.id, NEWS)
    pull_twice(office)
    office.flexmail.click("an@example.be", campaign.id, TAX)
    pull_twice(office)
    office.remove(1)
    clock.shift(DAY)
    assert pull_twice(office) == {}


def test_with_soap_down_nothing_is_lost(office: World) -> None:
    campaign = send(office)
    office.flexmail.click("an@example.be", campaign.id, NEWS)
    office.flexmail.fault("status", "GetCampaignHistory", status=403)
    assert pull(office, code=4) == {}
    office.flexmail.clear_faults()
    assert pull_twice(office) == {"clicks": 1, "communications": 1}


def test_a_click_that_arrives_two_hours_late_is_counted_once(office: World, clock: time_machine.Traveller) -> None:
    campaign = send(office)
    clock.move_to(datetime(2026, 11, 2, 22, 30, tzinfo=UTC))
    office.flexmail.click("an@example.be", campaign.id, NEWS)
    pull_twice(office)
    clock.shift(2 * HOUR)
    pull_twice(office)
    office.flexmail.click("an@example.be", campaign.id, TAX, at=datetime(2026, 11, 2, 22, 31, tzinfo=UTC))
    assert pull_twice(office) == {"clicks": 1}
    clock.shift(DAY)
    assert pull_twice(office) == {"communications": 1}
    assert [day for _, day, _ in communications(office)] == ["2026-11-02", "2026-11-02"]


def test_the_hour_that_happens_twice(office: World, clock: time_machine.Traveller) -> None:
    clock.move_to(datetime(2027, 10, 30, 20, tzinfo=UTC))
    campaign = send(office)
    told = 0
    for number in range(7):  # 22:00, 23:10, 0:20, 1:30, 2:40, 2:50 once more, 3:00
        office.flexmail.click("an@example.be", campaign.id, f"{NEWS}/{number}")
        told += pull(office).get("clicks", 0)
        clock.shift(HOUR * 7 / 6)
    assert told == 7
    clock.shift(DAY)
    pull_twice(office)
    assert sum(text.count(NEWS) for text in texts(office)) == 7


def test_a_clock_that_was_once_wrong_loses_and_doubles_nothing(office: World, clock: time_machine.Traveller) -> None:
    """Ours alone: Flexmail's clock goes on as it was."""
    campaign = send(office)
    office.flexmail.click("an@example.be", campaign.id, NEWS)
    right = datetime.now(UTC)
    clock.move_to(right + 300 * DAY)
    office.flexmail.set_clock(right)
    pull(office)
    clock.move_to(right)
    office.flexmail.set_clock(right)
    office.flexmail.click("an@example.be", campaign.id, TAX)
    pull_twice(office)
    clock.shift(DAY)
    pull_twice(office)
    assert sorted(text.count("https") for text in texts(office)) == [1, 1]


@pytest.mark.parametrize(("missing", "key"), [("soap", "flexmail.soap_token"), ("table", "admin.communications")])
def test_asked_for_without_what_it_needs_it_says_so(world: World, missing: str, key: str) -> None:
    if missing == "soap":
        world.with_communications()
    else:
        world.with_soap()
    result: Result = world.run("pull-clicks", "--json")
    assert result.code == 2
    assert key in result.step("clicks")["error"]

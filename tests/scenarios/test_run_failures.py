"""What fails in a run fails alone; but without the opt-outs nobody is mailed on a guess."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.scenarios.noes import address, unticked
from tests.scenarios.running import DAY, HOUR, NEWS, OWNER, Office, admin, begin, communications, office_in, watermarks
from tests.scenarios.world import World


@pytest.fixture
def office(world: World, clock: time_machine.Traveller, no_waiting: None) -> Iterator[Office]:
    """Who waits before he calls again waits no time."""
    with office_in(world, clock) as office:
        yield office


def errors(document: dict[str, object]) -> dict[str, bool]:
    """Which steps failed."""
    return {step["name"]: step["error"] is not None for step in document["steps"]}  # type: ignore[attr-defined]  # a list


def test_with_soap_down_nothing_is_pushed_and_the_mail_says_so(office: Office) -> None:
    campaign = begin(office)
    office.world.flexmail.unsubscribe(address(1), campaign.id)
    office.world.flexmail.click(address(2), campaign.id, NEWS)
    office.world.relation(9, address(9))
    office.world.untick(3)
    office.world.edit(4, NAME="Changed")
    office.world.flexmail.fault("status", "Get*", None, status=503)
    marks, before = watermarks(office.world), admin(office.world)
    failed = office.run(code=4)
    assert errors(failed.document) == {"opt_outs": True, "bounces": True, "clicks": True, "push": True, "summary": False}
    assert watermarks(office.world) == marks
    assert admin(office.world) == before
    assert office.world.flexmail.writes == []
    (subject,) = office.subjects()
    assert subject == "flexsync: failed: reading who opted out and 3 more"
    office.nothing_more(code=4)
    office.world.flexmail.clear_faults()
    office.clock.shift(5 * HOUR)
    office.run()
    assert unticked(office.world) == {1, 3}
    assert [relation for relation, _ in communications(office.world)] == [2]
    assert office.world.active() == {address(number) for number in (2, 4, 5, 6, 9)}
    assert "works again" in office.subjects()[-1]
    office.nothing_more()


def test_bounces_and_clicks_that_fail_stop_nobody_else(office: Office) -> None:
    campaign = begin(office)
    office.world.flexmail.unsubscribe(address(1), campaign.id)
    office.world.flexmail.click(address(2), campaign.id, NEWS)
    office.world.flexmail.bounce(address(3), campaign.id, code="4.2.2")
    office.world.relation(9, address(9))
    marks = watermarks(office.world)
    for operation in ("GetBounces", "GetCampaigns"):
        office.world.flexmail.fault("status", operation, None, status=503)
    failed = office.run(code=4)
    assert errors(failed.document) == {"opt_outs": False, "bounces": True, "clicks": True, "push": False, "summary": False}
    assert unticked(office.world) == {1}
    assert address(9) in office.world.active()
    assert watermarks(office.world)["bounces"] == marks["bounces"]
    office.world.flexmail.clear_faults()
    office.clock.shift(HOUR)
    again = office.run()
    assert again.counts("bounces")["notified"] == again.counts("clicks")["communications"] == 1
    office.nothing_more()


def test_with_rest_down_what_soap_tells_is_done_all_the_same(office: Office) -> None:
    campaign = begin(office)
    office.world.flexmail.unsubscribe(address(1), campaign.id)
    office.world.flexmail.click(address(2), campaign.id, NEWS)
    office.world.relation(9, address(9))
    office.world.flexmail.fault("status", "* /contacts*", None, status=503)
    office.run(code=4)
    assert unticked(office.world) == {1}
    assert [relation for relation, _ in communications(office.world)] == [2]
    office.world.flexmail.clear_faults()
    office.clock.shift(HOUR)
    office.run()
    assert address(9) in office.world.active()
    assert address(1) not in office.world.active()
    office.nothing_more()


def test_with_admin_down_the_opt_outs_are_on_record_and_unticked_later(office: Office) -> None:
    campaign = begin(office)
    office.world.flexmail.unsubscribe(address(1), campaign.id)
    office.world.flexmail.click(address(2), campaign.id, NEWS)
    office.world.sql("ALTER TABLE CUSTOMER RENAME TO AWAY")
    result = office.world.run("run", "--json")
    assert result.code in {2, 4}, result.err
    office.world.sql("ALTER TABLE AWAY RENAME TO CUSTOMER")
    assert office.world.flexmail.writes == []
    office.clock.shift(5 * HOUR)
    office.run()
    assert unticked(office.world) == {1}
    assert [relation for relation, _ in communications(office.world)] == [2]
    office.nothing_more()


def test_a_mail_that_cannot_be_sent_waits_and_is_sent_once(office: Office) -> None:
    campaign = begin(office)
    office.world.flexmail.bounce(address(1), campaign.id, code="5.2.2")
    port = office.box.port
    office.smtp(port=1)
    down = office.run(code=1)
    assert down.counts("summary") == {"mails": 0, "outbox": 2}
    assert office.run(code=1).counts("summary")["outbox"] == 2
    assert office.subjects() == []
    office.smtp(port)
    assert office.run().counts("summary") == {"mails": 2, "outbox": 0}
    assert len(office.subjects()) == 2
    office.nothing_more()
    office.clock.shift(HOUR)
    office.nothing_more()


def test_another_command_that_mails_sends_what_waits(office: Office) -> None:
    campaign = begin(office)
    office.world.flexmail.bounce(address(1), campaign.id, code="5.2.2")
    port = office.box.port
    office.smtp(port=1)
    office.run(code=1)
    office.smtp(port)
    assert office.world.run("bounces").code == 0
    assert len(office.subjects()) == 2
    office.nothing_more()


def test_the_owner_is_asked_of_flexmail_and_waits_where_it_is_silent(office: Office) -> None:
    office.world.configure(summary={"to": "owner"})
    office.world.relations(2)
    office.world.flexmail.fault("status", "GET /", None, status=503)
    office.run(code=1)
    assert office.subjects() == []
    office.world.flexmail.clear_faults()
    office.run()
    assert len(office.subjects()) == 1
    assert OWNER not in office.box.mails[0].path.with_suffix(".eml").read_text()
    office.nothing_more()


def test_without_a_mail_server_the_summary_is_printed(office: Office) -> None:
    del office.world.settings["smtp"]
    office.world.relations(2)
    result = office.world.run("run")
    assert result.code == 0
    assert "added to Flexmail" in result.out
    assert office.subjects() == []


@pytest.mark.parametrize("days", [1, 8])
def test_a_failure_that_stands_is_told_daily_never_hourly(office: Office, days: int) -> None:
    begin(office)
    office.world.flexmail.fault("status", "GetUnsubscriptions", None, status=503)
    office.run(code=4)
    for _ in range(3):
        office.clock.shift(HOUR)
        office.run(code=4)
    assert len(office.subjects()) == 1
    office.clock.shift(days * DAY)
    office.run(code=4)
    assert len(office.subjects()) == 2

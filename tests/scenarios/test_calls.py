"""What runs cost in calls: a quiet run, lists only when they are needed, and interests only where they differ."""

from collections import Counter
from collections.abc import Iterator

import pytest
import time_machine

from tests.scenarios.running import DAY, HOUR, Office, office_in
from tests.scenarios.world import World

QUIET = {"GetUnsubscriptions": 1, "GetBounces": 1, "GetCampaigns": 1}
RECONCILE = {"GET /contacts": 1, "GetEmailAddresses": 1}
LISTS = {"GET /account-contact-languages", "GET /custom-fields", "GET /sources", "GET /interests", "GET /"}
NAMES = ("Btw", "Successie", "Starters", "Landbouw", "Horeca")


@pytest.fixture
def office(world: World, clock: time_machine.Traveller) -> Iterator[Office]:
    """Twelve who are mailed, with custom fields; everything but opt-in and interests is on. An hour has passed."""
    with office_in(world, clock) as office:
        world.flexmail.add_custom_field("acc_software")
        world.configure(fields={"acc_software": "ACC_SOFTWARE"})
        world.relations(12)
        office.run()
        clock.shift(HOUR)
        yield office


def calls(office: Office, *arguments: str) -> Counter[str]:
    """The calls of one more run, by operation."""
    office.world.flexmail.reset_calls()
    office.run(*arguments)
    return office.world.flexmail.counts()


def test_a_quiet_run_reads_no_list(office: Office) -> None:
    assert calls(office) == QUIET
    office.clock.shift(DAY)
    assert calls(office) == {**QUIET, **RECONCILE}
    office.clock.shift(HOUR)
    assert calls(office) == QUIET


def test_opt_in_adds_two_calls(office: Office) -> None:
    office.world.configure(sync={"opt_in": True})
    assert calls(office) == {**QUIET, "GetSubscriptions": 1, "GetProfileUpdates": 1}


def test_a_campaign_is_read_every_run_for_two_days_then_daily_then_no_more(office: Office) -> None:
    office.world.flexmail.send_campaign("Herfst")
    office.world.configure(sync={"reconcile": "30d"})
    read: dict[int, int] = {}
    for hours in (1, 24, 25, 49, 50, 14 * 24 + 1, 14 * 24 + 2, 20 * 24):
        office.clock.shift((hours - max(read, default=0)) * HOUR)
        read[hours] = calls(office)["GetCampaignHistory"]
    assert read == {1: 1, 24: 1, 25: 1, 49: 1, 50: 0, 337: 1, 338: 0, 480: 0}


def test_the_lists_are_read_when_something_is_to_be_written_and_at_most_daily(office: Office) -> None:
    office.clock.shift(DAY)
    office.world.edit(1, NAME="First")
    assert set(calls(office)) & LISTS == {"GET /account-contact-languages", "GET /custom-fields"}
    office.clock.shift(HOUR)
    office.world.edit(1, NAME="Second")
    office.world.relation(20, "relation20@example.be")
    changed = calls(office)
    assert set(changed) & LISTS == {"GET /sources"}
    office.clock.shift(HOUR)
    office.world.relation(21, "relation21@example.be")
    assert calls(office) == {**QUIET, "POST /contacts": 1}


def with_interests(office: Office) -> None:
    """Five interests, given to everybody."""
    office.world.with_interests()
    for name in NAMES:
        office.world.flexmail.add_interest(name)
    for number in range(1, 13):
        office.world.interest(number, *NAMES)
    assert office.run().counts("interests")["subscribed"] == 12 * 5


def test_interests_that_did_not_change_cost_as_many_calls_as_none(office: Office) -> None:
    with_interests(office)
    office.clock.shift(HOUR)
    assert calls(office) == calls(office, "--no-interests") == QUIET


def test_one_call_an_interest_that_differs(office: Office) -> None:
    with_interests(office)
    office.clock.shift(HOUR)
    office.world.interest(1, *NAMES[:4])
    office.world.interest(2, *NAMES[1:])
    made = calls(office)
    assert made == {**QUIET, "DELETE /contacts/{id}/interest-subscriptions/{interest_id}": 2}
    office.world.interest(1, *NAMES)
    office.clock.shift(HOUR)
    assert calls(office) == {**QUIET, "POST /contacts/{id}/interest-subscriptions": 1}


def test_who_has_which_interest_is_read_once_an_interest_at_the_reconcile(office: Office) -> None:
    with_interests(office)
    office.clock.shift(DAY)
    assert calls(office) == {**QUIET, "GetEmailAddresses": 1, "GET /contacts": 1 + len(NAMES)}


def test_a_run_gives_no_more_than_it_may_and_a_push_all(office: Office) -> None:
    office.world.configure(interests={"calls_per_run": 7})
    office.world.with_interests()
    for name in NAMES:
        office.world.flexmail.add_interest(name)
    for number in range(1, 13):
        office.world.interest(number, *NAMES)
    for waiting in (53, 46):
        counts = office.run().counts("interests")
        assert (counts["subscribed"], counts["waiting"]) == (7, waiting)
    pushed = office.world.push().counts("interests")
    assert (pushed["subscribed"], pushed["waiting"]) == (46, 0)


def test_as_a_field_interests_cost_nothing(office: Office) -> None:
    office.world.with_interests()
    office.world.flexmail.add_custom_field("crm_interests", "multiple_choice", options=list(NAMES))
    office.world.configure(interests={"as_field": "crm_interests"}, fields={})
    office.clock.shift(DAY)
    office.run()
    office.clock.shift(HOUR)
    office.world.relation(20, "relation20@example.be")
    office.world.interest(20, *NAMES)
    office.world.edit(1, NAME="Changed")
    office.world.interest(1, "Btw")
    made = calls(office)
    assert (made["POST /contacts"], made["PATCH /contacts/{id}"]) == (1, 1)
    assert not [operation for operation in made if "interest" in operation]
    assert office.world.flexmail.contact("relation20@example.be").custom_fields["crm_interests"] == sorted(NAMES)

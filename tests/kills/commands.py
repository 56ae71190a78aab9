"""Scenarios of the commands that do one step, or part of one, and of those that must do nothing."""

from collections.abc import Sequence

from tests.kills.persons import bounces, campaign, clicks, opt_outs, reconcile
from tests.kills.pushes import refusals, updates
from tests.kills.scenario import Scenario, address, interested, office
from tests.kills.stage import FIRST, Stage
from tests.scenarios.running import DAY


def refused(stage: Stage) -> None:
    """Two are parked; Flexmail's staff has put the field right since."""
    refusals(stage)
    stage.run(code=1)
    stage.world.flexmail.delete_custom_field("software")
    stage.world.flexmail.add_custom_field("software")


def deleted(stage: Stage) -> None:
    """Flexmail's staff deleted a contact, and the office wants it back."""
    office(stage, 4)
    stage.world.flexmail.delete(address(101))
    stage.clock.shift(2 * DAY)
    stage.run()
    stage.world.edit(102, NAME="Changed")


def everyone(stage: Stage) -> None:
    """Contacts were there before we came; one is out, and one belongs to somebody who is unticked."""
    world = stage.world
    world.configure(sync={"opt_in": True}, **{"opt_in.values": {"CRM_TYPE": 8}})
    for number in (201, 202, 203):
        world.flexmail.add_contact(address(number), name=f"Name {number}", language="nl")
    world.relation(203, address(203), name="Name 203", ticked=False)
    world.flexmail.unsubscribe(address(202))
    office(stage, 4)


def interests_as_field(stage: Stage) -> None:
    """Interests go as one custom field, with the other values."""
    world = stage.world
    world.configure(interests={"as_field": "crm_interests"})
    world.flexmail.add_custom_field("crm_interests", "multiple_choice", ["Tax", "Social"])
    world.relations(4, FIRST)
    interested(stage, "Tax", count=3)
    stage.run()
    world.interest(101, "Tax", "Social")
    world.interest(104, "Social")
    world.relation(120, address(120), name="New")
    world.interest(120, "Tax")


def leavers_kept(stage: Stage) -> None:
    """Who is unticked stays in Flexmail, and who opted out stays out."""
    stage.world.configure(sync={"on_leave": "keep"})
    office(stage)
    stage.world.untick(101)
    stage.world.flexmail.unsubscribe(address(102), campaign(stage))
    stage.world.edit(103, NAME="Changed")


def clicks_without_reference(stage: Stage) -> None:
    """Communications have no column for their reference: they are found again by relation, day and subject."""
    del stage.world.settings["admin"]["communications"]["reference"]
    clicks(stage)


def twice_there(stage: Stage) -> None:
    """Relations that share addresses, for the report."""
    office(stage, 4)
    for number in (101, 102):
        stage.world.relation(number + 100, address(number), name="Shares")


def duplicates(stage: Stage) -> Sequence[str]:
    """Into a file, which a run that was killed may have written already."""
    return ("dedupe-report", "--output", str(stage.world.folder / "duplicates.csv"))


def monitored(stage: Stage) -> None:
    """A monitoring service waits for the end of the run."""
    stage.watched()
    office(stage, 3)
    stage.world.edit(101, NAME="Changed")


SCENARIOS = (
    Scenario("push alone", updates, ("push",)),
    Scenario("push, retry what is parked", refused, ("push", "--retry-parked")),
    Scenario("push, only one that was deleted", deleted, ("push", "--only", "101")),
    Scenario("opt-outs alone", opt_outs, ("pull-unsubscribes",)),
    Scenario("bounces alone", bounces, ("bounces",)),
    Scenario("clicks alone, since", clicks, ("pull-clicks", "--since", "2026-11-01")),
    Scenario("clicks without a reference", clicks_without_reference),
    Scenario("everybody who was there before", everyone, ("pull-contacts", "--all")),
    Scenario("interests as a field", interests_as_field),
    Scenario("leavers are kept", leavers_kept),
    Scenario("report of duplicates", twice_there, duplicates),
    Scenario("a monitored run", monitored),
    Scenario("dry run", reconcile, ("run", "--dry-run"), day_after=lambda stage: stage.clock.shift(2 * DAY)),
)

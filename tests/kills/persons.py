"""Scenarios of what persons and Flexmail's staff do: opt out, bounce, click, opt in, are deleted and merged."""

from tests.kills.scenario import Scenario, address, office
from tests.kills.stage import Stage
from tests.scenarios.running import DAY, HOUR, MINUTE, NEWS


def campaign(stage: Stage) -> int:
    """One goes out now; its id. Half an hour passes."""
    stage.clock.shift(HOUR)
    sent = stage.world.flexmail.send_campaign("Newsletter")
    stage.clock.shift(HOUR / 2)
    return sent.id


def opt_outs(stage: Stage) -> None:
    """Two by the link of a mail, one by a complaint; three relations share an address."""
    for number in (201, 301):
        stage.world.relation(number, address(101), name=f"Name {number}")
    office(stage)
    flexmail, sent = stage.world.flexmail, campaign(stage)
    flexmail.unsubscribe(address(101), sent)
    flexmail.unsubscribe(address(102), sent)
    flexmail.complain(address(103), sent)
    stage.world.edit(102, EMAIL="moved@example.be")
    stage.world.edit(104, NAME="Changed")


def opt_outs_without_soap(stage: Stage) -> None:
    """Whoever is missing in the listing is gone, and unticked."""
    del stage.world.settings["flexmail"]["soap_token"]
    stage.world.relation(201, address(101), name="Name 201")
    office(stage)
    campaign(stage)
    stage.world.flexmail.unsubscribe(address(101))
    stage.world.edit(104, NAME="Changed")


def bounces(stage: Stage) -> None:
    """Hard and soft ones; hard ones untick."""
    stage.world.configure(bounces={"untick": "hard"})
    stage.world.relation(201, address(101), name="Name 201")
    office(stage)
    flexmail, sent = stage.world.flexmail, campaign(stage)
    flexmail.bounce(address(101), sent)
    flexmail.bounce(address(102), sent, code="4.2.2", message="Mailbox full")
    flexmail.bounce(address(103), sent, code="5.2.2", message="Mailbox full")


def clicks(stage: Stage) -> None:
    """First clicks, a scanner's, and more of a day that is over."""
    office(stage)
    flexmail, sent = stage.world.flexmail, campaign(stage)
    flexmail.click(address(101), sent, NEWS)
    stage.run()
    stage.clock.shift(MINUTE)
    flexmail.click(address(101), sent, f"{NEWS}/2")
    stage.clock.shift(DAY)
    flexmail.click(address(102), sent, NEWS)
    for number in range(4):
        flexmail.click(address(103), sent, f"{NEWS}/{number}")
    stage.clock.shift(MINUTE)


def opt_ins(stage: Stage) -> None:
    """A new person, one that is unticked, one that is inactive; and profiles that changed, one on both sides."""
    world, flexmail = stage.world, stage.world.flexmail
    world.configure(sync={"opt_in": True}, **{"opt_in.values": {"CRM_TYPE": 8}})
    world.relation(201, address(201), name="Name 201", ticked=False)
    world.relation(202, address(202), name="Name 202", ticked=False, active=0)
    office(stage, 4)
    stage.clock.shift(HOUR)
    for number in (201, 202):
        flexmail.opt_in(address(number))
    flexmail.opt_in("new@example.be", {"name": "Janssens", "first_name": "An", "custom_fields": {"software": "Exact"}})
    flexmail.change_profile(address(101), {"name": "Corrected"})
    flexmail.change_profile(address(102), {"first_name": "Zoë"}, "moved@example.be")
    flexmail.change_profile(address(103), {"name": "Theirs"})
    world.edit(103, NAME="Ours")
    stage.clock.shift(HOUR)


def whole_day(stage: Stage) -> None:
    """One of everything that a run has to do."""
    world, flexmail = stage.world, stage.world.flexmail
    world.configure(sync={"opt_in": True}, interests={"create": True}, **{"opt_in.values": {"CRM_TYPE": 8}})
    world.relation(201, address(106), name="Name 201")
    office(stage, 7)
    sent = campaign(stage)
    for number in (101, 102):
        flexmail.click(address(number), sent, NEWS)
    flexmail.bounce(address(103), sent, code="5.2.2")
    flexmail.unsubscribe(address(106), sent)
    flexmail.change_profile(address(104), {"name": "Corrected"})
    flexmail.opt_in("new@example.be", {"name": "Janssens"})
    world.relation(120, address(120), name="New")
    world.interest(120, "Tax")
    world.untick(105)
    world.edit(107, NAME="Changed")
    stage.clock.shift(HOUR)


def reconcile(stage: Stage) -> None:
    """A day later the staff has deleted, merged, unsubscribed, blacklisted and brought back."""
    office(stage, 9)
    flexmail = stage.world.flexmail
    flexmail.unsubscribe(address(107), campaign(stage))
    stage.run()
    stage.clock.shift(HOUR)
    flexmail.delete(address(101))
    flexmail.add_contact("other@example.be", name="Name 102")
    flexmail.merge(address(102), "other@example.be")
    flexmail.set_state(address(103), "unsubscribed")
    flexmail.blacklist(address(104))
    flexmail.edit_contact(address(105), {}, "changed.there@example.be")
    flexmail.reactivate(address(107))
    stage.world.edit(106, NAME="Changed")
    stage.clock.shift(2 * DAY)


def read_again(stage: Stage) -> None:
    """Flexmail's present state is read daily: what a killed run had read of it and not used, another one reads then."""
    stage.clock.shift(2 * DAY)


SCENARIOS = (
    Scenario("opt-outs over duplicates", opt_outs),
    Scenario("opt-outs without SOAP", opt_outs_without_soap),
    Scenario("bounces with their mail", bounces),
    Scenario("clicks with communications", clicks),
    Scenario("opt-in and profiles", opt_ins),
    Scenario("a whole day", whole_day),
    Scenario("reconcile with gone, deleted and merged", reconcile, day_after=read_again),
)

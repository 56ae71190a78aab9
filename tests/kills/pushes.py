"""Scenarios of what the office does: who is new, who changed, who moved, who left, and what Flexmail refuses."""

from tests.kills.scenario import Scenario, address, interested, office
from tests.kills.stage import FIRST, Stage
from tests.scenarios.running import DAY


def first_push(stage: Stage) -> None:
    """An empty account; two relations share an address."""
    world = stage.world
    world.configure(interests={"create": True})
    world.relations(4, FIRST)
    world.relation(111, address(104), name="Shares", ACC_SOFTWARE="Yuki", EMPLOYEES=3)
    interested(stage, "Tax", count=2)


def first_push_by_import(stage: Stage) -> None:
    """So many that an import is cheaper; one is blacklisted, and one refused for a value."""
    world = stage.world
    world.relations(40, FIRST)
    world.flexmail.blacklist(address(102))
    world.relation(301, address(104), name="Shares")


def updates_by_import(stage: Stage) -> None:
    """Many change at once, after a probe showed that an import keeps what it does not mention."""
    stage.world.relations(90, FIRST)
    stage.world.sql("UPDATE CUSTOMER SET FIRSTNAME = 'An', ACC_SOFTWARE = 'Yuki'")
    stage.run()
    for number in range(FIRST, FIRST + 44):
        stage.world.edit(number, NAME=f"Changed {number}")
    stage.clock.shift(DAY / 4)


def adoption(stage: Stage) -> None:
    """Both sides exist: some agree, some differ, some are on one side only, and some said no before we came."""
    world, flexmail = stage.world, stage.world.flexmail
    world.relations(8, FIRST)
    world.untick(105)
    for number in (101, 105):
        flexmail.add_contact(address(number), name=f"Name {number}", language="nl", source="Admin")
    flexmail.add_contact(address(102), name="Old name", first_name="Only there", language="fr")
    flexmail.add_contact(address(103), state="unsubscribed")
    flexmail.add_contact(address(104), state="blacklisted")
    flexmail.add_contact("only@elsewhere.example.be", name="Only there")


def lost_state(stage: Stage) -> None:
    """The state is gone: who is out is read from Flexmail, who is linked from both."""
    office(stage)
    stage.world.flexmail.unsubscribe(address(102))
    stage.world.edit(103, NAME="Changed")
    stage.world.relation(120, address(120), name="New")
    stage.clock.shift(DAY / 4)  # farther back than events are read again
    stage.world.forget_state()


def updates(stage: Stage) -> None:
    """Names, languages and custom fields change; one becomes empty."""
    world = stage.world
    world.configure(sync={"blank": True})
    world.relations(5, FIRST)
    world.edit(105, ACC_SOFTWARE="Exact")
    stage.run()
    world.edit(101, NAME="Changed", ACC_SOFTWARE="Yuki", EMPLOYEES=12)
    world.edit(102, LANGUAGE="F")
    world.edit(103, FIRSTNAME="An")
    world.edit(105, ACC_SOFTWARE=None)


def moves(stage: Stage) -> None:
    """Changed addresses: to a free one, along a chain, and to one that a contact of nobody's has."""
    office(stage)
    world = stage.world
    world.edit(101, EMAIL="moved@example.be")
    world.edit(102, EMAIL=address(103))
    world.edit(103, EMAIL="chain@example.be", NAME="End of the chain")
    world.flexmail.add_contact("stray@example.be", name="Stray")
    world.edit(104, EMAIL="stray@example.be")


def swap(stage: Stage) -> None:
    """Two exchange their addresses, and three in a ring; what belongs to the person goes along."""
    world = stage.world
    world.relations(6, FIRST)
    interested(stage, "Tax", count=1)
    world.configure(interests={"create": True})
    stage.run()
    world.edit(101, EMAIL=address(102))
    world.edit(102, EMAIL=address(101))
    for number, other in ((103, 104), (104, 105), (105, 103)):
        world.edit(number, EMAIL=address(other), ACC_SOFTWARE=f"Of {number}")


def holders(stage: Stage) -> None:
    """Who holds a shared address leaves it to another: unticked, inactive, or moved."""
    world = stage.world
    world.relations(3, FIRST)
    for number in (101, 102, 103):
        world.relation(number + 100, address(number), name=f"Name {number + 100}", ACC_SOFTWARE="Yuki")
    stage.run()
    world.untick(101)
    world.edit(102, IS_ACTIVE=0)
    world.edit(103, EMAIL="moved@example.be")


def leaves(stage: Stage) -> None:
    """Unticked, inactive, ticked again; one is unticked and has moved."""
    office(stage)
    world = stage.world
    world.untick(101)
    stage.run()
    world.tick(101)
    world.untick(102)
    world.edit(103, IS_ACTIVE=0)
    world.untick(104)
    world.edit(104, EMAIL="moved@example.be")


def refusals(stage: Stage) -> None:
    """Parked for a value, and out because of the blacklist; the others go on."""
    office(stage, 3)
    world, flexmail = stage.world, stage.world.flexmail
    flexmail.delete_custom_field("software")
    flexmail.add_custom_field("software", "multiple_choice", ["Exact", "Yuki"])
    world.edit(101, ACC_SOFTWARE="Unheard of")
    world.relation(120, address(120), name="New", ACC_SOFTWARE="Unheard of")
    world.relation(121, address(121), name="New")
    world.relation(122, address(121), name="Shares")
    flexmail.blacklist(address(121))
    world.relation(123, address(123), name="New", ACC_SOFTWARE="Exact")
    stage.clock.shift(DAY)


def full_account(stage: Stage) -> None:
    """The account takes one contact more, and three wait."""
    office(stage, 3)
    stage.world.flexmail.set_contact_limit(4)
    stage.world.relations(4, 120)
    stage.world.edit(101, NAME="Changed")


def small_budget(stage: Stage) -> None:
    """The month's calls run out in the middle."""
    office(stage, 4)
    world = stage.world
    used = len(world.flexmail.calls)
    world.configure(flexmail={"calls_per_month": used + 6})
    world.untick(101)
    world.relations(3, 120)
    world.edit(102, NAME="Changed")


def next_month(stage: Stage) -> None:
    """There are calls again."""
    stage.world.configure(flexmail={"calls_per_month": 0})


def interests_first(stage: Stage) -> None:
    """The table of interests is mapped for contacts that some have already."""
    world = stage.world
    tables = world.settings["admin"].pop("interests")
    office(stage)
    tax = world.flexmail.add_interest("Tax")
    world.flexmail.add_interest("Social")
    world.flexmail.give_interest(address(101), tax.id)
    world.flexmail.give_interest(address(106), tax.id)
    world.configure(**{"admin.interests": tables})
    interested(stage, "Tax", "Social", count=3)


def interests_changed(stage: Stage) -> None:
    """Given and taken by the office, dropped by the person."""
    world = stage.world
    for name in ("Tax", "Social", "Family"):
        world.flexmail.add_interest(name)
    world.relations(5, FIRST)
    interested(stage, "Tax")
    stage.run()
    world.interest(101, "Tax", "Social", "Family")
    world.interest(102)
    world.interest(103, "Social")
    world.flexmail.take_interest(address(104), next(iter(world.flexmail.contact(address(104)).interests)))
    stage.clock.shift(DAY)


def interests_created(stage: Stage) -> None:
    """Interests that only Admin has are made."""
    office(stage)
    stage.world.configure(interests={"create": True})
    interested(stage, "Tax", "Social")


SCENARIOS = (
    Scenario("first push", first_push),
    Scenario("first push by import", first_push_by_import),
    Scenario("updates by import", updates_by_import),
    Scenario("adoption of a mixed account", adoption),
    Scenario("lost state", lost_state),
    Scenario("updates", updates),
    Scenario("address changes", moves),
    Scenario("swap of addresses", swap),
    Scenario("change of holders", holders),
    Scenario("leaves", leaves),
    Scenario("refusals", refusals, code=1),
    Scenario("full account", full_account),
    Scenario("small budget", small_budget, code=7, day_after=next_month),
    Scenario("interests, first time", interests_first),
    Scenario("interests, changed", interests_changed),
    Scenario("interests, created", interests_created),
)

"""A month of an office: a first push, and on some days after it the office or persons act; most days are quiet."""

from collections.abc import Callable, Mapping

from tests.scenarios.noes import address
from tests.scenarios.running import NEWS
from tests.scenarios.world import World

PEOPLE = 60
DAYS = 31
BOUNCED = (13, 33, 34)

Act = Callable[[World], None]


def first_push(world: World) -> None:
    world.relations(PEOPLE)
    for number in range(1, 11):
        world.interest(number, "Btw")


def office_edits(world: World) -> None:
    for number in range(1, 6):
        world.edit(number, NAME="Getrouwd", ACC_SOFTWARE="Beta")
    world.edit(6, EMAIL="nieuw6@example.be")
    world.edit(7, EMAIL="relatie8@elders.be")
    world.untick(9)
    world.untick(10)
    world.interest(3)
    world.relations(5, first=PEOPLE + 1)


def persons_act(world: World) -> None:
    flexmail = world.flexmail
    campaign = flexmail.send_campaign("Nieuwsbrief")
    flexmail.unsubscribe(address(11), campaign.id)
    flexmail.complain(address(12), campaign.id)
    flexmail.bounce(address(13), campaign.id)
    for number in (14, 15):
        flexmail.click(address(number), campaign.id, f"{NEWS}/lees")
    flexmail.delete(address(16))


def office_makes_mistakes(world: World) -> None:
    """Somebody who said no is ticked again, two people swap their addresses, and one gets another's."""
    world.tick(11)
    world.edit(20, EMAIL=address(21))
    world.edit(21, EMAIL=address(20))
    world.edit(22, EMAIL=address(23))
    world.edit(23, EMAIL="relation23b@example.be")


def second_campaign(world: World) -> None:
    flexmail = world.flexmail
    campaign = flexmail.send_campaign("Extra")
    flexmail.unsubscribe(address(31), campaign.id)
    flexmail.bounce(address(33), campaign.id)
    for number in (14, 35, 36):
        flexmail.click(address(number), campaign.id, f"{NEWS}/extra")
    flexmail.click(address(35), campaign.id, f"{NEWS}/meer")


def persons_come(world: World) -> None:
    """Two whom the office does not know subscribe; somebody comes back, and some mend their own data."""
    flexmail = world.flexmail
    flexmail.opt_in("zelf1@example.be", {"name": "Zelf", "first_name": "Een"})
    flexmail.opt_in("zelf2@example.be", {"name": "Zelf", "first_name": "Twee"})
    flexmail.opt_in(address(31))
    flexmail.change_profile(address(40), {"first_name": "Sofie"})
    flexmail.change_profile(address(41), {"name": "Maes"})


def office_goes_on(world: World) -> None:
    """Whom persons did not touch; some leave, some come."""
    for number in (40, 42, 43):
        world.edit(number, ACC_SOFTWARE="Gamma")
    world.untick(44)
    world.edit(45, IS_ACTIVE=0)
    world.relations(4, first=200)
    world.interest(42, "Btw", "Successie")


def third_campaign(world: World) -> None:
    flexmail = world.flexmail
    campaign = flexmail.send_campaign("Lente")
    flexmail.unsubscribe(address(50), campaign.id)
    flexmail.bounce(address(34), campaign.id)
    flexmail.click(address(51), campaign.id, f"{NEWS}/lente")


ACTS: Mapping[int, Act] = {
    0: first_push,
    3: office_edits,
    6: persons_act,
    9: office_makes_mistakes,
    14: second_campaign,
    18: persons_come,
    22: office_goes_on,
    27: third_campaign,
}

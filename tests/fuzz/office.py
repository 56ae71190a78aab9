"""An office with a bit of everything, for answers to go wrong over."""

from datetime import UTC, datetime, timedelta

from tests.scenarios.world import World

KNOWN = 60  # in Flexmail already
RENAMED = 26  # so many that an import pays, and so few that the guard does not ask
NEW = 12


def busy_office(world: World) -> None:
    """Relations, fields, interests and communications; SOAP, the opt-in, and interests that are made."""
    world.with_soap()
    world.with_interests()
    world.with_communications()
    world.configure(
        sync={"opt_in": True, "blank": True, "reconcile": "1h"},
        interests={"create": True},
        fields={"software": "ACC_SOFTWARE", "employees": "EMPLOYEES"},
    )
    world.flexmail.add_custom_field("software")
    world.flexmail.add_custom_field("employees", "numeric")
    world.flexmail.add_custom_field("shoe_size")
    world.flexmail.add_interest("Btw")
    for number in range(1, 6):
        world.relation(number, f"relatie{number}@example.be", name=f"Naam {number}", ACC_SOFTWARE="Alfa", EMPLOYEES=number)
        world.interest(number, "Btw", "Loon")
    world.relations(KNOWN, first=100)
    for number in range(100, 100 + KNOWN):
        email, size = f"relation{number}@example.be", {"shoe_size": str(number)}
        world.flexmail.add_contact(email, source="Admin", name=f"Name {number}", language="nl", custom_fields=size)


def busy_day(world: World) -> None:
    """What happens before the next run: so much that it reads all of Flexmail's contacts, and works by imports."""
    flexmail = world.flexmail
    at = datetime.now(UTC) + timedelta(seconds=1)
    flexmail.advance(2)
    campaign = flexmail.send_campaign("Nieuwsbrief")
    flexmail.unsubscribe("relatie1@example.be", campaign.id, at=at)
    flexmail.bounce("relatie2@example.be", campaign.id, at=at)
    flexmail.click("relatie3@example.be", campaign.id, "https://example.be/lees", at=at)
    flexmail.change_profile("relatie3@example.be", {"name": "Anders"}, at=at)
    flexmail.opt_in("nieuw@example.be", {"name": "Nieuw"}, at=at)
    world.interest(3, "Btw", "Fiscaal")
    world.edit(4, EMAIL="elders@example.be")
    world.edit(5, ACC_SOFTWARE=None, NAME="Getrouwd")
    world.sql("UPDATE CUSTOMER SET NAME = 'Changed ' || CUSTOMER_ID WHERE CUSTOMER_ID BETWEEN 100 AND :last", last=99 + RENAMED)
    world.relations(NEW, first=200)

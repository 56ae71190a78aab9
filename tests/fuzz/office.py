"""A small office with a bit of everything, for answers to go wrong over."""

from datetime import UTC, datetime, timedelta

from tests.scenarios.world import World


def busy_office(world: World) -> None:
    """Five relations, fields, interests and communications; SOAP, the opt-in, and interests that are made."""
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
    world.flexmail.add_interest("Btw")
    for number in range(1, 6):
        world.relation(number, f"relatie{number}@example.be", name=f"Naam {number}", ACC_SOFTWARE="Alfa", EMPLOYEES=number)
        world.interest(number, "Btw", "Loon")


def busy_day(world: World) -> None:
    """What happens before the next run; two hours pass on Flexmail's clock."""
    flexmail = world.flexmail
    at = datetime.now(UTC) + timedelta(seconds=1)
    flexmail.advance(2)
    campaign = flexmail.send_campaign("Nieuwsbrief")
    flexmail.unsubscribe("relatie1@example.be", campaign.id, at=at)
    flexmail.bounce("relatie2@example.be", campaign.id, at=at)
    flexmail.click("relatie3@example.be", campaign.id, "https://example.be/lees", at=at)
    flexmail.change_profile("relatie3@example.be", {"name": "Anders"}, at=at)
    flexmail.opt_in("nieuw@example.be", {"name": "Nieuw"}, at=at)
    world.edit(4, EMAIL="elders@example.be")
    world.edit(5, ACC_SOFTWARE=None, NAME="Getrouwd")
    world.relation(6, "relatie6@example.be")

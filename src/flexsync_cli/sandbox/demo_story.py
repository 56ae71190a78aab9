"""What the people of the demo do between the runs."""

from datetime import UTC, datetime, timedelta

from flexsync_cli.sandbox.demo import DemoWorld
from flexsync_cli.sandbox.office_people import OfficeRelation

LINKS = ("https://kantoor-voorbeeld.be/btw", "https://kantoor-voorbeeld.be/successie", "https://kantoor-voorbeeld.be/contact")
NEWCOMER = "nieuwe.lezer@example.org"


def office_works(world: DemoWorld) -> list[str]:
    """Edits in Admin: a name, an address, an untick, a new relation. What was done, a line each."""
    renamed, moved, unticked = (relation for relation in world.office.tidy_relations()[1:4])
    world.office.edit(renamed.id, NAME="Nieuwe Naam BV")
    world.office.change_address(moved.id, f"verhuisd.{moved.id}@example.net")
    world.office.untick(unticked.id)
    added = world.office.add("Verse Klant BV", f"info.{moved.id}@example.org", language="F")
    return [
        f"relation {renamed.id} gets another name",
        f"relation {moved.id} gets another address",
        f"relation {unticked.id} is unticked",
        f"relation {added} is new",
    ]


def newsletter_goes_out(world: DemoWorld) -> list[str]:
    """A campaign, and what its readers do with it. What was done, a line each."""
    control = world.flexmail.control
    sent = datetime.now(UTC) - timedelta(hours=2)
    campaign = control.send_campaign("Nieuwsbrief herfst", "Wat verandert er dit najaar?", at=sent)
    readers = world.office.tidy_relations()[10:16]
    clicker, scanner, leaver, complainer, bouncer, soft = readers
    moment = datetime.now(UTC) - timedelta(minutes=30)
    for number, link in enumerate(LINKS[:2]):
        control.click(_address(clicker), campaign.id, link, at=moment + timedelta(minutes=number))
    for number, link in enumerate(LINKS):
        control.click(_address(scanner), campaign.id, link, at=moment + timedelta(seconds=number))
    control.unsubscribe(_address(leaver), campaign.id)
    control.complain(_address(complainer), campaign.id)
    control.bounce(_address(bouncer), campaign.id, "5.1.1", "User unknown")
    control.bounce(_address(soft), campaign.id, "4.2.2", "Mailbox full")
    control.opt_in(NEWCOMER, {"first_name": "Nieuwe", "name": "Lezer", "language": "nl"})
    return [
        f"relation {clicker.id} clicks twice, relation {scanner.id}'s mail scanner opens every link",
        f"relation {leaver.id} unsubscribes, relation {complainer.id} complains of spam",
        f"the mail to relation {bouncer.id} bounces for good, that to relation {soft.id} for now",
        "somebody new opts in on the website",
    ]


def _address(relation: OfficeRelation) -> str:
    return (relation.email or "").strip().lower()

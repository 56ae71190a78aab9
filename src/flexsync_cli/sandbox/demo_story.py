"""What the people of the demo do between the runs."""

from dataclasses import dataclass
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
    moment = datetime.now(UTC)
    campaign = control.send_campaign("Nieuwsbrief herfst", "Wat verandert er dit najaar?", at=moment)
    readers = world.office.tidy_relations()[10:16]
    clicker, scanner, leaver, complainer, bouncer, soft = readers
    for number, link in enumerate(LINKS[:2]):
        control.click(_address(clicker), campaign.id, link, at=moment + timedelta(seconds=10 * number))
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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What of Admin, and of the mail box, the end of an act is compared with."""

    ticked: frozenset[int]
    known: frozenset[int]
    communications: int
    mails: int

    @classmethod
    def of(cls, world: DemoWorld) -> "Outcome":
        """As it is now."""
        relations = world.office.relations()
        ticked = frozenset(relation.id for relation in relations if relation.newsletter == "J")
        known = frozenset(relation.id for relation in relations)
        return cls(ticked, known, len(world.office.communications()), len(world.mailbox.mails))


def what_came_of_it(world: DemoWorld, before: Outcome, *, paths: bool) -> list[str]:
    """What is new since then, a line each; the mails with their `paths`, where they stay."""
    now = Outcome.of(world)
    unticked = ", ".join(map(str, sorted(before.ticked - now.ticked)))
    added = ", ".join(map(str, sorted(now.known - before.known)))
    written = world.office.communications()[before.communications :]
    return [
        f"newsletter unticked at relation {unticked}",
        f"new in Admin: relation {added}",
        *(f"communication at relation {each.relation_id}: {each.subject}" for each in written),
        *(f"mail: {mail.subject}" + (f": {mail.path}" if paths else "") for mail in world.mailbox.mails[before.mails :]),
    ]


def _address(relation: OfficeRelation) -> str:
    return (relation.email or "").strip().lower()

"""An office that works by contact imports, and what tests of them look at."""

from collections import Counter
from collections.abc import Sequence

from flexsync_cli.sandbox.model import Origin
from tests.scenarios.world import World

MANY = 40
ALL = 90  # of whom not so many change that the guard would ask
NEVER = 10**6


def settle(world: World) -> World:
    """Many who are in Flexmail already, with a field that Admin knows and one that it does not."""
    world.configure(fields={"acc_software": "ACC_SOFTWARE"})
    world.flexmail.add_custom_field("acc_software")
    world.flexmail.add_custom_field("shoe_size")
    world.relations(ALL)
    world.sql("UPDATE CUSTOMER SET FIRSTNAME = 'An'")
    for number in range(1, ALL + 1):
        world.flexmail.add_contact(
            f"relation{number}@example.be",
            source="Admin",
            name=f"Name {number}",
            first_name="An",
            language="nl",
            custom_fields={"shoe_size": str(number)},
        )
    assert world.push().code == 0
    world.flexmail.reset_calls()
    return world


def rename_many(world: World, name: str = "Changed", many: int = MANY) -> None:
    """Change the names of the first so many in Admin."""
    world.sql("UPDATE CUSTOMER SET NAME = :name || ' ' || CUSTOMER_ID WHERE CUSTOMER_ID <= :many", name=name, many=many)


def named(world: World, name: str = "Changed") -> int:
    """How many contacts have their relation's new name."""
    return sum(contact.name.startswith(name) for contact in world.flexmail.contacts("active"))


def never_done(world: World) -> None:
    """An import that is started is not carried out until a test says so."""
    world.flexmail.quirks.import_polls = NEVER
    world.flexmail.quirks.import_seconds = NEVER


def soon_done(world: World) -> None:
    """As it is usually."""
    world.flexmail.quirks.import_polls = 2
    world.flexmail.quirks.import_seconds = 60


def probed(world: World) -> World:
    """It is known that an import keeps what it does not mention."""
    rename_many(world, "Probed")
    assert world.push().code == 0
    assert imports(world) == 2
    world.flexmail.reset_calls()
    return world


def paths(world: World) -> Sequence[str]:
    """Method and path of each REST call since the last reset."""
    return [f"{call.method} {call.template}" for call in world.flexmail.calls if call.door == "rest"]


def imports(world: World) -> int:
    """How many imports were started, or tried to be."""
    return sum(path.startswith("POST") and path.endswith("/start") for path in paths(world))


def singly(world: World) -> int:
    """How many contacts were written by a call of their own."""
    return sum(path in {"POST /contacts", "PATCH /contacts/{id}", "PUT /contacts/{id}"} for path in paths(world))


def happenings(world: World) -> Counter[tuple[int, str]]:
    """What we caused: kind of event and address."""
    store = world.sandbox.store
    emails = {contact.id: contact.email for contact in world.flexmail.contacts()}
    return Counter((event.kind, emails[event.contact_id]) for event in store.events if event.origin is Origin.API)


def quiet(world: World) -> bool:
    """Whether the next push finds nothing to do."""
    world.flexmail.reset_calls()
    result = world.push()
    return result.code == 0 and not world.writes()


def adds_up(counts: dict[str, int]) -> bool:
    """Whether each selected relation is in exactly one count."""
    parts = ("created", "updated", "adopted", "unchanged", "shadowed", "out", "parked", "held", "waiting", "failed")
    return counts["selected"] == sum(counts[part] for part in parts)

"""Scenarios of contact imports in accounts that are not as one would wish."""

from tests.kills.scenario import Scenario, address
from tests.kills.stage import FIRST, Stage
from tests.scenarios.importing import never_done, soon_done
from tests.scenarios.running import DAY, HOUR

MANY = 61  # of whom so many may change that an import is cheaper, and the guard doesn't ask
CHANGED = 30


def known_there(stage: Stage) -> None:
    """Many who are in Flexmail already, where they have a field that Admin doesn't know."""
    stage.world.flexmail.add_custom_field("shoe_size")
    stage.world.relations(MANY, FIRST)
    stage.world.sql("UPDATE CUSTOMER SET FIRSTNAME = 'An'")
    for number in range(FIRST, FIRST + MANY):
        stage.world.flexmail.add_contact(
            address(number),
            source="Admin",
            name=f"Name {number}",
            first_name="An",
            language="nl",
            custom_fields={"shoe_size": f"size {number}"},
        )
    stage.run()


def imports_that_empty(stage: Stage) -> None:
    """An import takes away what it does not mention: one contact is tried, and put back; the others are spared it."""
    known_there(stage)
    stage.world.flexmail.quirks.import_keeps = False
    for number in range(FIRST, FIRST + CHANGED):
        stage.world.edit(number, NAME=f"Changed {number}")
    stage.clock.shift(DAY / 4)


def probe_under_way(stage: Stage) -> None:
    """The one that is tried is in an import of which nobody knows what became; the other changes were taken back."""
    imports_that_empty(stage)
    never_done(stage.world)
    stage.run()
    soon_done(stage.world)
    for number in range(FIRST, FIRST + MANY):
        stage.world.edit(number, NAME=f"Name {number}")
    stage.world.edit(FIRST, NAME="Changed")
    stage.clock.shift(HOUR)


def import_under_way(stage: Stage) -> None:
    """The last run did not see the end of its import; who was in it was unticked, and changed since."""
    stage.world.relations(40, FIRST)
    never_done(stage.world)
    stage.run()
    soon_done(stage.world)
    stage.world.untick(102)
    stage.world.edit(103, NAME="Changed")
    stage.world.relation(201, address(104), name="Shares")
    stage.clock.shift(HOUR)


def import_vanished(stage: Stage) -> None:
    """Flexmail does not know the import any more that the last run began."""
    stage.world.relations(40, FIRST)
    never_done(stage.world)
    stage.run()
    soon_done(stage.world)
    stage.world.sandbox.store.imports.clear()
    stage.clock.shift(2 * DAY)


def no_imports(stage: Stage) -> None:
    """The account takes none: they go one by one."""
    stage.world.flexmail.quirks.imports_status = 404
    stage.world.relations(20, FIRST)


def import_in_a_tight_budget(stage: Stage) -> None:
    """The month's calls reach for one import; a run that is killed has used some of them."""
    stage.world.configure(flexmail={"calls_per_month": 24})
    stage.world.relations(40, FIRST)
    stage.world.flexmail.add_contact(address(101), name="Name 101", language="nl")


def next_month(stage: Stage) -> None:
    """There are calls again."""
    stage.world.configure(flexmail={"calls_per_month": 0})


SCENARIOS = (
    Scenario("imports that empty", imports_that_empty),
    Scenario("a probe under way", probe_under_way),
    Scenario("an import under way", import_under_way),
    Scenario("an import that vanished", import_vanished),
    Scenario("no imports", no_imports),
    Scenario("import in a tight budget", import_in_a_tight_budget, day_after=next_month),
)

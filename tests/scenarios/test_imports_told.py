"""What the operator reads of an import that is under way, and what a wasted one may cost."""

import pytest

from tests.scenarios.importing import MANY, imports, never_done, paths, rename_many, singly, soon_done
from tests.scenarios.world import World

pytestmark = pytest.mark.usefixtures("no_waiting")


def test_explain_says_that_it_is_in_an_import(office: World) -> None:
    never_done(office)
    office.relations(MANY)
    office.push()
    told = office.run("explain", "7").out
    assert "import" in told
    assert "takes no new contacts" not in told
    assert "40 contacts" in office.run("status").out


def test_who_was_imported_by_an_earlier_run_is_named_by_the_mail_of_the_next(office: World) -> None:
    never_done(office)
    office.relations(MANY)
    office.run("run", "--json")
    office.flexmail.finish_imports()
    soon_done(office)
    office.configure(summary={"when": "always"})
    told = office.run("run").out
    assert "Name 7" in told


def test_no_listing_is_bought_where_nobody_could_show_what_an_import_does(world: World) -> None:
    """They have nothing but the name that changes."""
    world.with_soap()
    world.relations(MANY)
    for number in range(1, MANY + 1):
        world.flexmail.add_contact(f"relation{number}@example.be", source="Admin", name=f"Name {number}", language="nl")
    assert world.push().code == 0
    rename_many(world, many=19)
    world.configure(guard={"percent": 100})
    world.flexmail.reset_calls()
    assert world.push().counts()["updated"] == 19
    assert (imports(world), singly(world), paths(world).count("GET /contacts")) == (0, 19, 0)

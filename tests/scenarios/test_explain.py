"""`flexsync explain`: why a person does or doesn't get the newsletter; at no call."""

from datetime import datetime, timedelta

import pytest
import time_machine

from flexsync_cli.domain.months import BRUSSELS
from tests.scenarios.world import Result, World

pytestmark = pytest.mark.usefixtures("token_in_a_file")


def explain(world: World, who: object) -> Result:
    """What it says; it never calls, and leaves the state as it is."""
    before = len(world.flexmail.calls)
    result = world.run("explain", str(who))
    assert len(world.flexmail.calls) == before
    return result


def told(result: Result, label: str) -> list[str]:
    return [
        line.strip().removeprefix(f"{label}: ") for line in result.out.splitlines() if line.strip().startswith(f"{label}: ")
    ]


def headline(result: Result) -> str:
    return result.out.splitlines()[0]


def test_before_the_first_run_nothing_is_known_of_flexmail(world: World) -> None:
    world.relation(1, "een@example.be", name="Peeters", FIRSTNAME="Els")
    result = explain(world, 1)
    assert headline(result) == "relation 1, Els Peeters: does not get the newsletter"
    assert told(result, "in Flexmail") == ["no contact that flexsync knows of"]
    assert told(result, "next run") == ["adds it to Flexmail, or takes over the contact that has its address already"]


def test_somebody_who_gets_it(world: World) -> None:
    world.relation(1, "een@example.be", name="Peeters", FIRSTNAME="Els")
    world.run("run")
    result = explain(world, "EEN@example.be")
    assert headline(result) == "relation 1, Els Peeters: gets the newsletter"
    assert told(result, "in Admin") == ["active, newsletter ticked, CRM type 3, een@example.be"]
    (contact,) = told(result, "in Flexmail")
    assert "active as last seen, linked since" in contact
    assert "at een@example.be (language nl; name Peeters; first name Els)" in contact or "name Peeters" in contact
    assert told(result, "next run") == ["has nothing to do for this relation"]
    assert "added to Flexmail" in result.out.splitlines()[-1]


def test_a_contact_id_names_its_relation(world: World) -> None:
    world.relation(1, "een@example.be")
    world.run("run")
    (contact,) = world.flexmail.contacts()
    assert headline(explain(world, contact.id)) == "relation 1, Peeters: gets the newsletter"


def test_what_changes_at_the_next_run(world: World) -> None:
    world.relation(1, "een@example.be")
    world.run("run")
    (contact,) = world.flexmail.contacts()
    world.edit(1, NAME="Janssens", FIRSTNAME="Jo")
    assert told(explain(world, 1), "next run") == [f"brings contact {contact.id} up to date: first_name, name"]
    world.edit(1, EMAIL="een.nieuw@example.be")
    assert told(explain(world, 1), "next run") == [f"gives contact {contact.id} the new address"]
    assert headline(explain(world, "een@example.be")).startswith("relation 1,")


def test_unticked(world: World) -> None:
    world.relation(1, "een@example.be")
    world.run("run")
    (contact,) = world.flexmail.contacts()
    world.untick(1)
    before = explain(world, 1)
    assert headline(before).endswith("still gets the newsletter")
    assert told(before, "although") == ["the newsletter is not ticked in Admin"]
    assert told(before, "next run") == [f"unsubscribes contact {contact.id} in Flexmail"]
    world.run("run")
    after = explain(world, 1)
    assert headline(after).endswith("does not get the newsletter")
    assert told(after, "next run") == ["has nothing to do for this relation"]


def test_a_person_who_said_no_stays_out_though_ticked_again(world: World) -> None:
    world.with_soap()
    world.relation(1, "een@example.be")
    world.run("run")
    world.flexmail.unsubscribe("een@example.be")
    world.run("run")
    assert not world.is_ticked(1)
    world.tick(1)
    world.run("run")
    result = explain(world, 1)
    assert headline(result).endswith("does not get the newsletter")
    (why,) = told(result, "because")
    assert why.startswith(f"the person said no, on {datetime.now(BRUSSELS):%Y-%m}")
    assert told(result, "next run") == ["leaves it alone, whatever Admin says"]
    assert told(result, "for you")[0].startswith("Newsletter ticked, but the person may not be mailed. ")
    assert any("newsletter unticked in Admin" in line for line in result.out.splitlines())


def test_a_no_holds_at_a_changed_address(world: World) -> None:
    world.with_soap()
    world.relation(1, "een@example.be")
    world.run("run")
    world.flexmail.unsubscribe("een@example.be")
    world.run("run")
    world.edit(1, EMAIL="twee@example.be")
    world.tick(1)
    (why,) = told(explain(world, 1), "because")
    assert why.endswith(". That was at een@example.be, and it holds here too")


def test_a_consent_ends_it(world: World) -> None:
    world.relation(1, "een@example.be")
    world.run("run")
    world.untick(1)
    world.run("run")
    world.tick(1)
    world.run("consent", "een@example.be", "--on", today(), "--how", "by phone")
    result = explain(world, 1)
    assert told(result, "consent")[0].endswith(": by phone")
    assert told(result, "out")[0].endswith("because a consent")
    assert told(result, "next run") == ["adds it to Flexmail, or takes over the contact that has its address already"]


def test_two_relations_with_one_address(world: World) -> None:
    world.relation(1, "een@example.be")
    world.relation(2, "een@example.be", name="Maes")
    world.run("run")
    result = explain(world, "een@example.be")
    assert [line for line in result.out.splitlines() if line.startswith("relation")] == [
        "relation 1, Peeters: gets the newsletter",
        "relation 2, Maes: gets the newsletter",
    ]
    assert told(result, "because")[1] == "it shares its address with relation 1, through which the address is mailed"
    assert result.out.count("added to Flexmail") == 1


@pytest.mark.parametrize(
    ("email", "active", "why"),
    [
        (None, 1, "its newsletter is ticked, but it has no e-mail address: enter one in Admin"),
        ("een@", 1, "its e-mail address is not valid: correct it in Admin"),
        ("een@example.be", None, "Admin says neither that it is active nor that it isn't: say so there"),
        ("een@example.be", 0, "the relation is not active in Admin"),
    ],
)
def test_what_admin_lacks(world: World, email: str | None, active: int | None, why: str) -> None:
    world.relation(1, email, active=active)
    result = explain(world, 1)
    assert headline(result).endswith("does not get the newsletter")
    assert told(result, "because") == [why]


def test_a_type_that_is_not_selected(world: World) -> None:
    world.relation(1, "een@example.be", CRM_TYPE=9)
    world.configure(sync={"crm_types": [3]})
    assert told(explain(world, 1), "because") == ["its CRM type is not among those selected (sync.crm_types)"]


def test_parked_names_the_field_to_mend(world: World) -> None:
    world.relation(1, "een@example.be", EMPLOYEES=5)
    world.configure(fields={"size": "EMPLOYEES"})
    world.flexmail.add_custom_field("size", "multiple_choice", ["10", "20"])
    world.run("run")
    result = explain(world, 1)
    assert told(result, "because") == [f"Flexmail refused what Admin holds, on {today()}: mend size"]
    assert told(result, "next run") == ["leaves it alone until what was refused changes"]


def test_a_row_that_is_gone(world: World, clock: time_machine.Traveller) -> None:
    world.relations(3)
    world.run("run")
    world.remove(2)
    world.run("run")
    result = explain(world, 2)
    assert headline(result) == "relation 2, Name 2: still gets the newsletter"
    assert told(result, "although") == [f"Admin has no such relation any more since {today()}"]
    assert told(result, "next run") == ["leaves it as it is; after a day it is kept as a plan to approve"]
    clock.shift(timedelta(hours=25))
    world.run("run")
    assert (
        f' holds it back; after a look: flexsync --config "{world.config}" approve ' in told(explain(world, 2), "to approve")[0]
    )


def test_held_back_by_the_guard_names_the_plan(world: World) -> None:
    world.relations(30)
    world.run("run")
    for number in range(1, 13):
        world.untick(number)
    assert world.run("run").code == 3
    world.relation(31, "new@example.be")
    leaver, comer = explain(world, 5), explain(world, 31)
    (plan,) = world.run("status", "--json").document["plans"]
    assert told(leaver, "to approve") == [f"plan {plan['id']} holds it back; after a look: {plan['approve']}"]
    (next_run,) = told(comer, "next run")
    assert next_run.startswith(f"leaves it as it is until plan {plan['id']} is approved, or its cause is gone; then it adds it")


def test_an_address_that_only_flexsync_remembers(world: World) -> None:
    world.with_soap()
    world.relation(1, "een@example.be")
    world.run("run")
    world.flexmail.add_contact("weg@example.be", state="unsubscribed")
    world.forget_state()
    world.run("run")
    result = explain(world, "weg@example.be")
    assert headline(result) == "weg@example.be: does not get the newsletter"
    assert told(result, "because")[0].startswith("no relation in Admin has this address, and the person said no, on ")


def test_mail_that_came_back_is_said(world: World) -> None:
    world.with_soap()
    world.relations(2)
    world.run("run")
    world.flexmail.bounce("relation1@example.be", world.flexmail.send_campaign("Nieuwsbrief").id, code="5.2.1")
    world.run("run")
    assert told(explain(world, 1), "bounced")[0].startswith("mail to this address came back as undeliverable")
    assert told(explain(world, 2), "bounced") == []


def test_deleted_in_flexmail(world: World, clock: time_machine.Traveller) -> None:
    world.with_soap()
    world.relations(3)
    world.run("run")
    world.flexmail.delete("relation1@example.be")
    clock.shift(timedelta(hours=25))
    world.run("run")
    result = explain(world, 1)
    assert headline(result) == "relation 1, Name 1: does not get the newsletter"
    assert told(result, "because")[0].startswith("its contact was deleted in Flexmail: it comes back when")
    assert "Deleted in Flexmail" in told(result, "for you")[0]


def test_out_for_another_reason_than_the_persons_no(world: World, clock: time_machine.Traveller) -> None:
    world.with_soap()
    world.relations(2)
    world.run("run")
    world.flexmail.set_state("relation1@example.be", "bounced-out")
    world.flexmail.blacklist("relation2@example.be")
    clock.shift(timedelta(hours=25))
    world.run("run")
    assert "mail to this address can't be delivered, on " in told(explain(world, 1), "because")[0]
    assert "Flexmail has it on its blacklist, and why is not known, on " in told(explain(world, 2), "because")[0]


def test_who_came_back(world: World, clock: time_machine.Traveller) -> None:
    world.with_soap()
    world.relation(1, "een@example.be")
    world.run("run")
    world.flexmail.unsubscribe("een@example.be")
    world.run("run")
    clock.shift(timedelta(hours=1))
    world.flexmail.opt_in("een@example.be")
    clock.shift(timedelta(hours=25))
    world.run("run")
    result = explain(world, 1)
    assert headline(result) == "relation 1, Peeters: gets the newsletter"
    assert "but the person subscribed again in Flexmail" in told(result, "because")[0]
    assert "Came back in Flexmail" in told(result, "for you")[0]


def test_a_former_address_finds_its_relation(world: World) -> None:
    world.relation(1, "een@example.be")
    world.run("run")
    world.edit(1, EMAIL="nieuw@example.be")
    world.run("run")
    assert headline(explain(world, "een@example.be")) == "relation 1, Peeters: gets the newsletter"


def test_observing_is_said(world: World) -> None:
    world.configure(sync={"mode": "observe"})
    world.relation(1, "een@example.be")
    assert told(explain(world, 1), "next run")[0].endswith("; it only observes (sync.mode), and writes nothing")


def test_nobody(world: World) -> None:
    world.relation(1, "een@example.be")
    for who in ("niemand@example.be", "77", "?"):
        result = explain(world, who)
        assert result.code == 1
        assert result.out == ""
        assert "nobody has this address or id" in result.err


def today() -> str:
    return datetime.now(BRUSSELS).date().isoformat()

"""Exactly what a yes writes: to Admin, and into state."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flexsync_cli.domain.acquaintance import OptInSight
from flexsync_cli.domain.compare import Shape
from flexsync_cli.domain.events import Event, EventKind
from flexsync_cli.domain.known import LinkBook
from flexsync_cli.domain.model import Contact, Link, LinkStatus, Out, OutKind, OutSource, Relation
from flexsync_cli.domain.optin import AddRelation, OptIn, OptInPlan, TickRelation, guarded
from flexsync_cli.domain.plan import Guarded, Note
from flexsync_cli.domain.selection import Rules

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NOW = NOON + 60 * MINUTE
JAN, OLD, ELSE = "jan@example.be", "jan.old@example.be", "els@example.be"
SHAPE = Shape(account_languages=("nl",), language_codes={"N": "nl"})


def yes(contact_id: int | None = 7, address: str = JAN, minutes: float = 10) -> Event:
    return Event(EventKind.SUBSCRIPTION, NOON + minutes * MINUTE, contact_id, address)


def relation(number: int = 1, email: str = JAN, *, ticked: bool = False, active: bool = True, kind: str = "3") -> Relation:
    return Relation(str(number), "Peeters", "", email, "N", kind, active, ticked)


def link(contact_id: int = 7, address: str = JAN, status: LinkStatus = LinkStatus.OUT, *former: str) -> Link:
    addresses = frozenset({address, *former})
    return Link(contact_id, "1", address, NOON, status, {"name": "Peeters"}, addresses=addresses, interests=frozenset({"tax"}))


def out(address: str = JAN, minutes: float = 0, kind: OutKind = OutKind.PERSON) -> Out:
    at = NOON + minutes * MINUTE
    return Out(address, kind, OutSource.EVENT, at, at, 7, unticked_at=at)


def hear(
    yeses: Sequence[tuple[Event, Contact]],
    relations: Sequence[Relation] = (),
    links: Sequence[Link] = (),
    outs: Sequence[Out] = (),
    present: Sequence[Contact] = (),
    rules: Rules | None = None,
    ahead: timedelta = timedelta(),
) -> OptInPlan:
    sight = OptInSight(relations, LinkBook(links), outs, NOW, rules or Rules(), ahead)
    return OptIn(sight).decide(yeses, present, SHAPE)


YES = (yes(), Contact(7, JAN))


def test_an_unknown_person_is_added_with_the_address_and_the_yes_that_it_rests_on() -> None:
    assert hear([(yes(), Contact(7, "Jan@Example.be"))]) == OptInPlan(
        changes=[AddRelation(Contact(7, "Jan@Example.be"), JAN, yes())]
    )


def test_who_was_there_before_is_added_once_without_a_yes() -> None:
    plan = hear([], present=[Contact(7, JAN), Contact(8, "JAN@example.be")])
    assert plan == OptInPlan(changes=[AddRelation(Contact(7, JAN), JAN)])


def test_who_came_back_is_ticked_and_the_link_keeps_what_it_knew() -> None:
    plan = hear([YES], [relation()], [link(7, JAN, LinkStatus.OUT, OLD)], [out()])
    assert plan.changes == [TickRelation("1", Contact(7, JAN), JAN, yes())]
    assert plan.outs == [replace(out(), ended_at=NOW, ended_by="subscription")]
    assert plan.links == {7: replace(link(7, JAN, LinkStatus.OUT, OLD), status=LinkStatus.RETURNED, since=NOW)}


def test_who_came_back_at_another_address_is_the_same_contact_there() -> None:
    plan = hear([(yes(address=ELSE), Contact(7, ELSE))], [relation()], [link()], [out()])
    assert plan.changes == [TickRelation("1", Contact(7, ELSE), ELSE, yes(address=ELSE))]
    assert (plan.links[7].address, plan.links[7].addresses) == (ELSE, frozenset({JAN, ELSE}))


def test_a_contact_that_came_back_goes_to_the_relation_that_is_ticked_for_it() -> None:
    plan = hear([YES], [relation(active=False), relation(2)], [link()], [out()])
    assert plan.changes == [TickRelation("2", Contact(7, JAN), JAN, yes())]
    assert plan.links[7].relation_id == "2"


def test_who_came_back_as_a_new_contact_has_a_new_link_with_what_that_contact_shows() -> None:
    plan = hear([(yes(8), Contact(8, JAN, "", "PEETERS", "nl"))], [relation()], [link()], [out()])
    known = {"name": "Peeters", "language": "nl", "email": JAN}
    assert plan.links == {
        8: Link(8, "1", JAN, NOW, LinkStatus.RETURNED, known, addresses=frozenset({JAN})),
        7: replace(link(), status=LinkStatus.RELEASED, since=NOW),
    }


def test_a_new_contact_of_a_relation_that_is_gone_is_known_without_values() -> None:
    plan = hear([(yes(8), Contact(8, JAN, "", "Peeters", "nl"))], [], [link()], [out()])
    assert plan.links[8] == Link(8, "1", JAN, NOW, LinkStatus.RETURNED, addresses=frozenset({JAN}))


def test_the_contact_left_behind_at_a_former_address_is_let_go_now() -> None:
    plan = hear([YES], [relation()], [link(3, OLD)], [out(OLD)])
    assert plan.links[3] == replace(link(3, OLD), status=LinkStatus.RELEASED, since=NOW)


def test_a_former_address_finds_the_person_too() -> None:
    known = link(3, ELSE, LinkStatus.OUT, OLD)
    plan = hear([(yes(8, OLD), Contact(8, OLD))], [relation(email=ELSE)], [known], [out(OLD)])
    assert plan.changes == [TickRelation("1", Contact(8, OLD), OLD, yes(8, OLD))]


def test_every_yes_and_every_open_to_do_counts() -> None:
    other = Link(9, "2", ELSE, NOON, LinkStatus.OUT, addresses=frozenset({ELSE}))
    said = [YES, (yes(9, ELSE), Contact(9, ELSE))]
    plan = hear(said, [relation(active=False), relation(2, ELSE, active=False)], [link(), other], [out(), out(ELSE)])
    assert [each.address for each in plan.outs] == [JAN, ELSE]
    assert (plan.changes, plan.todos) == ([], 2)


def test_two_contacts_of_one_address_are_one_person_and_none_without_an_address() -> None:
    plan = hear([YES, (yes(8), Contact(8, "JAN@example.be")), (yes(9, ""), Contact(9, "none"))])
    assert [change.contact.id for change in plan.changes] == [7]
    assert plan.notes == [Note("", "opt_in_bad_address", (("contact", "9"),))]
    assert hear([], present=[Contact(9, "none")]) == OptInPlan(notes=plan.notes)


def test_what_the_answer_shows_is_judged_again() -> None:
    """The contact's address is another one by now, and there the person is mailed, or said no later."""
    moved = (yes(None, OLD), Contact(7, JAN))
    assert hear([moved], [relation(ticked=True)]) == OptInPlan()
    assert hear([moved], [relation()], [link()], [out(minutes=20)]) == OptInPlan()
    assert hear([moved], [relation(ticked=True)], [link()], [out(minutes=20)]) == OptInPlan()


def test_a_later_no_of_the_contacts_former_address_is_found_by_its_id() -> None:
    sight = OptInSight([relation()], LinkBook([link()]), [out(minutes=20)], NOW)
    assert OptIn(sight).worth_asking([yes(address=ELSE)]) == []
    assert hear([(yes(address=ELSE), Contact(7, ELSE))], [relation()], [link()], [out(minutes=20)]) == OptInPlan()


def test_whoever_is_known_by_id_alone_is_no_stranger() -> None:
    assert hear([], links=[link()], present=[Contact(7, ELSE)]) == OptInPlan()


@pytest.mark.parametrize(
    ("others", "rules"),
    [
        (relation(1, ticked=True, active=False), Rules()),
        (relation(1, active=False), Rules()),
        (relation(1, kind="9"), Rules(frozenset({"3"}))),
    ],
    ids=["ticked, not active", "not active", "not of a selected type"],
)
def test_the_relation_that_would_be_mailed_is_ticked(others: Relation, rules: Rules) -> None:
    plan = hear([YES], [others, relation(2)], [], [out()], rules=rules)
    assert plan.changes == [TickRelation("2", Contact(7, JAN), JAN, yes())]


def test_a_yes_of_before_a_leaver_was_kept_says_nothing_by_flexmails_clock() -> None:
    kept = [link(status=LinkStatus.KEPT)]
    assert len(hear([YES], [relation()], kept).changes) == 1
    assert hear([(yes(minutes=0), Contact(7, JAN))], [relation()], kept) == OptInPlan()
    assert hear([YES], [relation()], kept, ahead=20 * MINUTE) == OptInPlan()


def test_the_persons_own_no_is_in_flexmails_time_already() -> None:
    assert len(hear([YES], [relation()], [link()], [out(minutes=5)], ahead=6 * MINUTE).changes) == 1


def test_a_former_address_that_nobody_said_no_for_keeps_nobody_out() -> None:
    plan = hear([YES], [relation()], [link(7, JAN), link(3, OLD)], [out()])
    assert plan.changes == [TickRelation("1", Contact(7, JAN), JAN, yes())]


def test_a_no_said_at_an_address_the_contact_had_counts() -> None:
    moved = link(7, JAN, LinkStatus.OUT, OLD)
    assert hear([YES], [relation()], [moved], [out(OLD, minutes=20)]) == OptInPlan()


def test_a_kept_plan_remembers_whom_it_adds_and_whom_it_ticks() -> None:
    assert guarded(AddRelation(Contact(7, JAN), JAN)) == Guarded("add", "", 7)
    assert guarded(TickRelation("1", Contact(7, JAN), JAN, yes())) == Guarded("tick", "1", 7)

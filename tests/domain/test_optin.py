"""What a person's yes means, and how two sides' values are merged."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsync_cli.domain.acquaintance import OptInSight
from flexsync_cli.domain.compare import Shape
from flexsync_cli.domain.echoes import OwnWrite, latest, without_echoes
from flexsync_cli.domain.events import Event, EventKind
from flexsync_cli.domain.known import LinkBook
from flexsync_cli.domain.model import (
    FIELD,
    Contact,
    CustomField,
    FieldType,
    Link,
    LinkStatus,
    Out,
    OutKind,
    OutSource,
    Relation,
)
from flexsync_cli.domain.optin import AddRelation, OptIn, OptInPlan, TickRelation
from flexsync_cli.domain.profiles import admin_language, merge, told

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ADDRESS = "jan@example.be"
SHAPE = Shape(account_languages=("nl", "fr"), language_codes={"N": "nl", "F": "fr"})


def yes(minutes: float = 10, contact_id: int = 7, address: str = ADDRESS) -> Event:
    return Event(EventKind.SUBSCRIPTION, NOON + minutes * MINUTE, contact_id, address)


def relation(number: int = 1, email: str = ADDRESS, *, ticked: bool = False, active: bool | None = True) -> Relation:
    return Relation(str(number), "Peeters", "Jan", email, "N", "3", active, ticked)


def link(status: LinkStatus = LinkStatus.OUT, contact_id: int = 7, relation_id: str = "1", address: str = ADDRESS) -> Link:
    return Link(contact_id, relation_id, address, NOON, status, addresses=frozenset({address}))


def out(kind: OutKind = OutKind.PERSON, minutes: float = 0, address: str = ADDRESS, *, ended: bool = False) -> Out:
    source = OutSource.LEAVE if kind is OutKind.OFFICE else OutSource.EVENT
    at = NOON + minutes * MINUTE
    return Out(address, kind, source, at, at, 7, unticked_at=at, ended_at=at if ended else None, id=1)


def decide(
    event: Event | None = None,
    relations: Iterable[Relation] = (),
    links: Iterable[Link] = (),
    outs: Iterable[Out] = (),
    present: Iterable[Contact] = (),
    ahead: timedelta = timedelta(),
) -> OptInPlan:
    decision = OptIn(OptInSight(list(relations), LinkBook(links), list(outs), NOON + 60 * MINUTE, ahead=ahead))
    asked = decision.worth_asking([event] if event else [])
    return decision.decide([(each, Contact(each.contact_id or 0, each.address)) for each in asked], present, SHAPE)


def kinds(plan: OptInPlan) -> list[type]:
    return [type(change) for change in plan.changes]


def test_nobody_knows_this_person() -> None:
    plan = decide(yes())
    assert kinds(plan) == [AddRelation]
    assert not plan.links
    assert not plan.outs


def test_a_mailed_person_needs_nothing() -> None:
    assert decide(yes(), [relation(ticked=True)], [link(LinkStatus.OPEN)]) == OptInPlan()


def test_a_mailed_person_is_not_even_asked_about() -> None:
    decision = OptIn(OptInSight([relation(ticked=True)], LinkBook([]), [], NOON))
    assert decision.worth_asking([yes()]) == []


@pytest.mark.parametrize("kind", list(OutKind))
@pytest.mark.parametrize("ended", [False, True])
def test_a_yes_after_the_no_ticks(kind: OutKind, ended: bool) -> None:
    plan = decide(yes(), [relation()], [link()], [out(kind, ended=ended)])
    assert kinds(plan) == [TickRelation]
    assert [each.ended_by for each in plan.outs] == ([] if ended else ["subscription"])
    assert plan.links[7].status is LinkStatus.RETURNED


@pytest.mark.parametrize("minutes", [10, 11])
@pytest.mark.parametrize("ended", [False, True])
def test_a_yes_no_later_than_the_no_changes_nothing(minutes: float, ended: bool) -> None:
    assert decide(yes(10), [relation()], [link()], [out(minutes=minutes, ended=ended)]) == OptInPlan()


def test_the_last_of_several_noes_counts() -> None:
    assert decide(yes(10), [relation()], [link()], [out(minutes=0), out(minutes=20)]) == OptInPlan()


def test_our_own_times_are_read_by_flexmails_clock() -> None:
    said = [out(OutKind.OFFICE, minutes=5)]
    assert kinds(decide(yes(10), [relation()], [link()], said)) == [TickRelation]
    assert decide(yes(10), [relation()], [link()], said, ahead=6 * MINUTE) == OptInPlan()


def test_a_no_that_follows_to_another_address_has_to_be_earlier_too() -> None:
    former = link(contact_id=3, address="old@example.be")
    later = [out(minutes=20, address="old@example.be")]
    assert decide(yes(), [relation()], [former], later) == OptInPlan()
    plan = decide(yes(), [relation()], [former], [out(minutes=5, address="old@example.be")])
    assert kinds(plan) == [TickRelation]
    assert plan.links[3].status is LinkStatus.RELEASED
    assert not plan.outs, "at the old address, which may be another's, nothing is lifted"


def test_an_undeliverable_address_says_nothing_of_who_unticked() -> None:
    bounced = Out(ADDRESS, OutKind.UNDELIVERABLE, OutSource.STATE, NOON, NOON, 7, id=1)
    plan = decide(yes(), [relation()], [link()], [bounced])
    assert (kinds(plan), plan.todos) == ([], 1)
    assert plan.outs
    assert plan.links[7].status is LinkStatus.RETURNED


def test_an_undeliverable_person_who_is_still_ticked_is_mailed_again() -> None:
    bounced = Out(ADDRESS, OutKind.UNDELIVERABLE, OutSource.STATE, NOON, NOON, 7, id=1)
    plan = decide(yes(), [relation(ticked=True)], [link()], [bounced])
    assert (kinds(plan), plan.todos, len(plan.outs)) == ([], 0, 1)


@pytest.mark.parametrize("active", [False, None])
def test_an_inactive_relation_is_left_to_a_person(active: bool | None) -> None:
    plan = decide(yes(), [relation(active=active)], [link()], [out()])
    assert (kinds(plan), plan.todos) == ([], 1)


def test_an_untick_that_nobody_saw_is_left_to_a_person() -> None:
    plan = decide(yes(), [relation()], [link(LinkStatus.OPEN)])
    assert (kinds(plan), plan.todos, plan.links[7].status) == ([], 1, LinkStatus.RETURNED)


def test_the_yes_that_made_a_link_is_no_new_one() -> None:
    assert decide(yes(0), [relation()], [link(LinkStatus.OPEN)]) == OptInPlan()


def test_a_relation_that_is_gone_is_not_made_again() -> None:
    plan = decide(yes(), [], [link()], [out()])
    assert (kinds(plan), plan.todos) == ([], 1)


def test_present_contacts_become_relations_unless_anything_is_known_of_them() -> None:
    contacts = [Contact(number, f"{number}@example.be") for number in range(1, 5)]
    plan = decide(
        present=[*contacts, Contact(9, "no address")],
        relations=[relation(email="1@example.be")],
        links=[link(LinkStatus.RELEASED, contact_id=2, address="2@example.be")],
        outs=[out(address="3@example.be")],
    )
    assert [change.contact.id for change in plan.changes] == [4]
    assert [note.kind for note in plan.notes] == ["opt_in_bad_address"]


def test_one_person_becomes_one_relation() -> None:
    plan = decide(yes(), present=[Contact(7, ADDRESS), Contact(8, "JAN@example.be")])
    assert len(plan.changes) == 1


def test_of_a_persons_events_the_last_one_counts() -> None:
    assert latest([yes(5), yes(9), yes(7), yes(3, 8, "x@example.be")]) == [yes(3, 8, "x@example.be"), yes(9)]


@given(st.permutations(range(6)), st.floats(0, 900))
def test_each_of_our_writes_takes_its_nearest_event(order: list[int], delay: float) -> None:
    """Six persons, each written by us and changing something an hour later."""
    echoes = [Event(EventKind.PROFILE_UPDATE, NOON + timedelta(seconds=delay), number, "") for number in range(1, 7)]
    changes = [Event(EventKind.PROFILE_UPDATE, NOON + timedelta(seconds=delay + 60), number, "") for number in range(1, 7)]
    events = [each for place in order for each in (changes[place], echoes[place])]
    writes = [OwnWrite(EventKind.PROFILE_UPDATE, number, "", NOON) for number in range(1, 7)]
    assert sorted(event.contact_id or 0 for event in without_echoes(events, writes)) == [1, 2, 3, 4, 5, 6]
    assert all(event in changes for event in without_echoes(events, writes))


def test_an_event_of_a_campaign_is_never_an_echo() -> None:
    event = Event(EventKind.PROFILE_UPDATE, NOON, 7, ADDRESS, campaign_id=5)
    assert without_echoes([event], [OwnWrite(EventKind.PROFILE_UPDATE, 7, ADDRESS, NOON)]) == [event]


# -- merging values

LAST: Mapping[str, str] = {"name": "Peeters", "first_name": "Jan", "language": "nl", "email": ADDRESS}


@pytest.mark.parametrize(
    ("here", "there", "new", "conflicts"),
    [
        ("Peeters", "Peeters", None, False),
        ("Peeters", "PEETERS ", None, False),
        ("Peeters", "Maes", "Maes", False),
        ("Maes", "Peeters", None, False),
        ("Maes", "Maes", None, False),
        ("Claes", "Maes", None, True),
        ("Peeters", "", None, False),
        ("", "Maes", "Maes", False),
    ],
)
def test_three_way(here: str, there: str, new: str | None, conflicts: bool) -> None:
    known = Link(7, "1", ADDRESS, NOON, values=LAST)
    row = Relation("1", here, "Jan", ADDRESS, "N", "3", True, True)
    merged = merge(known, row, {"name": there}, SHAPE)
    assert merged.new == ({} if new is None else {"name": new})
    assert merged.expected == ({} if new is None else {"name": here})
    assert merged.conflicts == (["name"] if conflicts else [])


def test_what_both_sides_changed_alike_is_agreed() -> None:
    known = Link(7, "1", ADDRESS, NOON, values=LAST)
    row = Relation("1", "Maes", "Jan", ADDRESS, "N", "3", True, True)
    assert merge(known, row, {"name": "MAES"}, SHAPE).agreed == {"name": "Maes"}


@given(st.text("ab", max_size=2), st.text("ab", max_size=2), st.text("ab", max_size=2))
def test_nothing_is_written_that_only_the_office_changed_and_nothing_empty(last: str, here: str, there: str) -> None:
    known = Link(7, "1", ADDRESS, NOON, values={**LAST, "name": last})
    row = Relation("1", here, "Jan", ADDRESS, "N", "3", True, True)
    merged = merge(known, row, {"name": there}, SHAPE)
    if there in ("", last):
        assert not merged.new
    if here not in ("", last):
        assert not merged.new, "the office's own change is never overwritten"


def test_soap_texts_are_read_by_the_fields_type() -> None:
    fields = {
        "size": CustomField("1", "size", "size", FieldType.NUMERIC),
        "tools": CustomField("2", "tools", "tools", FieldType.MULTIPLE_CHOICE),
        "since": CustomField("3", "since", "since", FieldType.DATE),
    }
    event = Event(
        EventKind.PROFILE_UPDATE, NOON, 7, ADDRESS, custom={"size": "12", "tools": "a, b", "since": "soon", "other": "x"}
    )
    values = told(event, Shape(custom_fields=fields))
    assert values == {"email": ADDRESS, FIELD + "size": 12, FIELD + "tools": ("a", "b")}


@pytest.mark.parametrize(
    ("code", "codes", "used", "value"),
    [
        ("FR", {"N": "nl", "F": "fr"}, [], "F"),
        ("de", {"N": "nl", "F": "fr"}, ["N"], ""),
        ("de", {"N": "nl", "F": "fr"}, ["N", "DE"], "DE"),
        ("de", {}, [], "de"),
    ],
)
def test_languages_go_back_as_admin_writes_them(code: str, codes: dict[str, str], used: list[str], value: str) -> None:
    assert admin_language(code, codes, used) == value


def test_deleted_there_and_subscribed_anew_the_new_contact_is_taken_up() -> None:
    deleted = link(LinkStatus.DELETED, contact_id=3)
    plan = decide(yes(), [relation(ticked=True)], [deleted])
    assert (kinds(plan), plan.todos) == ([], 0)
    assert {number: each.status for number, each in plan.links.items()} == {7: LinkStatus.RETURNED, 3: LinkStatus.RELEASED}


def test_a_yes_lifts_what_follows_a_ticked_relation() -> None:
    former = link(contact_id=3, address="old@example.be")
    plan = decide(yes(), [relation(ticked=True)], [former], [out(address="old@example.be")])
    assert plan.links[3].status is LinkStatus.RELEASED

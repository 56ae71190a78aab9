"""Exactly what a push plans: the change of each kind, what is told of it, and when it waits."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from flexsync_cli.domain.compare import Shape
from flexsync_cli.domain.fields import fingerprint
from flexsync_cli.domain.model import Contact, CustomField, FieldType, Link, LinkStatus, Parked, Relation, Value
from flexsync_cli.domain.plan import (
    Adopt,
    Create,
    Guarded,
    Leave,
    LeaveReason,
    Move,
    Note,
    Readdress,
    Update,
    Verdict,
)
from flexsync_cli.domain.push import DOUBTED, PushPlan, Sight, decide, parked_address, parked_create
from flexsync_cli.domain.selection import Rules
from tests.domain.people import LONG_AGO, NOW, Office, link, relation

A, B, C = "een@example.be", "twee@example.be", "drie@example.be"
SIZE = CustomField("1", "size", "size", FieldType.NUMERIC)
SHAPE = Shape(language_codes={"N": "nl"}, account_languages=("nl", "fr"))
SIZED = replace(SHAPE, custom_fields={"size": SIZE})
KNOWN: Mapping[str, Value] = {"name": "Peeters", "first_name": "An", "language": "nl"}
LONG = "Vereniging van mede-eigenaars van het gebouw De Oude Molen"
CUT = "Vereniging van mede-eigenaars van het gebouw De"


def planned(office: Office, shape: Shape = SHAPE, rules: Rules | None = None, **sight: object) -> PushPlan:
    seen = replace(Sight(office.relations, office.known, NOW, office.listing), **sight)  # type: ignore[arg-type]  # its fields
    return decide(seen, rules or Rules(), shape)


def test_a_new_relation_is_created_with_what_it_has() -> None:
    plan = planned(Office([replace(relation(1, A), first_name="", language="")]))
    assert plan.changes == [Create("1", A, {"language": "nl", "name": "Peeters"})]
    assert (plan.verdicts, plan.notes) == ({"1": Verdict.CREATED}, [])
    assert (plan.listed, plan.offered, plan.partial, plan.stopped) == (False, [], False, False)


def test_what_is_cut_is_told_of_every_change() -> None:
    office = Office([replace(relation(1, A), name=LONG), replace(relation(2, B), name=LONG)], [link(12, 2, B)])
    plan = planned(office)
    assert plan.changes == [
        Create("1", A, {**KNOWN, "name": CUT}),
        Update("2", 12, B, {**KNOWN, "email": B}, {"name": CUT}),
    ]
    assert plan.notes == [Note(number, "cut", (("field", "name"),)) for number in ("1", "2")]
    assert plan.verdicts == {"1": Verdict.CREATED, "2": Verdict.UPDATED}


def test_a_changed_address_takes_every_value_along() -> None:
    plan = planned(Office([replace(relation(1, B), name=LONG)], [link(11, 1, A)]), SIZED)
    assert plan.changes == [Readdress("1", 11, A, B, {**KNOWN, "name": CUT, "field:size": None})]
    assert [note.kind for note in plan.notes] == ["cut"]
    assert plan.verdicts == {"1": Verdict.UPDATED}


@pytest.mark.parametrize(("former", "unticked"), [(relation(1, A, ticked=False), True), (relation(1, A, active=False), False)])
def test_a_link_that_goes_on_says_from_whom_and_whether_that_one_was_unticked(former: Relation, unticked: bool) -> None:
    office = Office([former, replace(relation(2, A), name=LONG, first_name="")], [link(11, 1, A)])
    plan = planned(office, SIZED)
    values = {"name": CUT, "first_name": "", "language": "nl", "field:size": None}
    assert plan.changes == [Move("2", 11, A, "1", values, former_unticked=unticked)]
    assert [note.kind for note in plan.notes] == ["cut"]


def test_a_link_of_a_row_that_is_gone_goes_on_without_a_word_on_an_untick() -> None:
    plan = planned(Office([relation(2, A)], [link(11, 1, A)]))
    assert plan.changes == [Move("2", 11, A, "1", KNOWN, former_unticked=False)]


def test_a_contact_that_was_found_is_linked_as_it_is_or_brought_up_to_date() -> None:
    office = Office([relation(1, A), replace(relation(2, B), name=LONG)])
    office.listing = {50: Contact(50, A, "AN", "Peeters", "nl"), 51: Contact(51, B, "An", "Maes", "nl")}
    plan = planned(office)
    assert plan.changes == [
        Adopt("1", 50, A, KNOWN),
        Update("2", 51, B, {**KNOWN, "name": "Maes"}, {"name": CUT}),
    ]
    assert plan.verdicts == {"1": Verdict.ADOPTED, "2": Verdict.UPDATED}
    assert [note.relation_id for note in plan.notes] == ["2"]
    assert plan.listed
    assert plan.departures.leaves == []


def test_a_contact_that_both_sides_gave_the_same_new_address_stays_its_relations() -> None:
    plan = planned(Office([relation(1, A)], [link(50, 1, B)], listing={50: Contact(50, A, "An", "Peeters", "nl")}))
    assert plan.changes == [Adopt("1", 50, A, KNOWN)]
    assert plan.departures.relinks == []


def test_a_link_that_is_taken_up_again_is_adopted_with_what_it_has() -> None:
    plan = planned(Office([relation(1, A)], [link(11, 1, A, LinkStatus.KEPT)]))
    assert plan.changes == [Adopt("1", 11, A, {**KNOWN, "email": A})]
    assert plan.verdicts == {"1": Verdict.ADOPTED}


def test_the_same_is_unchanged_and_nothing_else() -> None:
    plan = planned(Office([relation(1, A)], [link(11, 1, A)]))
    assert (plan.changes, plan.verdicts, plan.departures.relinks) == ([], {"1": Verdict.UNCHANGED}, [])


# ---- what was edited in Flexmail


def edited(name: str) -> Office:
    return Office([relation(1, A)], [link(11, 1, A)], listing={11: Contact(11, A, "An", name, "nl")})


def test_what_was_edited_there_is_put_back_and_told_as_such() -> None:
    office = edited("Maes")
    office.relations = [replace(relation(1, A), first_name="Anna")]
    repaired = {**KNOWN, "email": A, "name": "Maes"}
    assert planned(office).changes == [
        Update("1", 11, A, repaired, {"name": "Peeters", "first_name": "Anna"}, repairs={"name": "Maes"})
    ]


def test_what_was_edited_there_is_left_where_the_persons_change_counts() -> None:
    assert planned(edited("Maes"), replace(SHAPE, repair=False)).changes == []


def test_what_was_edited_there_and_is_empty_here_is_left() -> None:
    office = Office([replace(relation(1, A), first_name="")], [replace(link(11, 1, A), values={**KNOWN, "first_name": ""})])
    office.listing = {11: Contact(11, A, "An", "Maes", "nl")}
    (change,) = planned(office).changes
    assert isinstance(change, Update)
    assert (change.values, change.repairs) == ({"name": "Peeters"}, {"name": "Maes"})


def test_an_emptied_field_is_blanked_only_where_that_is_wanted() -> None:
    office = Office([replace(relation(1, A), first_name="")], [link(11, 1, A)])
    assert planned(office).changes == []
    (change,) = planned(office, replace(SHAPE, blank=True)).changes
    assert isinstance(change, Update)
    assert change.values == {"first_name": None}


@pytest.mark.parametrize("language", ["N", ""])
@pytest.mark.parametrize(("address", "agreed"), [(A, A), (B, B)])
def test_both_sides_changed_alike_is_remembered_by_admins_address_where_it_is_the_contacts(
    address: str, agreed: str, language: str
) -> None:
    known = replace(link(11, 1, address), values={**KNOWN, "email": B})
    plan = planned(Office([replace(relation(1, agreed), language=language)], [known]))
    assert [each.values["email"] for each in plan.departures.relinks] == ([A] if address == A else [])


# ---- what waits


def test_creates_wait_while_the_account_takes_none_and_the_rest_goes_on() -> None:
    office = Office([relation(1, A), replace(relation(2, B), name="Maes"), relation(3, C)], [link(12, 2, B)])
    plan = planned(office, creates_wait=True)
    assert plan.verdicts == {"1": Verdict.WAITING, "3": Verdict.WAITING, "2": Verdict.UPDATED}
    assert plan.notes == [Note("1", "waiting"), Note("3", "waiting")]
    assert [change.relation_id for change in plan.changes] == ["2"]


def test_parked_says_what_was_refused_and_which_field_to_mend() -> None:
    office = Office([relation(1, A)])
    office.parked = [Parked("1", planned(office).fingerprints["1"], "invalid", "name", LONG_AGO)]
    plan = planned(office)
    assert plan.notes == [Note("1", "parked", (("problem", "invalid"), ("field", "name")))]
    assert (plan.changes, plan.verdicts) == ([], {"1": Verdict.PARKED})


@pytest.mark.parametrize("links", [[], [link(12, 2, C)]], ids=["new", "changed"])
def test_nobody_is_sent_to_an_address_whose_contact_could_not_be_moved_away(links: list[Link]) -> None:
    office = Office([relation(1, B), relation(2, A)], [link(11, 1, A), *links])
    office.parked = [Parked("1", parked_create(B), "inactive_there", "email", LONG_AGO)]
    plan = planned(office)
    assert (plan.changes, plan.verdicts) == ([], {"1": Verdict.PARKED, "2": Verdict.HELD})
    assert Note("2", "address_of_another") in plan.notes
    assert Verdict.HELD not in planned(office, retry_parked=True).verdicts.values()


@pytest.mark.parametrize(
    ("again", "verdict"),
    [
        ({"retry_parked": True}, Verdict.CREATED),
        ({"retry": frozenset({"1"})}, Verdict.CREATED),
        ({"retry": frozenset({"2"})}, Verdict.PARKED),
    ],
)
def test_parked_is_tried_again_where_it_is_asked_for(again: dict[str, object], verdict: Verdict) -> None:
    parked = Parked("1", parked_create(A), "inactive_there", "email", LONG_AGO)
    assert planned(Office([relation(1, A)], parked=[parked]), SHAPE, None, **again).verdicts == {"1": verdict}


@pytest.mark.parametrize("field", [replace(SIZE, type=FieldType.FREE_TEXT), replace(SIZE, placeholder="size_2")])
def test_parked_is_tried_again_once_the_account_defines_a_field_otherwise(field: CustomField) -> None:
    office = Office([relation(1, A)])
    office.parked = [Parked("1", planned(office, SIZED).fingerprints["1"], "invalid", "size", LONG_AGO)]
    assert planned(office, SIZED).verdicts == {"1": Verdict.PARKED}
    assert planned(office, replace(SHAPE, custom_fields={"size": field})).verdicts == {"1": Verdict.CREATED}


def test_what_was_refused_is_known_again_by_a_later_version() -> None:
    """It is kept in the state: were its form another, all that is parked would be tried again after an update."""
    sent = {**KNOWN, "email": A, "custom_fields": ("size size numeric",)}
    assert planned(Office([relation(1, A)]), SIZED).fingerprints == {"1": fingerprint(A, sent)}


def test_parked_stays_parked_in_whatever_order_the_fields_come() -> None:
    other = CustomField("2", "other", "other", FieldType.FREE_TEXT)
    office = Office([relation(1, A)])
    shapes = [
        replace(SHAPE, custom_fields=fields) for fields in ({"size": SIZE, "other": other}, {"other": other, "size": SIZE})
    ]
    assert planned(office, shapes[0]).fingerprints == planned(office, shapes[1]).fingerprints


def test_parked_is_for_the_address_it_was_refused_at() -> None:
    office = Office([relation(1, A)], [link(11, 1, B)])
    office.parked = [Parked("1", planned(office).fingerprints["1"], "invalid", "email", LONG_AGO)]
    assert planned(office).verdicts == {"1": Verdict.PARKED}
    office.relations = [relation(1, C)]
    assert planned(office).verdicts == {"1": Verdict.UPDATED}


def test_an_update_goes_on_where_only_the_create_was_refused() -> None:
    parked = Parked("1", parked_create(A), "inactive_there", "email", LONG_AGO)
    office = Office([replace(relation(1, A), name="Maes")], [link(11, 1, A)], parked=[parked])
    assert planned(office).verdicts == {"1": Verdict.UPDATED}


def test_the_address_is_read_back_from_what_was_parked() -> None:
    assert parked_address(parked_create(A)) == A


# ---- who leaves, who is held, who is doubted


def test_leaves_come_first() -> None:
    plan = planned(Office([relation(1, A, ticked=False), relation(2, B)], [link(11, 1, A)]))
    assert plan.changes == [Leave("1", 11, A, LeaveReason.UNTICKED), Create("2", B, KNOWN)]


def test_an_address_that_anothers_contact_took_there_is_held() -> None:
    plan = planned(Office([relation(1, A), relation(2, B)], [link(11, 1, B, admin=A)]))
    assert (plan.verdicts["2"], plan.notes) == (Verdict.HELD, [Note("2", "address_of_another")])


def test_doubted_are_those_who_are_parked_for_it_now() -> None:
    office = Office([relation(1, A), relation(2, B), relation(3, C)], [link(13, 3, C)])
    office.parked = [
        Parked("1", parked_create(A), DOUBTED, "email", LONG_AGO),
        Parked("2", parked_create(B), "blacklisted", "email", LONG_AGO),
        Parked("3", parked_create(C), DOUBTED, "email", LONG_AGO),
        Parked("9", parked_create(C), DOUBTED, "email", LONG_AGO),
    ]
    assert planned(office).doubted == [Guarded("untick", "1")]


def test_held_and_deleted_are_by_what_flexmail_says() -> None:
    office = Office([relation(1, A), relation(2, B)], [link(11, 1, A), link(12, 2, B, LinkStatus.DELETED)])
    assert planned(office, held=frozenset({11})).notes == [Note("1", "missing_there"), Note("2", "deleted_there")]
    again = planned(office, held=frozenset({11}), retry=frozenset({"2"}))
    assert again.verdicts == {"1": Verdict.HELD, "2": Verdict.CREATED}


def test_only_selected_types_are_pushed_and_offered() -> None:
    office = Office([relation(1, A), relation(2, B, crm_type="8")], listing={51: Contact(51, B)})
    plan = planned(office, rules=Rules(frozenset({"3"})))
    assert plan.verdicts == {"1": Verdict.CREATED}
    assert plan.offered == [Leave("2", 51, B, LeaveReason.OFFERED)]

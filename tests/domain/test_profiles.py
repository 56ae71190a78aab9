"""A person's changed profile: what it tells, and what of it becomes Admin's."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from flexsync_cli.domain.compare import Shape
from flexsync_cli.domain.events import Event, EventKind
from flexsync_cli.domain.model import Contact, CustomField, FieldType, Link, Relation, Value, Values
from flexsync_cli.domain.profiles import Merge, admin_language, confirmed, merge, shown, stored, told
from tests.domain.people import link, relation

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
A, B = "een@example.be", "twee@example.be"
SHAPE = Shape(
    custom_fields={
        "size": CustomField("1", "size", "size_there", FieldType.NUMERIC),
        "tools": CustomField("2", "tools", "tools_there", FieldType.MULTIPLE_CHOICE),
        "note": CustomField("3", "note", "note_there", FieldType.FREE_TEXT),
        "crm": CustomField("4", "crm", "crm_there", FieldType.MULTIPLE_CHOICE),
    },
    language_codes={"N": "nl", "F": "fr"},
    account_languages=("nl", "fr", "de"),
    interests_field="crm",
)
ROW = replace(relation(1, A, size="12", note="old"), interests=frozenset({"tax"}))
KNOWN = replace(link(11, 1, A), values={**link(11, 1, A).values, "field:size": 12, "field:note": "old"})


def merged(there: Values, known: Link = KNOWN, row: Relation = ROW, used: tuple[str, ...] = ()) -> Merge:
    return merge(known, row, there, SHAPE, used)


# ---- what Flexmail tells


def test_an_event_tells_what_it_has_by_placeholder_and_type_and_not_the_interests() -> None:
    custom = {"size_there": "3,5", "tools_there": "a; b,, c|a\r\nd", "note_there": " big, small ", "crm_there": "vat"}
    event = Event(EventKind.PROFILE_UPDATE, NOON, 11, B, values={"name": "Maes"}, custom=custom)
    assert told(event, SHAPE) == {
        "name": "Maes",
        "email": B,
        "field:size": 3.5,
        "field:tools": ("a", "b", "c", "a", "d"),
        "field:note": "big, small",
    }


@pytest.mark.parametrize("custom", [{}, {"size_there": "big"}, {"tools_there": " ; ,"}, {"note_there": " "}])
def test_what_is_missing_unfit_or_empty_is_left_out(custom: dict[str, Value]) -> None:
    assert told(Event(EventKind.PROFILE_UPDATE, NOON, 11, A, custom=custom), SHAPE) == {"email": A}


def test_choices_that_come_as_choices_stay_so() -> None:
    event = Event(EventKind.PROFILE_UPDATE, NOON, 11, A, custom={"tools_there": ("a, b", "c")})
    assert told(event, SHAPE)["field:tools"] == ("a, b", "c")


def test_a_contact_shows_its_values_and_its_address_and_not_the_interests() -> None:
    contact = Contact(11, "Twee@Example.be", "An", "Maes", "nl", {"size_there": 3, "crm_there": ("vat",)})
    assert shown(contact, SHAPE) == {
        "name": "Maes",
        "first_name": "An",
        "language": "nl",
        "email": B,
        "field:size": 3,
        "field:tools": None,
        "field:note": None,
    }


# ---- what becomes of it


def test_what_only_the_person_changed_is_taken_with_what_admin_has_now() -> None:
    there: Values = {"name": "Maes", "email": B, "language": "fr", "field:note": "new", "field:size": 13}
    assert merged(there) == Merge(
        expected={"name": "Peeters", "email": A, "language": "N", "field:note": "old", "field:size": "12"},
        new={**there, "language": "F"},
    )


def test_what_both_have_by_now_is_agreed_in_admins_form() -> None:
    row = replace(ROW, name="Maes", email=B, fields={"size": "13", "note": "NEW"})
    there: Values = {"name": "MAES", "email": B, "field:size": 13, "field:note": "new"}
    assert merged(there, row=row) == Merge(agreed={"name": "Maes", "email": B, "field:size": 13, "field:note": "NEW"})


def test_what_both_changed_otherwise_is_admins_and_told() -> None:
    row = replace(ROW, name="Claes", email=B, fields={"size": "14"})
    there: Values = {"name": "Maes", "email": "drie@example.be", "field:size": 13}
    assert merged(there, row=row) == Merge(conflicts=["name", "email", "field:size"])


def test_one_value_that_says_nothing_stops_no_other() -> None:
    """Empty, unchanged, agreed, or in conflict: what comes after it is merged all the same."""
    row = replace(ROW, first_name="Ann", language="F")
    there = {"email": A, "field:note": "", "first_name": "Anna", "language": "fr", "name": "Maes"}
    assert merged(there, row=row) == Merge({"name": "Peeters"}, {"name": "Maes"}, {"language": "fr"}, ["first_name"])


def test_an_address_we_never_agreed_on_is_compared_with_the_contacts() -> None:
    bare = replace(KNOWN, values={})
    assert merged({"email": A}, bare) == Merge()
    assert merged({"email": B}, bare).new == {"email": B}
    assert merged({"name": A}, replace(bare, values={}), replace(ROW, name="")).new == {"name": A}


def test_what_flexmail_showed_beside_what_we_sent_is_nobodys_change() -> None:
    tolerated = replace(KNOWN, shown={"name": "PEETERS NV"})
    assert merged({"name": "Peeters nv"}, tolerated) == Merge()
    assert merged({"name": "Maes"}, tolerated).new == {"name": "Maes"}
    assert merged({"first_name": "Peeters nv"}, tolerated).new == {"first_name": "Peeters nv"}


def test_an_address_is_not_written_into_a_field_that_holds_several() -> None:
    several = replace(ROW, email=f"{A}; {B}")
    assert merged({"email": "drie@example.be"}, row=several) == Merge()
    assert merged({"name": "Maes"}, row=several).new == {"name": "Maes"}


def test_a_language_that_admin_has_no_value_for_is_told_and_not_written() -> None:
    assert merged({"language": "de"}) == Merge(unmapped=["language"])
    assert merged({"language": "de"}, used=("N", "DE")).new == {"language": "DE"}


def test_a_language_is_known_whatever_its_case_and_spaces() -> None:
    assert admin_language(" FR ", {"N": "nl", "F": " Fr"}, []) == "F"
    assert admin_language(" DE", {"N": "nl"}, ["N", " de "]) == " de "
    assert admin_language("FR", {"F": "fr", "FRANS": "fr"}, []) == "F"


# ---- Admin's side


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", "Peeters"),
        ("first_name", "An"),
        ("email", A),
        ("language", "N"),
        ("field:note", "old"),
        ("field:tools", None),
    ],
)
def test_a_value_as_admin_has_it(key: str, value: Value) -> None:
    assert stored(ROW, key) == value


def test_what_was_written_is_confirmed_in_the_form_that_is_compared() -> None:
    row = replace(ROW, email=" Een@Example.be ", first_name="")
    keys = ["name", "first_name", "email", "language", "field:size", "field:tools", "unknown"]
    assert confirmed(row, keys, SHAPE) == {"name": "Peeters", "email": A, "language": "nl", "field:size": 12}

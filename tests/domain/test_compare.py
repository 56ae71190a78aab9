from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsync_cli.domain.compare import Shape, adoption, agreed, alike, desired, differences, edited_there, fresh, whole
from flexsync_cli.domain.fields import shown_values
from flexsync_cli.domain.model import Contact, CustomField, FieldType, Relation, Value
from flexsync_cli.domain.plan import Adopt, Note, Update
from tests.domain.people import relation

A = "een@example.be"
SHAPE = Shape(
    custom_fields={"size": CustomField("1", "size", "size_1", FieldType.NUMERIC)},
    language_codes={"N": "nl", "F": "fr"},
    account_languages=("nl", "fr"),
)
VALUES = st.dictionaries(
    st.sampled_from(("name", "first_name", "language", "field:size")),
    st.sampled_from((None, "", "a", "A", "\u00e9", 1, ("x", "y"))),
)


def test_desired_has_all_that_can_be_sent() -> None:
    values, notes = desired(relation(1, A, size="12"), SHAPE)
    assert values == {"name": "Peeters", "first_name": "An", "language": "nl", "field:size": 12}
    assert notes == []


def test_what_is_left_out_is_told() -> None:
    values, notes = desired(replace(relation(1, A, size="big"), language="Z", name="word " * 20), SHAPE)
    assert "language" not in values
    assert "field:size" not in values
    assert [note.kind for note in notes] == ["cut", "language_unmapped", "unfit_value"]


def test_an_empty_language_is_nothing_to_tell() -> None:
    values, notes = desired(replace(relation(1, A), language=""), SHAPE)
    assert ("language" in values, notes) == (False, [])


def test_interests_may_be_one_field() -> None:
    shape = Shape(custom_fields={"crm": CustomField("1", "crm", "crm", FieldType.MULTIPLE_CHOICE)}, interests_field="crm")
    values, _ = desired(replace(relation(1, A), interests=frozenset({"b", "a"})), shape)
    assert values["field:crm"] == ("a", "b")


@pytest.mark.parametrize(
    ("wanted", "base", "blank", "sent"),
    [
        ("An", "An ", False, {}),
        ("An", "an", False, {"name": "An"}),
        ("Rene\u0301", "Ren\u00e9", False, {}),
        ("", "An", False, {}),
        ("", "An", True, {"name": None}),
        (None, "An", True, {"name": None}),
        ("", None, True, {}),
        ("An", None, False, {"name": "An"}),
    ],
)
def test_differences(wanted: Value, base: Value, blank: bool, sent: dict[str, Value]) -> None:
    assert differences({"name": wanted}, {"name": base}, blank=blank) == sent


@given(VALUES, VALUES, st.booleans())
def test_nothing_differs_once_it_was_sent(wanted: dict[str, Value], base: dict[str, Value], blank: bool) -> None:
    sent = differences(wanted, base, blank=blank)
    assert differences(wanted, {**base, **sent}, blank=blank) == {}
    assert sent.keys() <= wanted.keys()


@given(VALUES, VALUES)
def test_what_was_agreed_on_is_not_seen_as_edited(wanted: dict[str, Value], shown: dict[str, Value]) -> None:
    assert edited_there(agreed(wanted, shown), shown, {}) == {}


def test_edited_there_but_for_what_is_tolerated() -> None:
    assert edited_there({"name": "A", "email": "x"}, {"name": "B"}, {}) == {"name": "B"}
    assert edited_there({"name": "A"}, {"name": "b "}, {"name": "B"}) == {}


def test_a_new_contact_always_has_a_language() -> None:
    assert fresh({"name": "", "first_name": "An"}, SHAPE) == {"language": "nl", "first_name": "An"}
    assert fresh({"language": "fr"}, SHAPE) == {"language": "fr"}


def test_whole_is_everything_with_nothing_as_nothing() -> None:
    assert whole({"name": None, "first_name": "An", "field:size": None}) == {
        "name": "",
        "first_name": "An",
        "field:size": None,
    }


def test_what_is_left_out_or_cut_is_told_by_relation_and_field() -> None:
    row = replace(relation(7, A, size="big"), language="F", name="word " * 20, first_name="x" * 51)
    values, notes = desired(row, replace(SHAPE, account_languages=("nl",)))
    assert notes == [
        Note("7", "cut", (("field", "name"),)),
        Note("7", "cut", (("field", "first_name"),)),
        Note("7", "language_unmapped"),
        Note("7", "unfit_value", (("field", "size"),)),
    ]
    assert values == {"name": ("word " * 10).strip(), "first_name": "x" * 50}


def test_of_a_found_contact_every_standard_value_counts_and_of_its_fields_the_mapped_ones() -> None:
    shown: dict[str, Value] = {"name": "PEETERS", "language": "nl", "field:size": 12, "field:other": 3}
    assert agreed({"name": "Peeters", "field:size": 13}, shown) == {"name": "Peeters", "language": "nl", "field:size": 12}


@pytest.mark.parametrize(("blank", "values"), [(False, None), (True, {"first_name": None})])
def test_a_found_contact_is_linked_or_brought_up_to_date(blank: bool, values: dict[str, Value] | None) -> None:
    contact = Contact(50, A, "An", "peeters", "nl")
    wanted: dict[str, Value] = {"name": "Peeters", "first_name": "", "language": "nl"}
    base = {"name": "Peeters", "first_name": "An", "language": "nl"}
    change = adoption("1", A, contact, wanted, Shape(blank=blank))
    assert change == (Adopt("1", 50, A, base) if values is None else Update("1", 50, A, base, values))


def test_what_was_sent_empty_and_is_filled_there_was_edited() -> None:
    assert edited_there({"first_name": None}, {"first_name": "An"}, {}) == {"first_name": "An"}


AS_SENT: dict[str, Value] = {"name": "Peeters", "first_name": "An", "language": "nl", "field:size": 12}
THERE = Contact(7, A, name="Peeters", first_name="An", language="nl", custom_fields={"size_1": 12, "other": "y"})
HERE = relation(1, A, size=12)


@pytest.mark.parametrize(
    ("values", "so"),
    [
        (AS_SENT, True),
        ({**AS_SENT, "email": A}, True),
        ({**AS_SENT, "name": "Maes"}, False),
        ({**AS_SENT, "field:size": 13}, False),
        ({**AS_SENT, "field:mapped_no_more": "x"}, False),
        ({**AS_SENT, "email": A, "field:mapped_no_more": "x"}, False),
    ],
)
def test_both_sides_are_alike_where_each_has_all_that_was_sent(values: dict[str, Value], so: bool) -> None:
    assert alike(HERE, THERE, values, SHAPE) is so


def test_one_side_alone_that_differs_from_what_was_sent_is_seen() -> None:
    assert not alike(replace(HERE, name="Maes"), THERE, AS_SENT, SHAPE)
    assert not alike(HERE, replace(THERE, name="Maes"), AS_SENT, SHAPE)
    assert not alike(replace(HERE, language="Z"), None, {**AS_SENT, "language": None}, SHAPE)
    assert alike(HERE, None, AS_SENT, SHAPE)


OFFICE = st.builds(
    lambda name, language, size: replace(HERE, name=name, language=language, fields={"size": size}),
    st.sampled_from(("", "An", "an", "\u00e9", "e\u0301", "a\x00b", "word " * 12)),
    st.sampled_from(("N", "F", "", "Z")),
    st.sampled_from((None, "", 12, 12.0, "12", "12.0", "twelve")),
)


@given(OFFICE, OFFICE)
def test_who_is_alike_has_nothing_to_send_to_repair_or_to_note(before: Relation, now: Relation) -> None:
    sent, _ = desired(before, SHAPE)
    first_name, name, language = (str(sent.get(key) or "") for key in ("first_name", "name", "language"))
    there = Contact(7, A, first_name, name, language, {"size_1": sent.get("field:size")})
    if alike(now, there, sent, SHAPE):
        wanted, notes = desired(now, SHAPE)
        assert (differences(wanted, sent, blank=True), notes) == ({}, [])
        assert edited_there(sent, shown_values(there, SHAPE.custom_fields), {}) == {}

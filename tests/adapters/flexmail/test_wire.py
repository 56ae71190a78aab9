"""JSON as Flexmail might send it, and what is sent to it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsync_cli.adapters.flexmail import wire
from flexsync_cli.domain.model import Contact, CustomField, FieldType, Interest, Owner, Source, Value
from flexsync_cli.errors import FlexmailUnavailable
from flexsync_cli.ports import ContactBody


def as_bytes(data: object) -> bytes:
    return json.dumps(data).encode()


def test_a_contact() -> None:
    item = {
        "id": 42,
        "email": "noor@kantoor-voorbeeld.be",
        "first_name": "Noor",
        "name": "Claes",
        "language": "nl",
        "custom_fields": {"text": "a", "number": 1.5, "many": ["a", 2], "none": None, "flag": True, "odd": {"a": 1}},
        "_links": {"self": {"href": "/contacts/42"}},
        "unknown": [],
    }
    fields: dict[str, Value] = {"text": "a", "number": 1.5, "many": ("a", "2"), "none": None, "flag": "True", "odd": "{'a': 1}"}
    assert wire.contact(item) == Contact(42, "noor@kantoor-voorbeeld.be", "Noor", "Claes", "nl", fields)


@pytest.mark.parametrize("empty", [{"custom_fields": []}, {"custom_fields": None}, {"first_name": None, "name": None}, {}])
def test_a_contact_with_little(empty: dict[str, object]) -> None:
    assert wire.contact({"id": "42", "email": "a@b.be", **empty}) == Contact(42, "a@b.be", custom_fields={})


@pytest.mark.parametrize(
    "item",
    [
        None,
        3,
        "text",
        [1],
        [],
        {},
        {"id": 42},
        {"email": "a@b.be"},
        {"id": 42, "email": ""},
        {"id": "x", "email": "a@b.be"},
        {"id": True, "email": "a@b.be"},
        {"id": 42, "email": "a@b.be", "custom_fields": "text"},
    ],
)
def test_what_is_no_contact_is_unavailable(item: object) -> None:
    with pytest.raises(FlexmailUnavailable, match="answered something that is not a contact"):
        wire.contact(item)


@pytest.mark.parametrize(
    ("data", "items", "total"),
    [
        ({"total": 0, "limit": 500, "offset": 0}, (), 0),
        ({}, (), None),
        ({"_embedded": []}, (), None),
        ([], (), None),
        ([{"id": 1}, {"id": 2}], ({"id": 1}, {"id": 2}), None),
        ({"_embedded": {"item": None}}, (), None),
        ({"_embedded": {"item": [{"id": 1}, {"id": 2}], "other": 3}, "total": 2}, ({"id": 1}, {"id": 2}), 2),
        ({"_embedded": {"item": {"id": 1}}}, ({"id": 1},), None),
        ({"_embedded": {"item": [{"id": 1}]}, "total": "1"}, ({"id": 1},), None),
    ],
)
def test_pages(data: object, items: tuple[object, ...], total: int | None) -> None:
    assert wire.page(as_bytes(data)) == wire.Page(items, total)


@pytest.mark.parametrize(
    "data", [None, 3, "text", [1], {"_embedded": 3}, {"_embedded": [1]}, {"status": 403, "title": "Forbidden"}]
)
def test_what_is_no_list_is_unavailable(data: object) -> None:
    with pytest.raises(FlexmailUnavailable):
        wire.page(as_bytes(data))


def test_custom_fields() -> None:
    full = {"id": "6f1c", "type": "multiple_choice", "placeholder": "size", "name": "Size", "_links": {}}
    assert wire.custom_field(full) == CustomField("6f1c", "Size", "size", FieldType.MULTIPLE_CHOICE)
    assert wire.custom_field({"id": "6f1c", "type": "colour", "placeholder": "size"}) == CustomField(
        "6f1c", "size", "size", None
    )
    assert wire.custom_field({"id": 7, "placeholder": "size", "type": None}).type is None
    assert wire.custom_field({"id": 7, "name": "size"}).placeholder == "size"


def test_the_small_things() -> None:
    assert wire.interest({"id": "1f0b", "name": "Tax", "visibility": "public"}) == Interest("1f0b", "Tax")
    assert wire.source({"id": 4, "name": "Admin"}) == Source(4, "Admin")
    assert wire.subscription({"interest_id": "1f0b"}) == "1f0b"
    assert wire.subscription({"_embedded": {"interest": {"id": "1f0b"}}}) == "1f0b"
    assert wire.languages(as_bytes({"languages": ["nl", "fr", None]})) == ("nl", "fr")
    assert wire.languages(as_bytes({"languages": [{"code": "nl", "name": "Dutch"}, {}]})) == ("nl",)


def test_the_owner() -> None:
    user = {"first_name": "Noor", "name": "Claes", "email": "noor@kantoor-voorbeeld.be", "company": "Kantoor Voorbeeld"}
    assert wire.owner(as_bytes({"user": user})) == Owner("noor@kantoor-voorbeeld.be", "Claes", "Noor")
    assert wire.owner(as_bytes({"user": {"name": "Claes"}})) is None
    assert wire.owner(as_bytes({"_links": {}})) is None


@pytest.mark.parametrize("data", [{}, {"languages": "nl"}, [], 3])
def test_what_are_no_languages_is_unavailable(data: object) -> None:
    with pytest.raises(FlexmailUnavailable):
        wire.languages(as_bytes(data))


@pytest.mark.parametrize(
    ("content", "location", "found"),
    [
        (b'{"id": 42}', "", "42"),
        (b'{"id": 42}', "/contacts/43", "42"),
        (b"", "/contacts/43", "43"),
        (b"{}", "https://api.flexmail.eu/contacts/43/", "43"),
        (b"{}", "/contacts/43?x=1", "43"),
        (b'{"id": null}', "", ""),
        (b"[]", "/", ""),
        (b"", "/interests/1f0b2e6c-0000-4000-8000-000000000001", "1f0b2e6c-0000-4000-8000-000000000001"),
    ],
)
def test_the_id_of_what_was_created(content: bytes, location: str, found: str) -> None:
    assert wire.created_id(content, location) == found


BODY = ContactBody("a@b.be", "Noor", "", "nl", {"text": "a", "blank": None, "many": ("a", "b")}, source=4)


def test_a_create_blanks_nothing() -> None:
    assert wire.create_body(BODY) == {
        "email": "a@b.be",
        "first_name": "Noor",
        "name": "",
        "language": "nl",
        "custom_fields": {"text": "a", "many": ["a", "b"]},
        "source": 4,
    }


def test_put_and_patch_blank_by_null_and_send_no_source() -> None:
    patch = {
        "first_name": "Noor",
        "name": "",
        "language": "nl",
        "custom_fields": {"text": "a", "blank": None, "many": ["a", "b"]},
    }
    assert wire.patch_body(BODY) == patch
    assert wire.put_body(BODY) == {"email": "a@b.be", **patch}


@pytest.mark.parametrize("fields", [None, {}, {"blank": None}])
def test_an_empty_custom_fields_is_never_created(fields: dict[str, Value] | None) -> None:
    assert wire.create_body(ContactBody("a@b.be", custom_fields=fields)) == {"email": "a@b.be"}


def test_what_is_not_mentioned_is_not_sent() -> None:
    assert wire.patch_body(ContactBody(email="a@b.be", source=4, custom_fields={})) == {}
    assert wire.patch_body(ContactBody(name="")) == {"name": ""}


def test_whether_a_contact_shows_what_was_sent() -> None:
    held = Contact(42, "a@b.be", "Noor", "Claes", "nl", {"text": "a", "other": "b"})
    assert wire.shows(held, ContactBody("a@b.be", "Noor", "Claes", "nl", {"text": "a", "blank": None}, 4))
    assert wire.shows(held, ContactBody("a@b.be"))
    assert not wire.shows(held, ContactBody("a@b.be", "Noor", "Maes"))
    assert not wire.shows(held, ContactBody("a@b.be", custom_fields={"text": "z"}))


VALUES = (
    st.none() | st.text() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.lists(st.text()).map(tuple)
)


@given(fields=st.dictionaries(st.text(min_size=1), VALUES), names=st.tuples(st.text(), st.text()))
def test_what_put_sends_is_read_back(fields: dict[str, Value], names: tuple[str, str]) -> None:
    sent = wire.put_body(ContactBody("a@b.be", *names, "nl", fields))
    back = wire.one_contact(as_bytes({"id": 42, **sent}))
    assert back == Contact(42, "a@b.be", *names, "nl", fields)

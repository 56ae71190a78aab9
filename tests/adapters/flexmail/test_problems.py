"""Refusals of many shapes, as the error tree."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsync_cli.adapters.flexmail.problems import Operation, problem, read
from flexsync_cli.errors import (
    AccountRefused,
    AlreadyExists,
    Blacklisted,
    FlexmailLoginRefused,
    FlexmailUnavailable,
    FlexsyncError,
    InactiveThere,
    Invalid,
    NotFound,
    Refused,
)

WRITES = [Operation.CREATE, Operation.CHANGE]


def body(detail: object = "", **more: object) -> bytes:
    return json.dumps({"title": "Validation failed", "detail": detail, **more}).encode()


@pytest.mark.parametrize(
    ("operation", "status", "error"),
    [
        (Operation.READ, 401, FlexmailLoginRefused),
        (Operation.CREATE, 401, FlexmailLoginRefused),
        (Operation.LIST, 403, FlexmailLoginRefused),
        (Operation.CHANGE, 403, FlexmailLoginRefused),
        (Operation.READ, 404, NotFound),
        (Operation.CHANGE, 410, NotFound),
        (Operation.LIST, 404, FlexmailUnavailable),
        (Operation.LIST, 400, FlexmailUnavailable),
        (Operation.CREATE, 409, AlreadyExists),
        (Operation.CREATE, 400, Invalid),
        (Operation.CHANGE, 422, Invalid),
        (Operation.READ, 400, Invalid),
        (Operation.CREATE, 402, AccountRefused),
        (Operation.CREATE, 405, FlexmailUnavailable),
        (Operation.CHANGE, 415, FlexmailUnavailable),
    ],
)
def test_by_status(operation: Operation, status: int, error: type[FlexsyncError]) -> None:
    assert type(problem(operation, status, b'{"title": "No"}')) is error


@pytest.mark.parametrize("operation", WRITES)
@pytest.mark.parametrize("status", [400, 403, 409, 422])
@pytest.mark.parametrize("text", ["The email address is on the blacklist.", "Address is Blacklisted", "black-listed contact"])
def test_the_blacklist_is_told_by_its_word(operation: Operation, status: int, text: str) -> None:
    found = problem(operation, status, body(text))
    assert type(found) is Blacklisted
    assert found.status == status


@pytest.mark.parametrize(
    "content",
    [
        b'{"error": "blacklisted"}',
        b'{"error": {"message": "Blacklisted"}}',
        b'[{"message": "is on the blacklist"}]',
        b'"black-listed"',
        b"This address is on the block list",
        b'{"message": "Dit adres staat op de zwarte lijst"}',
    ],
)
def test_the_blacklist_in_any_form(content: bytes) -> None:
    assert type(problem(Operation.CREATE, 422, content)) is Blacklisted


def test_who_unsubscribed_is_not_invalid() -> None:
    assert type(problem(Operation.CREATE, 400, body("This contact has unsubscribed."))) is InactiveThere
    assert type(problem(Operation.CREATE, 409, body("This contact has unsubscribed."))) is AlreadyExists


def test_an_address_that_holds_the_word_is_not_on_the_blacklist() -> None:
    found = problem(Operation.CREATE, 409, body("Contact info@blacklist-advies.be already exists."))
    assert type(found) is AlreadyExists
    assert "@" not in found.detail


@pytest.mark.parametrize("operation", WRITES)
@pytest.mark.parametrize("status", [400, 403, 409, 422])
@pytest.mark.parametrize(
    "text",
    [
        "The contact limit of this account has been reached: subscription plan limit.",
        "Subscription plan limit reached",
        "Contact limit reached.",
        "You have reached the limit of your contacts",
        "The maximum number of contacts is exceeded",
        "Opt-in has been disabled for your account",
        "This feature is not enabled for this account",
    ],
)
def test_the_limits_of_the_account(operation: Operation, status: int, text: str) -> None:
    assert type(problem(operation, status, body(text))) is AccountRefused


@pytest.mark.parametrize(
    "text",
    [
        'The language "sv" is not one of the contact languages of this account.',
        'The property "language" is required.',
        "The source 12 does not exist.",
        "The option to add contacts is missing.",
    ],
)
def test_language_source_and_option_stop_creates_and_only_creates(text: str) -> None:
    assert type(problem(Operation.CREATE, 400, body(text))) is AccountRefused
    assert type(problem(Operation.CHANGE, 400, body(text))) is Invalid


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (body('The custom field "size" does not exist.'), "size"),
        (body("Unknown custom field: size"), "size"),
        (body('The option "A" of custom field "size" does not exist.'), "size"),
        (body("custom_fields.size is not a number"), "size"),
        (body("custom_fields[size] is not a number"), "size"),
        (body('The value of custom field "size" is not valid for its type numeric.'), "size"),
        (body('The property "custom_fields" must be an object.'), ""),
        (body('The property "first_name" must not be longer than 50 characters, the limit.'), "first_name"),
        (body('The property "email" must not hold upper case letters.'), "email"),
        (body("The name is too long"), "name"),
        (body("Something is wrong"), ""),
        (body("The name is not valid: limit exceeded"), "name"),
        (body('The custom field "size" is not available, maximum exceeded'), "size"),
        (body(errors={"first_name": ["too long"]}), "first_name"),
        (body(errors={"custom_fields": {"size": ["no number"]}}), "size"),
        (body(errors={"custom_fields.size": "no number"}), "size"),
        (body(errors=[{"field": "email", "message": "not valid"}]), "email"),
        (body(errors=[{"propertyPath": "custom_fields[size]", "title": "no"}]), "size"),
        (body(errors=["The name is too long"]), "name"),
        (body(errors=[{"pointer": "/custom_fields/size", "detail": "no"}]), "size"),
        (body(violations=[{"propertyPath": "email", "title": "no"}]), "email"),
        (body(**{"invalid-params": [{"name": "email", "reason": "no"}]}), "email"),
        (body(errors=[None, 3, {"code": 4}], violations="no"), ""),
        (body(errors={"a<b>@c.be": "odd"}), ""),
        (json.dumps({"message": "The email is not valid"}).encode(), "email"),
        (body(validation_messages={"email": {"notUnique": "taken"}}), "email"),
        (body(validation_messages={"custom_fields": {"size": {"notInt": "no number"}}}), "size"),
        (body(error={"code": "E1", "message": "The name is too long"}), "name"),
        (body(error="The email is not valid"), "email"),
        (b'[{"field": "name", "message": "too long"}]', "name"),
        (b'"The email is not valid"', "email"),
        (b"The email is not valid", "email"),
        (b"<p>The email is not valid</p>", ""),
    ],
)
def test_the_field_that_is_wrong(content: bytes, field: str) -> None:
    found = problem(Operation.CREATE, 422, content)
    assert isinstance(found, Invalid)
    assert found.field == field


def test_the_message_says_nothing_of_the_record() -> None:
    found = problem(Operation.CREATE, 400, body('The custom field "size" can not be "Claes".'))
    assert str(found) == "Invalid (HTTP 400)"


def test_a_refused_login_says_what_to_check() -> None:
    text = str(problem(Operation.READ, 401, b""))
    assert "HTTP 401" in text
    assert "flexmail.account_id and flexmail.token" in text


@pytest.mark.parametrize("content", [b"", b"<html>", b"null", b"[]", b"3", b'"text"', b'{"errors": {"": {}}}', b"[" * 200_000])
def test_an_unreadable_body_says_nothing(content: bytes) -> None:
    assert read(content).field == ""
    assert type(problem(Operation.CREATE, 400, content)) is Invalid


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["errors", "title", "field", "x.y"]), inner),
    max_leaves=12,
)


@given(content=JSON, status=st.integers(400, 499), operation=st.sampled_from(Operation))
def test_every_refusal_is_one_of_the_tree(content: object, status: int, operation: Operation) -> None:
    found = problem(operation, status, json.dumps(content).encode())
    assert isinstance(found, Refused | FlexmailUnavailable)

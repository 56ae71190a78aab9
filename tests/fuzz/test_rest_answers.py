"""Whatever JSON the REST interface answers, each call ends in a value that can be kept, or in an error of ours."""

import json
from collections.abc import Callable

import httpx
import pytest
import respx
from hypothesis import given, settings
from hypothesis import strategies as st

from flexsync_cli.adapters.flexmail.rest import RestFlexmail
from flexsync_cli.ports import ContactBody, Flexmail
from tests.adapters.flexmail.fakes import URL, Bench
from tests.fuzz import EXAMPLES
from tests.fuzz.addresses import ADDRESSES
from tests.fuzz.kept import assert_told_or_kept
from tests.fuzz.liar import ODD, Json, spoilt

BODY = ContactBody("noor@example.be", "Noor", "Claes", "nl", {"size": 4}, source=7)
CONTACT = {
    "id": 42,
    "email": "noor@example.be",
    "first_name": "Noor",
    "name": "Claes",
    "language": "nl",
    "custom_fields": {"size": 4, "tags": ["a", "b"]},
}
ITEM = {
    "id": "abc",
    "name": "Btw",
    "placeholder": "size",
    "type": "numeric",
    "interest_id": "abc",
    "_embedded": {"interest": {"id": "abc"}},
}
PROBLEM = {
    "title": "Bad Request",
    "detail": "custom field size",
    "errors": [{"field": "size", "message": "no"}],
    "violations": {"custom_fields": {"size": ["no"]}},
}
IMPORT = {
    "id": "abc",
    "status": "completed",
    "report": {"total_added": 1, "total_updated": 2, "total_ignored": 0, "total_failed": 0},
}
LISTED = {"total": 1, "_embedded": {"item": [ITEM]}}

# Each call, and an honest answer to it.
CALLS: dict[str, tuple[Callable[[RestFlexmail], object], object]] = {
    "owner": (lambda it: it.owner(), {"user": {"email": "noor@example.be", "name": "Claes", "first_name": "Noor"}}),
    "languages": (lambda it: it.languages(), {"languages": ["nl", "fr"]}),
    "sources": (lambda it: it.sources(), {"total": 1, "_embedded": {"item": [{"id": 7, "name": "Admin"}]}}),
    "custom fields": (lambda it: it.custom_fields(), LISTED),
    "interests": (lambda it: it.interests(), LISTED),
    "add interest": (lambda it: it.add_interest("Btw"), ITEM),
    "contacts": (lambda it: it.contacts(), {"total": 1, "_embedded": {"item": [CONTACT]}}),
    "contacts of interest": (lambda it: it.contacts("abc"), {"total": 1, "_embedded": {"item": [CONTACT]}}),
    "find": (lambda it: it.find("noor@example.be"), {"total": 1, "_embedded": {"item": [CONTACT]}}),
    "contact": (lambda it: it.contact(42), CONTACT),
    "create": (lambda it: it.create(BODY), CONTACT),
    "patch": (lambda it: it.patch(42, BODY), PROBLEM),
    "put": (lambda it: it.put(42, BODY), PROBLEM),
    "unsubscribe": (lambda it: it.unsubscribe(42), PROBLEM),
    "interests of": (lambda it: it.interests_of(42), LISTED),
    "add interest to": (lambda it: it.add_interest_to(42, "abc"), PROBLEM),
    "take interest from": (lambda it: it.take_interest_from(42, "abc"), PROBLEM),
    "open import": (lambda it: it.open_import("abc"), IMPORT),
    "fill import": (lambda it: it.fill_import("abc", [BODY, BODY]), PROBLEM),
    "start import": (lambda it: it.start_import("abc"), IMPORT),
    "import state": (lambda it: it.import_state("abc"), IMPORT),
}
WHATEVER = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=5),
    max_leaves=12,
)
STATUSES = st.sampled_from([200, 200, 200, 201, 204, 400, 401, 402, 404, 409, 410, 418, 422])


def test_every_call_is_among_these() -> None:
    named = {name for call, _ in CALLS.values() for name in call.__code__.co_names}
    assert {name for name in vars(Flexmail) if not name.startswith("_")} <= named


def ask(call: Callable[[RestFlexmail], object], answer: object, status: int, bench: Bench | None = None) -> None:
    """What is answered becomes a value that can be kept, or an error of ours."""
    bench = bench or Bench(per_minute=100_000)
    with respx.mock(base_url=URL) as routes:
        routes.route().mock(return_value=httpx.Response(status, content=json.dumps(answer).encode()))
        assert_told_or_kept(lambda: call(bench.flexmail))


@pytest.mark.parametrize(("call", "honest"), CALLS.values(), ids=CALLS)
@settings(max_examples=2 * EXAMPLES)
@given(place=st.integers(0, 15), odd=st.sampled_from(ODD) | ADDRESSES, status=STATUSES)
def test_one_odd_thing_in_an_honest_answer(
    call: Callable[[RestFlexmail], object], honest: Json, place: int, odd: Json, status: int
) -> None:
    ask(call, spoilt(honest, place, odd), status)


@settings(max_examples=2 * EXAMPLES)
@given(call=st.sampled_from(list(CALLS.values())), answer=WHATEVER, status=STATUSES)
def test_an_answer_of_any_shape(call: tuple[Callable[[RestFlexmail], object], object], answer: object, status: int) -> None:
    ask(call[0], answer, status)

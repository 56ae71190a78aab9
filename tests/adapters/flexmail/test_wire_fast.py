"""What is read fast says the same as what is read with care: 100,000 contacts at a time, or one."""

import json
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flexsync_cli.adapters.flexmail import answers, wire
from flexsync_cli.domain.model import Contact
from flexsync_cli.errors import FlexmailUnavailable

TEXTS = st.text(st.characters(), max_size=8)  # half surrogate pairs too
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
MEMBERS = st.sampled_from(["id", "email", "first_name", "name", "language", "custom_fields", "status", "_links"])
USUAL = st.fixed_dictionaries(
    {"id": st.integers(0, 10**19), "email": TEXTS},
    optional={"name": st.none() | TEXTS, "custom_fields": st.just([]) | st.dictionaries(TEXTS, ANY, max_size=3), "status": ANY},
)


@given(
    ANY.map(json.dumps).map(str.encode) | ANY.map(lambda data: json.dumps(data, ensure_ascii=False).encode("utf-16", "replace"))
)
@example(b'{"a": 1e999}')
@example(b"123456789012345678901234567890")
@example(b'"\\ud83d"')
@example(b"\xff")
@example(b"[1] 2")
def test_json_is_read_as_by_the_standard_library(content: bytes) -> None:
    answers.parsed.cache_clear()
    assert said(answers.parsed, content) == said(answers.parsed_with_care, content)


def said(parse: Callable[[bytes], object], content: bytes) -> str:
    try:
        return repr(parse(content))
    except ValueError:
        return "no JSON"


@given(st.lists(USUAL | st.dictionaries(MEMBERS, ANY) | ANY, min_size=1, max_size=3), st.none() | st.integers() | TEXTS)
def test_contacts_of_a_page_are_as_one_by_one(items: list[object], total: object) -> None:
    content = json.dumps({"total": total, "_embedded": {"item": items}}).encode()
    expected: wire.Page[Contact] | None = None
    with suppress(FlexmailUnavailable, ValueError):
        page = wire.page(content)
        expected = wire.Page(tuple(map(wire.contact, page.items)), page.total)
    if expected is None:
        with pytest.raises((FlexmailUnavailable, ValueError)):
            wire.contacts(content)
    else:
        assert repr(wire.contacts(content)) == repr(expected)


@pytest.mark.parametrize("answer", [{"status": 403, "_embedded": {"item": []}}, {"status": 403}, "no", {"_embedded": 3}])
def test_what_is_no_page_of_contacts_is_told(answer: object) -> None:
    with pytest.raises(FlexmailUnavailable):
        wire.contacts(json.dumps(answer).encode())


@pytest.mark.parametrize("answer", [{"total": 0}, {"total": 0, "_embedded": []}, [], {"_embedded": {"item": None}}])
def test_a_page_without_contacts(answer: object) -> None:
    assert wire.contacts(json.dumps(answer).encode()).items == ()

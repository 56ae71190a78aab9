"""Links are read once and kept: never longer than they are good."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flexsync_cli.adapters.state import SqlState, open_state
from flexsync_cli.adapters.state.state import memory_state
from flexsync_cli.domain.model import Link, Out, OutKind, OutSource
from flexsync_cli.errors import FlexsyncError

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def link(contact_id: int, relation_id: str = "7") -> Link:
    return Link(contact_id, relation_id, f"contact{contact_id}@example.be", NOW)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


@pytest.fixture
def state(path: Path) -> Iterator[SqlState]:
    opened = open_state(path)
    yield opened
    opened.close()


@pytest.fixture
def other(path: Path, state: SqlState) -> Iterator[SqlState]:
    """The same file, as another process has it."""
    opened = open_state(path)
    yield opened
    opened.close()


def test_they_are_the_very_same_as_long_as_none_is_saved(state: SqlState) -> None:
    state.links.save([link(1)])
    kept = state.links.all()
    state.outs.save([Out("a@example.be", OutKind.PERSON, OutSource.EVENT, NOW, NOW)])
    state.facts.put("name", 1)
    call_id, _ = state.ledger.reserve("rest", "GET", "/contacts", NOW, 60)
    state.ledger.settle(call_id, 200, 5)
    state.links.save([])
    assert state.links.all() is kept


def test_what_was_read_before_stays_as_it_was(state: SqlState) -> None:
    state.links.save([link(1)])
    before = state.links.all()
    state.links.save([link(2), link(1, "8")])
    assert before == [link(1)]
    assert state.links.all() == [link(1, "8"), link(2)]


def test_what_another_process_saves_is_seen(state: SqlState, other: SqlState) -> None:
    state.links.save([link(1)])
    assert state.links.all() == other.links.all() == [link(1)]
    other.links.save([link(1, "8")])
    assert state.links.all() == [link(1, "8")]


def test_a_save_of_ones_own_hides_nothing_that_another_saved_before_it(state: SqlState, other: SqlState) -> None:
    state.links.save([link(1)])
    assert state.links.all() == [link(1)]
    other.links.save([link(2)])
    state.links.save([link(3)])
    assert state.links.all() == [link(1), link(2), link(3)]


def test_what_was_taken_back_is_not_kept(state: SqlState) -> None:
    state.links.save([link(1)])
    with suppress(ZeroDivisionError), state.transaction():
        state.links.save([link(1, "8"), link(2)])
        assert state.links.all() == [link(1, "8"), link(2)]
        raise ZeroDivisionError
    state.links.save([link(3)])
    assert state.links.all() == [link(1), link(3)]


def test_a_part_that_was_taken_back_is_not_kept(state: SqlState) -> None:
    with state.transaction():
        state.links.save([link(1)])
        with suppress(ZeroDivisionError), state.transaction():
            state.links.save([link(2)])
            raise ZeroDivisionError
        assert state.links.all() == [link(1)]
        state.links.save([link(3)])
    assert state.links.all() == [link(1), link(3)]


def test_half_a_save_that_failed_within_a_transaction_is_seen(state: SqlState) -> None:
    state.links.save([link(1)])
    state.links.all()
    wrong = replace(link(2), since=NOW.replace(tzinfo=None))
    with state.transaction():
        with pytest.raises(FlexsyncError, match="ValueError"):
            state.links.save([*(link(number) for number in range(10, 1_010)), wrong])
        written = {each.contact_id for each in state.links.all()}
    fresh = state.snapshot()
    assert written == {each.contact_id for each in fresh.links.all()}
    fresh.close()


STEPS = st.lists(
    st.tuples(st.sampled_from(["save", "save and fail", "read"]), st.integers(1, 4), st.sampled_from(["7", "8", "9"])),
    max_size=12,
)


@given(STEPS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_they_are_those_of_the_file_whatever_happened(steps: list[tuple[str, int, str]]) -> None:
    state = memory_state()
    expected: dict[int, Link] = {}
    for what, contact_id, relation_id in steps:
        saved = link(contact_id, relation_id)
        if what == "save":
            state.links.save([saved])
            expected[contact_id] = saved
        elif what == "save and fail":
            with suppress(ZeroDivisionError), state.transaction():
                state.links.save([saved])
                raise ZeroDivisionError
        else:
            assert list(state.links.all()) == [expected[key] for key in sorted(expected)]
    assert list(state.links.all()) == [expected[key] for key in sorted(expected)]
    state.close()

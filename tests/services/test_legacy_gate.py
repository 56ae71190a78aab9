"""Nothing is written while the old service is seen to do the same work."""

from collections.abc import Callable

import pytest

from flexsync_cli.adapters.state.state import memory_state
from flexsync_cli.domain.legacy_service import ServiceState
from flexsync_cli.ports import Facts
from flexsync_cli.services.legacy import known_state, remember, remembered_state


@pytest.fixture
def facts() -> Facts:
    return memory_state().facts


def seeing(state: ServiceState) -> Callable[[], ServiceState]:
    return lambda: state


def nobody(_: str) -> bool | None:
    return None


def must_not_ask(question: str) -> bool | None:
    raise AssertionError(question)


@pytest.mark.parametrize("state", [ServiceState.RUNNING, ServiceState.ENABLED, ServiceState.DISABLED, ServiceState.ABSENT])
def test_what_is_seen_counts_and_is_remembered(facts: Facts, state: ServiceState) -> None:
    remember(facts, ServiceState.RUNNING)
    assert known_state(facts, seeing(state), must_not_ask) is state
    assert remembered_state(facts) is state


def test_unknown_is_asked_once(facts: Facts) -> None:
    assert known_state(facts, seeing(ServiceState.UNKNOWN), lambda _: True) is ServiceState.DISABLED
    assert known_state(facts, seeing(ServiceState.UNKNOWN), must_not_ask) is ServiceState.DISABLED


def test_a_person_who_says_no_is_asked_again_until_it_is_so(facts: Facts) -> None:
    assert known_state(facts, seeing(ServiceState.UNKNOWN), lambda _: False) is ServiceState.ENABLED
    assert known_state(facts, None, None) is ServiceState.ENABLED
    assert known_state(facts, None, lambda _: True) is ServiceState.DISABLED


@pytest.mark.parametrize("ask", [None, nobody])
def test_unknown_blocks_nobody_where_nobody_is_there(facts: Facts, ask: Callable[[str], bool | None] | None) -> None:
    assert known_state(facts, seeing(ServiceState.UNKNOWN), ask) is ServiceState.UNKNOWN
    assert known_state(facts, None, ask) is ServiceState.UNKNOWN


def test_where_it_can_not_be_seen_nobody_is_asked_for_nothing(facts: Facts) -> None:
    assert known_state(facts, None, must_not_ask) is ServiceState.UNKNOWN


def test_a_fact_of_a_later_version_is_no_failure(facts: Facts) -> None:
    facts.put("legacy_service", "sleeping")
    assert remembered_state(facts) is ServiceState.UNKNOWN

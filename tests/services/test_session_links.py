"""What a session knows is indexed once, and never out of date."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from flexsync_cli.adapters.state.state import memory_state
from flexsync_cli.domain.model import Link, LinkStatus, Out, OutKind, OutSource, Parked, Sighting
from flexsync_cli.services.session import Session
from tests.services.desk import Desk

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
LINK = Link(1, "7", "an@example.be", NOW, addresses=frozenset({"an@example.be"}))


@pytest.fixture
def session() -> Iterator[Session]:
    desk = Desk(memory_state())
    yield desk.session()
    desk.state.close()


def test_links_are_indexed_once_while_none_is_saved(session: Session) -> None:
    session.state.links.save([LINK])
    book = session.links()
    assert session.links() is book
    assert session.known().links is book


def test_a_link_that_was_saved_in_between_is_known(session: Session) -> None:
    session.state.links.save([LINK])
    assert session.known().links.open_by_address.keys() == {"an@example.be"}
    session.state.links.save([replace(LINK, address="bo@example.be"), Link(2, "8", "cor@example.be", NOW)])
    assert session.known().links.open_by_address.keys() == {"bo@example.be", "cor@example.be"}
    assert session.linked() == 2


def test_an_out_that_was_recorded_in_between_is_known(session: Session) -> None:
    session.state.links.save([LINK])
    assert session.known().outs.of_relation("7", "new@example.be") is None
    with session.state.transaction():
        session.state.outs.save([Out("an@example.be", OutKind.PERSON, OutSource.EVENT, NOW, NOW)])
        session.state.links.save([replace(LINK, status=LinkStatus.OUT)])
    found = session.known().outs.of_relation("7", "new@example.be")
    assert found is not None
    assert found.kind is OutKind.PERSON
    assert session.linked() == 0


def test_what_was_parked_or_sighted_in_between_is_known(session: Session) -> None:
    assert (session.known().parked, session.known().sightings) == ({}, {})
    session.state.parked.save([Parked("7", "f", "p", "email", NOW)])
    session.state.sightings.replace([Sighting("8", "gone", NOW)])
    assert session.known().parked.keys() == {"7"}
    assert session.known().sightings.keys() == {"8"}


def test_what_was_taken_back_is_not_known(session: Session) -> None:
    session.state.links.save([LINK])
    session.links()
    with suppress(ZeroDivisionError), session.state.transaction():
        session.state.links.save([replace(LINK, status=LinkStatus.OUT)])
        assert session.linked() == 0
        raise ZeroDivisionError
    assert session.linked() == 1

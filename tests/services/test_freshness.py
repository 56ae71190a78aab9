"""In a step that takes long the opt-outs are pulled again every half an hour."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from flexsync_cli.domain.known import OutBook
from flexsync_cli.services.freshness import Freshness
from tests.services.desk import Desk, desk_in

NOBODY = OutBook((), (), (), {})


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_in(tmp_path) as desk:
        yield desk


def test_they_are_pulled_again_after_half_an_hour_and_then_count_anew(desk: Desk) -> None:
    pulled = []

    def pull() -> OutBook:
        pulled.append(desk.clock.now())
        desk.clock.sleep(120)  # a pull takes its time, and what it tells is as old as its beginning
        return NOBODY

    freshness = Freshness(desk.session(), pull)
    began = desk.clock.now()
    for _ in range(100):
        renewed = freshness.renew()
        assert (renewed is NOBODY) == (bool(pulled) and desk.clock.now() - pulled[-1] == timedelta(minutes=2))
        desk.clock.sleep(60)
    assert [moment - began for moment in pulled] == [timedelta(minutes=minutes) for minutes in (31, 62, 93)]


def test_they_are_pulled_again_once_where_the_clock_was_set_back(desk: Desk) -> None:
    pulled = []

    def pull() -> OutBook:
        pulled.append(desk.clock.now())
        return NOBODY

    freshness = Freshness(desk.session(), pull)
    desk.clock.sleep(-3600)
    assert [freshness.renew(), freshness.renew()] == [NOBODY, None]
    assert len(pulled) == 1

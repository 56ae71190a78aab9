"""What may still be called this month, by whom."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flexsync_cli.adapters.state import open_state
from flexsync_cli.errors import BudgetSpent
from flexsync_cli.services.tally import Tally

NOW = datetime(2026, 3, 31, 21, 59, tzinfo=UTC)  # a minute before the month ends in Brussels
NEXT_MONTH = NOW + timedelta(minutes=1)


@pytest.fixture
def tally(tmp_path: Path) -> Iterator[Tally]:
    """Three calls a month, of which one was made."""
    with closing(open_state(tmp_path / "state.db")) as state:
        tally = Tally(state.ledger, 3)
        call(tally)
        yield tally


def call(tally: Tally, now: datetime = NOW) -> None:
    tally.reserve("rest", "GET", "/contacts", now, 60)


def test_what_is_left_of_the_month(tally: Tally) -> None:
    assert tally.left(NOW) == 2
    call(tally)
    call(tally)
    assert tally.left(NOW) == 0
    assert tally.is_spent(NOW)
    with pytest.raises(BudgetSpent, match=r"the 3 calls of this month .* it goes on by 2026-04-01"):
        call(tally)
    assert tally.total == 3
    assert (tally.left(NEXT_MONTH), tally.is_spent(NEXT_MONTH)) == (3, False)
    call(tally, NEXT_MONTH)


def test_the_opt_outs_are_read_all_the_same(tally: Tally) -> None:
    tally.exempt = True
    for _ in range(5):
        call(tally)
    assert tally.left(NOW) is None
    tally.exempt = False
    assert tally.left(NOW) == 0


def test_what_is_kept_back_is_there_for_who_comes_later(tally: Tally) -> None:
    with tally.keeping_back(2):
        assert tally.left(NOW) == 0
        assert not tally.is_spent(NOW)
        with pytest.raises(BudgetSpent):
            tally.check(NOW)
    call(tally)
    assert tally.left(NOW) == 1


def test_what_a_dry_run_would_have_spent_is_not_spent_again(tally: Tally) -> None:
    tally.planned = 1
    assert tally.left(NOW) == 1
    tally.planned = 7
    assert tally.left(NOW) == 0


def test_without_a_budget_nothing_limits(tmp_path: Path) -> None:
    with closing(open_state(tmp_path / "state.db")) as state:
        free = Tally(state.ledger)
        for _ in range(5):
            call(free)
        assert free.left(NOW) is None
        assert not free.is_spent(NOW)
        free.check(NOW)

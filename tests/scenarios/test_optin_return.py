"""A person's later yes: it ends the out and ticks the newsletter again, where it is known to be the last word."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.scenarios.habits import links, todos
from tests.scenarios.opt_in import begin, nothing_left, outs, pull, rows, soon
from tests.scenarios.world import World

FIRST = "relation1@example.be"


@pytest.fixture
def two_way(world: World) -> World:
    """An office with three relations and the two-way option on."""
    return begin(world)


def test_a_yes_after_the_no_ticks_again(two_way: World) -> None:
    two_way.flexmail.unsubscribe(FIRST)
    two_way.push()
    assert not two_way.is_ticked(1)
    two_way.flexmail.opt_in(FIRST, at=soon())
    assert pull(two_way) == {"ticked": 1}
    assert two_way.is_ticked(1)
    assert [out.ended_by for out in outs(two_way)] == ["subscription"]
    assert two_way.push().counts()["adopted"] == 1
    assert links(two_way)["1"] == FIRST
    assert todos(two_way) == []
    nothing_left(two_way)


def test_no_and_yes_between_two_runs(two_way: World) -> None:
    two_way.flexmail.unsubscribe(FIRST)
    two_way.flexmail.opt_in(FIRST, at=soon())
    assert pull(two_way) == {"ticked": 1}
    two_way.push()
    nothing_left(two_way)
    assert two_way.is_ticked(1)
    assert FIRST in two_way.active()


def test_a_yes_before_the_no_is_no_yes(two_way: World) -> None:
    two_way.flexmail.opt_in(FIRST, at=datetime.now(UTC) - timedelta(minutes=5))
    two_way.flexmail.unsubscribe(FIRST)
    assert pull(two_way) == {}
    assert not two_way.is_ticked(1)
    nothing_left(two_way)
    assert FIRST not in two_way.active()


def test_after_the_offices_no_the_person_has_the_last_word(two_way: World) -> None:
    two_way.untick(1)
    assert two_way.push().counts()["left"] == 1
    two_way.flexmail.opt_in(FIRST, at=soon())
    assert pull(two_way) == {"ticked": 1}
    assert two_way.is_ticked(1)
    two_way.push()
    nothing_left(two_way)
    assert FIRST in two_way.active()


def test_a_kept_leaver_is_ticked_again(world: World) -> None:
    begin(world, sync={"on_leave": "keep"})
    world.untick(1)
    assert world.push().counts()["left"] == 1
    world.flexmail.opt_in(FIRST, at=soon())
    assert pull(world) == {"ticked": 1}
    world.push()
    nothing_left(world)


def test_an_untick_of_unknown_time_is_for_a_person_to_settle(two_way: World) -> None:
    """The office unticked since the last run, and the person said yes since: nobody knows which was last."""
    two_way.untick(1)
    two_way.flexmail.opt_in(FIRST, at=soon())
    assert pull(two_way) == {"todos": 1}
    assert todos(two_way) == [("opt_in_unknown_untick", "1")]
    nothing_left(two_way)
    assert not two_way.is_ticked(1)
    assert FIRST in two_way.active(), "held, so that it is no leave"
    two_way.tick(1)
    two_way.push()
    assert todos(two_way) == []
    nothing_left(two_way)


def test_ticked_and_unticked_again_it_is_a_leave(two_way: World) -> None:
    two_way.untick(1)
    two_way.flexmail.opt_in(FIRST, at=soon())
    pull(two_way)
    two_way.tick(1)
    two_way.push()
    two_way.untick(1)
    assert two_way.push().counts()["left"] == 1
    assert FIRST not in two_way.active()


def test_a_relation_that_never_had_it_is_a_to_do(two_way: World) -> None:
    two_way.relation(9, "sofie@example.be", ticked=False)
    two_way.flexmail.opt_in("sofie@example.be")
    assert pull(two_way) == {"todos": 1}
    assert todos(two_way) == [("opt_in_unknown_untick", "9")]
    nothing_left(two_way)


def test_an_inactive_relation_is_a_to_do(two_way: World) -> None:
    two_way.relation(9, "sofie@example.be", active=0)
    two_way.flexmail.opt_in("sofie@example.be")
    assert pull(two_way) == {"todos": 1}
    assert todos(two_way) == [("opt_in_inactive", "9")]
    nothing_left(two_way)
    two_way.edit(9, IS_ACTIVE=1)
    two_way.push()
    assert todos(two_way) in ([], [("opt_in_inactive", "9")])
    assert pull(two_way) == {}
    assert todos(two_way) == []
    nothing_left(two_way)


def test_a_relation_that_is_gone_is_a_to_do(two_way: World) -> None:
    two_way.flexmail.unsubscribe(FIRST)
    two_way.push()
    two_way.remove(1)
    two_way.flexmail.opt_in(FIRST, at=soon())
    assert pull(two_way) == {"todos": 1}
    assert todos(two_way) == [("opt_in_unmatched", "1")]
    assert len(rows(two_way)) == 2
    nothing_left(two_way)


def test_of_several_relations_the_one_to_be_mailed_is_ticked(two_way: World) -> None:
    two_way.relation(9, FIRST)
    two_way.push()
    two_way.flexmail.unsubscribe(FIRST)
    two_way.push()
    assert not two_way.is_ticked(1)
    assert not two_way.is_ticked(9)
    two_way.flexmail.opt_in(FIRST, at=soon())
    assert pull(two_way) == {"ticked": 1}
    assert (two_way.is_ticked(1), two_way.is_ticked(9)) == (True, False)
    two_way.push()
    nothing_left(two_way)


def test_deleted_and_subscribed_anew_goes_to_its_relation(two_way: World) -> None:
    two_way.flexmail.unsubscribe(FIRST)
    two_way.push()
    two_way.flexmail.delete(FIRST)
    two_way.flexmail.opt_in(FIRST, {"name": "Peeters"}, at=soon())
    assert pull(two_way) == {"ticked": 1}
    two_way.push()
    assert links(two_way)["1"] == FIRST
    nothing_left(two_way)
    assert len(rows(two_way)) == 3


def test_a_refused_tick_is_tried_again_and_nobody_leaves(two_way: World) -> None:
    two_way.flexmail.unsubscribe(FIRST)
    two_way.push()
    two_way.sql("CREATE TRIGGER closed BEFORE UPDATE ON CUSTOMER_PERMANENT BEGIN SELECT RAISE(ABORT, 'closed'); END")
    two_way.flexmail.opt_in(FIRST, at=soon())
    assert pull(two_way, code=1) == {"failed": 1}
    assert two_way.push().counts()["left"] == 0
    two_way.sql("DROP TRIGGER closed")
    assert pull(two_way) == {"ticked": 1}
    two_way.push()
    nothing_left(two_way)


def test_observing_ends_the_out_and_writes_nothing(two_way: World) -> None:
    two_way.flexmail.unsubscribe(FIRST)
    two_way.push()
    two_way.flexmail.opt_in(FIRST, at=soon())
    two_way.configure(sync={"mode": "observe"})
    assert pull(two_way) == {"ticked": 1}
    assert not two_way.is_ticked(1)
    two_way.configure(sync={"mode": "sync"})
    assert pull(two_way) == {}
    assert todos(two_way) == [("came_back", "1")]
    nothing_left(two_way)
    assert FIRST in two_way.active()


def test_seen_active_before_the_yes_was_heard(two_way: World, clock: time_machine.Traveller) -> None:
    """The reconcile ends the out; the yes, read moments later, ticks."""
    two_way.flexmail.unsubscribe(FIRST)
    two_way.push()
    clock.shift(timedelta(days=1))
    two_way.push()
    clock.shift(timedelta(days=1))
    two_way.flexmail.opt_in(FIRST)
    assert pull(two_way) == {"ticked": 1}
    assert [out.ended_by for out in outs(two_way)] == ["active"]
    assert todos(two_way) == []
    two_way.push()
    nothing_left(two_way)


def test_deleted_by_the_staff_and_subscribed_anew(two_way: World, clock: time_machine.Traveller) -> None:
    two_way.flexmail.delete(FIRST)
    clock.shift(timedelta(days=1))
    two_way.push()
    assert todos(two_way) == [("deleted_there", "1")]
    two_way.flexmail.opt_in(FIRST, {"name": "Name 1"})
    assert pull(two_way) == {}
    two_way.push()
    assert links(two_way)["1"] == FIRST
    assert todos(two_way) == []
    nothing_left(two_way)


def test_who_came_back_and_was_deleted_is_no_longer_a_to_do(two_way: World, clock: time_machine.Traveller) -> None:
    two_way.relation(9, "sofie@example.be", ticked=False)
    two_way.flexmail.opt_in("sofie@example.be")
    assert pull(two_way) == {"todos": 1}
    two_way.flexmail.delete("sofie@example.be")
    clock.shift(timedelta(days=1))
    assert pull(two_way) == {}
    assert todos(two_way) == []
    nothing_left(two_way)

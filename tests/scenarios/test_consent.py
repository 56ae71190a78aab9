"""A person's new yes, given to the office: its proof is kept, it ends the out, and the last word counts."""

from contextlib import closing
from datetime import timedelta

import pytest
import time_machine

from flexsync_cli.adapters.state import open_state
from flexsync_cli.domain.model import Consent
from flexsync_cli.sandbox.model import State
from tests.scenarios.habits import push, push_again, todos
from tests.scenarios.noes import address, nothing_new, now, opt_outs, outs, standing, today, unticked
from tests.scenarios.world import World

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(hours=24, minutes=1)
PROOF = "signed letter of 3 March, in the permanent file"


@pytest.fixture
def refused(world: World) -> World:
    """Relation 2 unsubscribed, and is unticked."""
    world.with_soap()
    world.relations(3)
    push(world)
    world.flexmail.unsubscribe(address(2), at=now() + MINUTE)
    opt_outs(world)
    return world


def consent(world: World, who: str = address(2), on: str = "", code: int = 0) -> str:
    """Record it; what was said."""
    result = world.run("consent", who, "--on", on or today(), "--how", PROOF)
    assert result.code == code, result.out + result.err
    return result.out + result.err


def consents(world: World) -> list[Consent]:
    """Every consent on record."""
    with closing(open_state(world.folder / "state.db")) as state:
        return state.outs.consents()


def test_it_is_recorded_with_its_proof_and_ends_the_out(refused: World) -> None:
    refused.flexmail.reset_calls()
    consent(refused, " Relation2@example.be ")
    assert refused.flexmail.calls == []
    (given,) = consents(refused)
    assert (given.address, given.how) == (address(2), PROOF)
    assert standing(refused) == set()
    assert [(out.kind, out.ended_by) for out in outs(refused)] == [("person", "consent")]
    assert unticked(refused) == {2}
    nothing_new(refused)


def test_who_is_active_in_flexmail_again_is_mailed_again(refused: World, clock: time_machine.Traveller) -> None:
    consent(refused)
    refused.flexmail.reactivate(address(2))
    refused.tick(2)
    clock.shift(DAY)
    assert push(refused) == {"unchanged": 2, "adopted": 1}
    push_again(refused)
    refused.flexmail.unsubscribe(address(2), at=now() + MINUTE)
    assert opt_outs(refused) == {"events": 1, "unticked": 1}
    nothing_new(refused)


@pytest.mark.parametrize(("state", "todo"), [(State.UNSUBSCRIBED, "inactive_there"), (State.BLACKLISTED, "lift_blacklist")])
def test_it_lifts_nothing_in_flexmail_and_what_is_refused_is_a_to_do(
    refused: World, clock: time_machine.Traveller, state: State, todo: str
) -> None:
    refused.flexmail.set_state(address(2), state)
    consent(refused)
    refused.tick(2)
    refused.flexmail.reset_calls()
    assert push(refused, code=1) == {"unchanged": 2, "parked": 1, "newly_parked": 1}
    assert [call.operation for call in refused.flexmail.writes] == ["POST /contacts"]
    assert not [call for call in refused.flexmail.writes if "resubscribe" in call.path]
    assert todos(refused) == [(todo, "2")]
    for _ in range(3):
        clock.shift(DAY)
        assert push_again(refused) == {"unchanged": 2, "parked": 1}
    assert refused.is_ticked(2)
    assert standing(refused) == set()
    assert todos(refused) == [(todo, "2")]
    refused.flexmail.opt_in(address(2))
    clock.shift(DAY)
    assert push(refused)["unchanged"] == 2
    assert todos(refused) == []
    assert address(2) in refused.active()
    push_again(refused)


def test_a_no_after_the_yes_stands(refused: World, clock: time_machine.Traveller) -> None:
    clock.shift(2 * DAY)
    said = consent(refused, on="2026-01-02", code=2)
    assert "later yes" in said
    assert address(2) not in said
    assert len(standing(refused)) == 1
    assert consents(refused) == []
    consent(refused)
    assert standing(refused) == set()


def test_a_no_before_the_yes_that_was_heard_later_is_answered_already(world: World, clock: time_machine.Traveller) -> None:
    """The person unsubscribed, rang up to take it back, and only then flexsync came by."""
    world.with_soap()
    world.relations(3)
    push(world)
    clock.shift(DAY)
    world.flexmail.unsubscribe(address(2), at=now() - HOUR)
    consent(world, on=(now() + timedelta(0)).date().isoformat())
    clock.shift(MINUTE)
    assert opt_outs(world) == {"events": 1}
    assert unticked(world) == set()
    assert standing(world) == set()
    nothing_new(world)


def test_a_no_after_a_yes_that_was_recorded_before_the_first_run_is_heard(world: World, clock: time_machine.Traveller) -> None:
    world.with_soap()
    world.relations(3)
    world.flexmail.add_contact(address(2))
    consent(world)
    clock.shift(5 * HOUR)
    world.flexmail.unsubscribe(address(2))
    clock.shift(DAY)
    assert push(world) == {"created": 2}
    assert unticked(world) == {2}
    assert {who for who, kind, _ in standing(world) if kind == "person"} == {address(2)}


def test_a_no_of_years_after_an_old_yes_is_heard_even_if_only_a_state_tells_it(
    refused: World, clock: time_machine.Traveller
) -> None:
    consent(refused)
    refused.flexmail.reactivate(address(2))
    refused.tick(2)
    clock.shift(DAY)
    push(refused)
    clock.shift(400 * DAY)
    refused.flexmail.set_state(address(2), State.UNSUBSCRIBED)
    assert opt_outs(refused) == {"states": 1, "unticked": 1}
    assert standing(refused) == {(address(2), "person", "state")}
    nothing_new(refused)


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        (["nobody", "--on", "2026-01-02", "--how", "letter"], "ADDRESS"),
        (["a@example.be", "--on", "2099-01-02", "--how", "letter"], "--on"),
        (["a@example.be", "--on", "2026-01-02", "--how", " "], "--how"),
    ],
)
def test_what_is_no_proof_is_not_recorded(world: World, arguments: list[str], wrong: str) -> None:
    result = world.run("consent", *arguments)
    assert result.code == 2
    assert wrong in result.err
    assert consents(world) == []

"""One 429, 503 or time-out never costs a second write: what was asked takes place once, and the next run asks for nothing."""

from contextlib import closing

import pytest

from flexsync_cli.adapters.state import open_state
from flexsync_cli.sandbox.faults import FaultKind
from tests.scenarios.habits import links, push, push_again, writes
from tests.scenarios.world import World

# What the client gets, and whether the write took place all the same.
FAULTS: list[tuple[FaultKind, int, bool]] = [
    ("status", 429, False),
    ("status", 503, False),
    ("status", 503, True),
    ("hang", 0, False),
    ("hang", 0, True),
]


@pytest.fixture(autouse=True)
def _nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The waits before the next try take no time."""
    monkeypatch.setattr("flexsync_cli.adapters.flexmail.http.BACK_OFF", (0.0,) * 3)
    monkeypatch.setattr("flexsync_cli.adapters.flexmail.answers.resume_at", lambda _retry_after, now: now)


@pytest.fixture
def office(world: World) -> World:
    """Two who are mailed; one has an interest, the other not."""
    world.with_interests()
    world.relations(2)
    world.interest(1, "Btw")
    world.flexmail.add_interest("Btw")
    push(world)
    world.flexmail.reset_calls()
    return world


def order(world: World, operation: str, fault: tuple[FaultKind, int, bool]) -> None:
    kind, status, effect = fault
    world.flexmail.fault(kind, operation, status=status, effect=effect, seconds=0.05)


def noted(world: World, kind: str) -> list[bool | None]:
    """What became of the writes of this kind, by the journal."""
    with closing(open_state(world.folder / "state.db")) as state:
        begun = next(run.started for run in state.runs.last(1))
        return [entry.done for entry in state.journal.since(begun) if entry.kind == kind]


def interests(world: World, number: int) -> int:
    return len(world.flexmail.contact(f"relation{number}@example.be").interests)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_contact_is_created_once(office: World, fault: tuple[FaultKind, int, bool]) -> None:
    order(office, "POST /contacts", fault)
    office.relation(3, "relation3@example.be")
    assert push(office)["created"] == 1
    assert writes(office).count("POST /contacts") == (1 if fault[2] else 2)  # what took place is looked up, and not asked again
    assert len(office.flexmail.contacts()) == 3
    assert noted(office, "create") == [True]
    push_again(office)
    assert set(links(office)) == {"1", "2", "3"}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_value_is_changed_once(office: World, fault: tuple[FaultKind, int, bool]) -> None:
    order(office, "PATCH /contacts/{id}", fault)
    office.edit(1, NAME="Janssens")
    assert push(office)["updated"] == 1
    assert writes(office) == ["PATCH /contacts/{id}"] * 2
    assert office.flexmail.contact("relation1@example.be").name == "Janssens"
    assert noted(office, "patch") == [True]
    push_again(office)


@pytest.mark.parametrize("fault", FAULTS)
def test_an_address_is_changed_once(office: World, fault: tuple[FaultKind, int, bool]) -> None:
    order(office, "PUT /contacts/{id}", fault)
    before = office.flexmail.contact("relation1@example.be").id
    office.edit(1, EMAIL="elders@example.be")
    assert push(office)["updated"] == 1
    assert writes(office) == ["PUT /contacts/{id}"] * 2
    assert office.flexmail.contact("elders@example.be").id == before
    assert noted(office, "put") == [True]
    push_again(office)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_leaver_is_unsubscribed_once(office: World, fault: tuple[FaultKind, int, bool]) -> None:
    order(office, "POST /contacts/{id}/unsubscribe", fault)
    office.untick(2)
    assert push(office)["left"] == 1
    assert len(writes(office)) <= 2
    assert office.active() == {"relation1@example.be"}
    assert noted(office, "unsubscribe") == [True]
    push_again(office)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("give", [True, False])
def test_an_interest_is_given_and_taken_once(office: World, fault: tuple[FaultKind, int, bool], give: bool) -> None:
    order(office, "*interest*", fault)
    office.interest(2, "Btw") if give else office.interest(1)
    push(office)
    assert len(writes(office)) == 2
    assert (interests(office, 1), interests(office, 2)) == ((1, 1) if give else (0, 0))
    assert noted(office, "interest_give" if give else "interest_take") == [True]
    push_again(office)


@pytest.mark.parametrize("fault", FAULTS)
def test_an_interest_is_made_once(office: World, fault: tuple[FaultKind, int, bool]) -> None:
    order(office, "POST /interests", fault)
    office.configure(interests={"create": True})
    office.interest(2, "Fiscaal")
    push(office)
    assert writes(office).count("POST /interests") == (1 if fault[2] else 2)
    assert sorted(interest.name for interest in office.flexmail.store.interests.values()) == ["Btw", "Fiscaal"]
    assert (interests(office, 1), interests(office, 2)) == (1, 1)
    assert noted(office, "interest_create") == [True]
    push_again(office)

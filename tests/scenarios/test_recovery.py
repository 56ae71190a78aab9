"""Killed at any moment, the next run goes on: the same end, and nothing written twice.

By default a sample of the moments is tried, evenly spread; FLEXSYNC_KILL_EVERY=1 tries each of them (about two minutes).
"""

import os
import signal
import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from flexsync_cli.adapters.state import open_state
from flexsync_cli.domain.model import Link
from flexsync_cli.sandbox.model import Contact, Origin
from flexsync_cli.sandbox.serve import Sandbox
from tests.scenarios import killing
from tests.scenarios.noes import address, flags, last_run, now
from tests.scenarios.world import World

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills itself by a signal that Windows lacks")

EVERY = int(os.environ.get("FLEXSYNC_KILL_EVERY", "12"))
LANES = 6


def build(folder: Path, sandbox: Sandbox) -> World:
    """Ten who are mailed; then one of each change, and a person's no at a shared address."""
    folder.mkdir()
    world = World(folder, sandbox)
    world.with_soap()
    world.with_interests()
    world.configure(interests={"create": True}, fields={"acc_software": "ACC_SOFTWARE"}, sync={"reconcile": "1d"})
    world.flexmail.add_custom_field("acc_software")
    world.relations(9)
    for number in range(1, 10):
        world.interest(number, "Fiscaal")
    world.relation(19, address(9), name="Shares")
    assert world.push().code == 0
    world.relation(21, "nieuw@example.be", ACC_SOFTWARE="Yuki")
    world.relation(22, "ook-nieuw@example.be")
    world.interest(21, "Fiscaal", "Sociaal")
    world.edit(1, NAME="Anders", ACC_SOFTWARE="Exact")
    world.edit(2, EMAIL="verhuisd@example.be")
    world.edit(3, EMAIL=address(4))
    world.edit(4, EMAIL=address(3))
    world.untick(5)
    world.edit(6, IS_ACTIVE=0)
    world.relation(23, address(6), name="Takes over")
    world.interest(7)
    world.interest(8, "Fiscaal", "Sociaal")
    world.flexmail.unsubscribe(address(9), at=now())
    world.flexmail.reset_calls()
    return world


def digest(world: World) -> dict[str, Any]:
    """All that is left on both sides and in state, without what may differ: ids, moments."""
    store = world.sandbox.store
    emails = {contact.id: contact.email for contact in world.flexmail.contacts()}
    names = {interest.id: interest.name for interest in store.interests.values()}
    with closing(open_state(world.folder / "state.db")) as state:
        links = {emails[link.contact_id]: _without_ids(link) for link in state.links.all()}
        outs = [(out.address, out.kind, out.source, out.unticked_at is not None) for out in state.outs.all()]
        todos = [(todo.kind, todo.relation_id) for todo in state.todos.open()]
        left = (state.journal.pending(), state.parked.all(), state.plans.open())
    return {
        "contacts": {each.email: _shown(each, names) for each in world.flexmail.contacts()},
        "written": Counter((event.kind, emails[event.contact_id]) for event in store.events if event.origin is Origin.API),
        "interests": sorted(names.values()),
        "flags": flags(world),
        "links": links,
        "outs": sorted(outs),
        "todos": sorted(todos),
        "left": left,
    }


def _without_ids(link: Link) -> tuple[object, ...]:
    interests = (link.interests, link.foreign_interests, link.dropped_interests)
    return (link.relation_id, link.address, link.status, link.values, link.shown, link.addresses, interests)


def _shown(contact: Contact, interests: Mapping[str, str]) -> tuple[object, ...]:
    return (contact.state, contact.name, contact.custom_fields, sorted(interests[each] for each in contact.interests))


def killed(world: World, moment: int) -> tuple[int, int]:
    """`push`, killed right before that effect."""
    return killing.run(["--config", str(world.config), "push"], world.folder / "said.txt", moment)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], int]:
    """How it ends when nothing happens, and by how many effects."""
    with Sandbox() as sandbox:
        world = build(tmp_path_factory.mktemp("undisturbed") / "office", sandbox)
        code, effects = killed(world, 0)
        assert code == 0, (world.folder / "said.txt").read_text()
        assert world.push().code == 0
        world.engine.dispose()
        return digest(world), effects


@pytest.mark.parametrize("lane", range(LANES))
def test_killed_at_any_effect_the_next_run_ends_the_same(
    tmp_path: Path, undisturbed: tuple[dict[str, Any], int], lane: int
) -> None:
    expected, effects = undisturbed
    assert effects > 80
    for moment in list(range(1, effects + 1, EVERY))[lane::LANES]:
        with Sandbox() as sandbox:
            world = build(tmp_path / str(moment), sandbox)
            assert killed(world, moment) == (-signal.SIGKILL, moment)
            result = world.push()
            assert result.code == 0, (moment, result.err)
            world.flexmail.reset_calls()
            assert world.push().code == 0
            assert world.flexmail.writes == []
            world.engine.dispose()
            assert digest(world) == expected, f"killed right before effect {moment}"


@pytest.mark.parametrize("stride", [7, 19])
def test_killed_again_and_again_it_comes_to_the_end(
    tmp_path: Path, undisturbed: tuple[dict[str, Any], int], stride: int
) -> None:
    expected, _ = undisturbed
    with Sandbox() as sandbox:
        world = build(tmp_path / "office", sandbox)
        tries = 0
        while killed(world, stride + tries)[0] == -signal.SIGKILL:
            tries += 1
            assert tries < 100
        assert world.push().code == 0
        world.engine.dispose()
        assert digest(world) == expected


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_stop_it_finishes_what_it_is_at_and_the_next_run_goes_on(
    tmp_path: Path, undisturbed: tuple[dict[str, Any], int], number: int
) -> None:
    expected, effects = undisturbed
    with Sandbox() as sandbox:
        world = build(tmp_path / "office", sandbox)
        said = world.folder / "said.txt"
        code, came_to = killing.run(["--config", str(world.config), "push"], said, effects // 2, [number])
        assert code == 130
        assert came_to < effects
        assert "the next run goes on" in said.read_text()
        assert last_run(world).exit_code == 130
        with closing(open_state(world.folder / "state.db")) as state:
            assert state.journal.pending() == []
        assert world.push().code == 0
        world.engine.dispose()
        assert digest(world) == expected


def test_asked_twice_it_stops_at_once_and_the_next_run_still_goes_on(
    tmp_path: Path, undisturbed: tuple[dict[str, Any], int]
) -> None:
    expected, effects = undisturbed
    with Sandbox() as sandbox:
        world = build(tmp_path / "office", sandbox)
        said = world.folder / "said.txt"
        code, _ = killing.run(["--config", str(world.config), "push"], said, effects // 2, [signal.SIGINT, signal.SIGINT])
        assert code == 130
        assert "Traceback" not in said.read_text()
        assert world.push().code == 0
        world.engine.dispose()
        assert digest(world) == expected

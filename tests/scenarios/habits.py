"""What every scenario does: push, and push again to see that nothing is left to do."""

from collections.abc import Mapping
from contextlib import closing

from flexsync_cli.adapters.state import open_state
from flexsync_cli.domain.model import LinkStatus
from flexsync_cli.domain.plan import KeptPlan
from flexsync_cli.sandbox.model import Contact
from tests.scenarios.world import World

WRITES = ("created", "updated", "adopted", "left", "moved", "newly_parked")
VERDICTS = ("created", "updated", "adopted", "unchanged", "shadowed", "out", "parked", "held", "waiting", "failed")


def push(world: World, *arguments: str, code: int = 0) -> Mapping[str, int]:
    """Push and return the counts that are not 0; each selected relation must be in exactly one of them."""
    result = world.push(*arguments)
    assert result.code == code, result.err + result.out
    counts = result.counts()
    assert counts["selected"] == sum(counts[name] for name in VERDICTS)
    return {name: count for name, count in counts.items() if count and name != "selected"}


def push_again(world: World, code: int = 0) -> Mapping[str, int]:
    """Push once more: not a single write call, nothing new."""
    world.flexmail.reset_calls()
    counts = push(world, code=code)
    assert world.flexmail.writes == []
    assert not {name: count for name, count in counts.items() if name in WRITES}
    return counts


def push_twice(world: World, *arguments: str, code: int = 0) -> Mapping[str, int]:
    """Push, and see that a second one finds nothing to do; the counts of the first."""
    counts = push(world, *arguments, code=code)
    push_again(world)
    return counts


def writes(world: World) -> list[str]:
    """The write calls since the last reset, as operations."""
    return [call.operation for call in world.flexmail.writes]


def contact(world: World, address: str) -> Contact:
    """The contact at an address."""
    return world.flexmail.contact(address)


def todos(world: World) -> list[tuple[str, str]]:
    """The open to-dos: kind and relation."""
    with closing(open_state(world.folder / "state.db")) as state:
        return sorted((todo.kind, todo.relation_id) for todo in state.todos.open())


def plans(world: World) -> list[KeptPlan]:
    """The plans that wait for a person."""
    with closing(open_state(world.folder / "state.db")) as state:
        return state.plans.open()


def links(world: World) -> dict[str, str]:
    """The present address of each open link, by relation."""
    with closing(open_state(world.folder / "state.db")) as state:
        return {link.relation_id: link.address for link in state.links.all() if link.status is LinkStatus.OPEN}

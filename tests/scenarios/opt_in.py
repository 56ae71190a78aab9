"""What the scenarios of the two-way option share."""

from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta

from flexsync_cli.adapters.state import open_state
from flexsync_cli.domain.model import Out
from tests.scenarios.world import World

LATER = timedelta(minutes=1)


def begin(world: World, relations: int = 3, **sections: Mapping[str, object]) -> World:
    """Switch the two-way option on, push some relations, and read Flexmail's lists for the first time."""
    world.with_soap()
    world.configure(sync={"opt_in": True}, languages={"N": "nl", "F": "fr"}, **{"opt_in.values": {"CRM_TYPE": 8}})
    world.configure(**sections)
    world.relations(relations)
    assert world.push().code == 0
    assert pull(world) == {}
    return world


def pull(world: World, *arguments: str, step: str = "contacts", code: int = 0) -> dict[str, int]:
    """`pull-contacts`; the counts of a step that are not 0."""
    result = world.run("pull-contacts", "--json", *arguments)
    assert result.code == code, result.out + result.err
    return {name: count for name, count in result.counts(step).items() if count}


def nothing_left(world: World, code: int = 0) -> None:
    """Once more: neither a pull nor a push writes anything, anywhere."""
    before = rows(world)
    world.flexmail.reset_calls()
    result = world.run("pull-contacts", "--json")
    assert result.code == code, result.out + result.err
    assert not {"added", "ticked", "updated"} & {
        name for step in ("profiles", "contacts") for name, count in result.counts(step).items() if count
    }
    push = world.push()
    assert push.code == 0, push.out + push.err
    assert [call.operation for call in world.flexmail.writes] == []
    assert rows(world) == before


def rows(world: World) -> list[tuple[object, ...]]:
    """All relations with their flags."""
    joined = "SELECT * FROM CUSTOMER LEFT JOIN CUSTOMER_PERMANENT USING (CUSTOMER_ID) ORDER BY CUSTOMER_ID"
    return [tuple(row) for row in world.sql(joined)]


def row(world: World, number: int, *columns: str) -> tuple[object, ...]:
    """Some columns of a relation."""
    found = world.sql(f"SELECT {', '.join(columns)} FROM CUSTOMER WHERE CUSTOMER_ID = :id", id=number)
    return tuple(found[0])


def outs(world: World) -> list[Out]:
    """Every out, ended ones too."""
    with closing(open_state(world.folder / "state.db")) as state:
        return state.outs.all()


def soon() -> datetime:
    """A moment that is later than anything done so far, stamps being whole seconds."""
    return datetime.now(UTC) + LATER

"""What the scenarios of the opt-outs share."""

from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime

from flexsync_cli.adapters.state import open_state
from flexsync_cli.domain.model import Out
from flexsync_cli.domain.months import day_of
from flexsync_cli.ports import Run
from tests.scenarios.habits import push
from tests.scenarios.world import World


def address(number: int) -> str:
    """The address of one of `world.relations`."""
    return f"relation{number}@example.be"


def opt_outs(world: World, *arguments: str, code: int = 0) -> Mapping[str, int]:
    """`pull-unsubscribes`; the counts that are not 0."""
    result = world.run("pull-unsubscribes", "--json", *arguments)
    assert result.code == code, result.out + result.err
    return {name: count for name, count in result.counts("opt_outs").items() if count}


def nothing_new(world: World) -> None:
    """Pulled once more: nothing is learnt, nothing written anywhere."""
    before = flags(world)
    world.flexmail.reset_calls()
    counts = opt_outs(world)
    assert not {"events", "states", "gone", "ended", "unticked", "failed"} & counts.keys()
    assert world.flexmail.writes == []
    assert flags(world) == before


def flags(world: World) -> dict[int, object]:
    """Every newsletter flag as Admin has it."""
    rows = world.sql("SELECT CUSTOMER_ID, NEWSLETTER FROM CUSTOMER_PERMANENT ORDER BY CUSTOMER_ID")
    return {row[0]: row[1] for row in rows}


def unticked(world: World) -> set[int]:
    """The relations whose newsletter is not ticked."""
    return {number for number, flag in flags(world).items() if not flag}


def outs(world: World) -> list[Out]:
    """Every out, ended ones too, in the order they were recorded."""
    with closing(open_state(world.folder / "state.db")) as state:
        return state.outs.all()


def standing(world: World) -> set[tuple[str, str, str]]:
    """Who is out now: address, kind, and where that was learnt."""
    return {(out.address, out.kind, out.source) for out in outs(world) if out.ended_at is None}


def fact(world: World, name: str) -> object:
    """One value of the state."""
    with closing(open_state(world.folder / "state.db")) as state:
        return state.facts.get(name)


def put_fact(world: World, name: str, value: object) -> None:
    """Set one, as an older run may have left it."""
    with closing(open_state(world.folder / "state.db")) as state:
        state.facts.put(name, value)


def last_run(world: World) -> Run:
    """What the state remembers of the newest run."""
    with closing(open_state(world.folder / "state.db")) as state:
        return state.runs.last(1)[0]


def now() -> datetime:
    """This moment, as persons' stamps have it."""
    return datetime.now(UTC)


def today() -> str:
    """The office's day, as a command line takes it."""
    return day_of(now()).isoformat()


def begin(world: World, relations: int) -> World:
    """An office with the SOAP token and that many relations that are mailed."""
    world.with_soap()
    world.relations(relations)
    push(world)
    return world

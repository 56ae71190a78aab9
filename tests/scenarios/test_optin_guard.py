"""Nobody fills Admin by accident: too many at once wait for a person's word."""

from tests.scenarios.habits import plans
from tests.scenarios.opt_in import begin, nothing_left, pull, rows
from tests.scenarios.world import World


def subscribe(world: World, count: int) -> None:
    for number in range(count):
        world.flexmail.opt_in(f"new{number}@example.be", {"name": f"New {number}"})


def approve(world: World) -> None:
    (plan,) = plans(world)
    result = world.run("approve", plan.id)
    assert result.code == 0, result.out + result.err
    assert plans(world) == []


def test_too_many_yeses_wait_and_are_done_once_approved(world: World) -> None:
    begin(world, relations=20)
    subscribe(world, 11)
    assert pull(world, code=3) == {}
    assert pull(world, code=3) == {}
    (plan,) = plans(world)
    assert (plan.refusal.step, plan.refusal.people, plan.refusal.of) == ("contacts", 11, 20)
    assert len(rows(world)) == 20
    approve(world)
    assert len(rows(world)) == 31
    nothing_left(world)


def test_as_many_as_the_limit_are_brought_in(world: World) -> None:
    begin(world, relations=20)
    subscribe(world, 10)
    assert pull(world) == {"added": 10}
    nothing_left(world)


def test_who_was_there_before_comes_only_when_asked_for(world: World) -> None:
    for number in range(3):
        world.flexmail.add_contact(f"old{number}@example.be", name=f"Old {number}")
    world.flexmail.add_contact("no@example.be", name="No")
    world.relation(90, "no@example.be", ticked=False)
    begin(world)
    assert pull(world) == {}
    assert pull(world, "--all", "--dry-run") == {"added": 3}
    assert pull(world, "--all") == {"added": 3}
    assert pull(world, "--all") == {}
    nothing_left(world)
    assert len(rows(world)) == 7


def test_all_of_them_are_guarded_and_their_plan_waits(world: World) -> None:
    for number in range(12):
        world.flexmail.add_contact(f"old{number}@example.be", name=f"Old {number}")
    begin(world)
    world.configure(guard={"count": 10})
    assert pull(world, "--all", code=3) == {}
    subscribe(world, 1)
    assert pull(world) == {"added": 1}
    (plan,) = plans(world)
    assert plan.refusal.people == 12
    approve(world)
    assert len(rows(world)) == 16
    nothing_left(world)


def test_a_plan_whose_cause_is_gone_is_withdrawn(world: World) -> None:
    begin(world, relations=20)
    subscribe(world, 11)
    assert pull(world, code=3) == {}
    world.configure(guard={"count": 100})
    assert pull(world) == {"added": 11}
    assert pull(world) == {}
    assert plans(world) == []


def test_the_refusal_names_its_plan(world: World) -> None:
    begin(world, relations=20)
    subscribe(world, 11)
    result = world.run("pull-contacts")
    assert result.code == 3
    (plan,) = plans(world)
    assert f" approve {plan.id}" in result.err

"""`dedupe-report --new`: only what no report has listed yet."""

from tests.scenarios.world import World


def addresses(world: World, *arguments: str) -> list[str]:
    """The addresses that a report lists."""
    result = world.run("dedupe-report", "--format", "csv", *arguments)
    assert result.code == 0
    return sorted({line.split(";")[0] for line in result.out.lstrip("\ufeff").splitlines()[1:]})


def pair(world: World, first: int, email: str) -> None:
    world.relation(first, email)
    world.relation(first + 1, email)


def test_only_what_is_new_since_the_last_report(world: World) -> None:
    pair(world, 1, "een@example.be")
    assert addresses(world, "--new") == ["een@example.be"]
    assert addresses(world, "--new") == []
    pair(world, 3, "twee@example.be")
    assert addresses(world, "--new") == ["twee@example.be"]
    assert addresses(world) == ["een@example.be", "twee@example.be"]


def test_a_whole_report_is_a_report_too(world: World) -> None:
    pair(world, 1, "een@example.be")
    first = world.run("dedupe-report", "--format", "csv")
    assert "2 relations share 1 address" in first.err
    assert addresses(world, "--new") == []


def test_a_relation_that_joins_makes_its_group_new(world: World) -> None:
    pair(world, 1, "een@example.be")
    addresses(world)
    world.relation(3, "een@example.be")
    assert addresses(world, "--new") == ["een@example.be"]


def test_what_was_settled_and_came_back_is_new_again(world: World) -> None:
    pair(world, 1, "een@example.be")
    addresses(world)
    world.edit(2, EMAIL="twee@example.be")
    assert addresses(world, "--new") == []
    world.edit(2, EMAIL="een@example.be")
    assert addresses(world, "--new") == ["een@example.be"]


def test_a_report_that_could_not_be_written_was_not_made(world: World) -> None:
    pair(world, 1, "een@example.be")
    assert world.run("dedupe-report", "--new", "--output", str(world.folder / "no" / "such.csv")).code == 2
    assert addresses(world, "--new") == ["een@example.be"]

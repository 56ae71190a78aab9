"""`python -m benchmarks`: what a push costs, measured against the sandbox. `--smoke` is small, and fails on a worse count."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.scenarios.world import World

from benchmarks.measure import Measured, measure, settled_world
from flexsync_cli.sandbox.serve import Sandbox

SMOKE, FULL = (1_000,), (1_000, 10_000, 100_000)
PAGE = 500


def main() -> int:
    """Print a table; 1 where a count is worse than it must be."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--smoke", action="store_true", help="small and quick, for CI")
    sizes = SMOKE if parser.parse_args().smoke else FULL
    print(f"{'scenario':<28}{'relations':>10}{'calls':>7}{'writes':>8}{'CPU s':>8}{'MB':>6}")
    failures = [failure for size in sizes for row in _scenarios(size) if (failure := _tell(row))]
    for failure in failures:
        print(f"worse: {failure}", file=sys.stderr)
    return int(bool(failures))


def _tell(row: Measured) -> str:
    print(
        f"{row.scenario:<28}{row.relations:>10,}{row.calls:>7}{row.writes:>8}{row.cpu_seconds:>8.2f}{row.peak_megabytes:>6.0f}"
    )
    most = _most_calls(row)
    return (
        f"{row.scenario} of {row.relations}: {row.calls} calls, {row.writes} writes; at most {most} and 0"
        if (row.calls > most or row.writes)
        else ""
    )


def _most_calls(row: Measured) -> int:
    """A listing, and on the first push the account's lists."""
    pages = -(-row.relations // PAGE)
    return {"adoption": pages + 2, "nothing changed": pages, "nothing changed, SOAP": 3}[row.scenario]


def _scenarios(relations: int) -> Iterator[Measured]:
    with TemporaryDirectory() as folder, Sandbox() as sandbox:
        world = World(Path(folder), sandbox)
        settled_world(world, relations)
        yield measure("adoption", world, relations, "push", "--json")
        yield measure("nothing changed", world, relations, "push", "--json")
        world.with_soap()
        world.process("push")
        yield measure("nothing changed, SOAP", world, relations, "push", "--json")
        world.engine.dispose()


if __name__ == "__main__":
    sys.exit(main())

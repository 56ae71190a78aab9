"""`python -m tests.mutation`: changes the domain in thousands of small ways, and counts those that a test notices.

Needs the dependency groups `test` and `proof`, and Linux or macOS. Ends with one line of JSON.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from tests.mutation import tool
from tests.mutation.figures import Figures, figures, read_equivalents, stale
from tests.proof.cpus import cpus


def main() -> int:
    """Print the figures; 1 where a mutant is neither noticed nor explained, or there were none."""
    options = _options()
    began = time.monotonic()
    modules = [name for name in options.modules.split(",") if name]
    if not options.again:
        tool.run(options.work, modules, options.jobs)
    mutants = tool.results(options.work, modules)
    survivors = tool.survivors(options.work, mutants)
    equivalents = read_equivalents()
    result = figures(mutants, survivors, equivalents)
    _show(result)
    for line in stale(survivors, equivalents, list(result.total)):
        print(f"explained, but not among the survivors: {line}")
    failures = result.failures(modules)
    for failure in failures:
        print(f"worse than promised: {failure}", file=sys.stderr)
    print(json.dumps(_line(result, time.monotonic() - began)))
    return int(bool(failures))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("--modules", default="", help="a few of the domain's modules, as in outs,guard; all by default")
    parser.add_argument("--jobs", type=int, default=cpus())
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "flexsync-mutation", help="where it works")
    parser.add_argument("--again", action="store_true", help="count what the last run in --work found")
    return parser.parse_args()


def _show(result: Figures) -> None:
    for survivor in result.left:
        print(f"{survivor.mutant.name} ({survivor.mutant.status})\n  - {survivor.was}\n  + {survivor.becomes}")
    print(f"{'module':<20}{'mutants':>8}{'killed':>8}{'timeout':>8}{'explained':>10}{'survived':>9}{'score':>8}")
    for module in sorted(result.total):
        print(
            f"{module:<20}{result.total[module]:>8}{result.killed[module]:>8}{result.timeouts[module]:>8}"
            f"{result.explained[module]:>10}{result.survived(module):>9}{result.score(module):>7.1f}%"
        )


def _line(result: Figures, seconds: float) -> dict[str, object]:
    return {
        "proof": "mutation",
        "mutants": result.total.total(),
        "killed": result.killed.total(),
        "timeouts": result.timeouts.total(),
        "explained": result.explained.total(),
        "survived": sum(result.survived(module) for module in result.total),
        "score": round(result.score(), 1),
        "seconds": round(seconds),
    }


if __name__ == "__main__":
    sys.exit(main())

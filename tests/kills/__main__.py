"""Kill every scenario before and after every effect: `python -m tests.kills`; the last line is JSON with the figures."""

import argparse
import json
import multiprocessing
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed

from tests.kills.sweep import SCENARIOS, Swept, sweep
from tests.proof.cpus import cpus


def main() -> int:
    """1 where an end was another than that of the undisturbed run."""
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    parser.add_argument("--scenario", action="append", choices=list(SCENARIOS), help="only this one; may be repeated")
    parser.add_argument("--sample", type=int, default=0, help="so many moments of each scenario, in place of all")
    parser.add_argument("--seed", type=int, default=0, help="which moments those are")
    parser.add_argument("--jobs", type=int, default=cpus(), help="how many scenarios at a time")
    options = parser.parse_args()
    began, swept = time.monotonic(), []
    for each in _sweep_all(options):
        swept.append(each)
        print(f"{each.name}: {each.effects} effects, killed {each.killed} times, {len(each.failures)} ends differ", flush=True)
        for failure in each.failures:
            print(f"  {failure}", flush=True)
    failed = sum(len(each.failures) for each in swept)
    figures = {
        "scenarios": len(swept),
        "effects": sum(each.effects for each in swept),
        "killed": sum(each.killed for each in swept),
        "failed": failed,
        "seconds": round(time.monotonic() - began),
    }
    print(json.dumps(figures))
    return int(failed > 0)


def _sweep_all(options: argparse.Namespace) -> Iterator[Swept]:
    names = options.scenario or list(SCENARIOS)
    with ProcessPoolExecutor(options.jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        sweeps = {pool.submit(sweep, name, options.sample, options.seed): name for name in names}
        for done in as_completed(sweeps):
            try:
                yield done.result()
            except Exception as error:  # noqa: BLE001 - the others go on
                yield Swept(sweeps[done], 0, 0, [f"{sweeps[done]}: {error!r}"])


if __name__ == "__main__":
    sys.exit(main())

"""`python -m benchmarks`: what flexsync spends, beside the least that anybody could and what a naive client does."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from os import cpu_count

from rich.console import Console

from benchmarks import counts, document, table
from benchmarks.month import INTERVALS, month
from benchmarks.month import SIZES as OFFICES
from benchmarks.promises import PROMISES, Verdict, verdicts
from benchmarks.row import Row
from benchmarks.scenarios import STORIES
from benchmarks.telling import rows

SIZES = (1_000, 10_000, 100_000)
SMALL, PROMISED = 200, 10_000
PROMISED_MONTH = (5_000, "1 h")
_PROMISED = {promise.row for promise in PROMISES}

Wanted = Callable[[str], bool]


def main() -> int:
    """Measure, tell, and check; 1 where a count is worse than it must be."""
    asked = _asked()
    smoke = asked.smoke or asked.update
    found = list(_told(_smoke() if smoke else _full(asked.sizes, asked.only.casefold())))
    if not found:
        sys.exit(f'no scenario has "{asked.only}" in its name')
    judged = verdicts(found)
    for verdict in judged:
        print(f"{'holds' if verdict.held else 'DOES NOT HOLD'}: {verdict.text}: {verdict.measured}, {verdict.most}")
    if smoke:
        failed = _is_worse(found, update=asked.update) | _is_broken(judged)
        print(json.dumps({"scenarios": len(found), "promises": len(judged)}))
        return int(failed)
    if not asked.only and not asked.sizes:
        document.PATH.write_text(document.document(found, judged), "utf-8")
    return int(_is_broken(judged))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="small and quick: fail where a count is worse than the kept one")
    parser.add_argument("--update", action="store_true", help="as --smoke, but keep the counts as they are now")
    parser.add_argument("--only", default="", metavar="NAME", help="only scenarios whose name has this in it")
    parser.add_argument("--sizes", type=int, nargs="+", metavar="N", help="so many relations, in place of the usual sizes")
    return parser.parse_args()


def _full(sizes: Sequence[int] | None, name: str) -> Iterator[Row]:
    def wanted(scenario: str) -> bool:
        return name in scenario.casefold()

    for size in sizes or SIZES:
        for story in STORIES:
            yield from rows(story, size, wanted)
    yield from _months([(size, each) for size in sizes or OFFICES for each in INTERVALS if wanted(f"a month, every {each}")])


def _months(asked: Sequence[tuple[int, str]]) -> Iterator[Row]:
    """Several at once, for each takes long."""
    with ProcessPoolExecutor(max(1, (cpu_count() or 1) - 1), mp_context=get_context("spawn")) as pool:
        yield from pool.map(month, *zip(*asked, strict=True)) if asked else ()


def _smoke() -> Iterator[Row]:
    """Every scenario of a small office, what was promised of a larger one, a short month, and some days of the promised one."""
    for story in STORIES:
        yield from rows(story, SMALL, lambda _: True, counts_only=True)
    for story in STORIES:
        yield from rows(story, PROMISED, lambda name: f"{name}, {PROMISED}" in _PROMISED, counts_only=True)
    yield month(SMALL, "1 day")
    yield month(*PROMISED_MONTH, "days")


def _told(found: Iterator[Row]) -> Iterator[Row]:
    """Each as soon as it is there."""
    title, console = "", Console(highlight=False, markup=False)
    with console.status("measuring"):
        for row in found:
            if title != (title := f"{row.relations:,} relations"):
                console.print(f"\n{table.head(title)}", soft_wrap=True, style="bold")
            console.print(table.line(table.cells(row)), soft_wrap=True)
            yield row
    print(f"\n{table.BY_RULE} by its rule, not run. What each column means: docs/performance.md\n")


def _is_worse(found: Sequence[Row], *, update: bool) -> bool:
    measured, kept = counts.counts(found), counts.load()
    if update:
        counts.save(measured)
        return False
    if found_better := counts.better(measured, kept):
        print(f"better than kept (keep it by --smoke --update): {'; '.join(found_better)}")
    found_worse = counts.worse(measured, kept)
    for text in found_worse:
        print(f"worse: {text}", file=sys.stderr)
    return bool(found_worse)


def _is_broken(judged: Sequence[Verdict]) -> bool:
    return any(verdict.checked and not verdict.held for verdict in judged)


if __name__ == "__main__":
    sys.exit(main())

"""Plays many histories, in several processes: `python -m tests.machine --histories 10000`.

The last line is the figures as JSON. Exit code 1 where a history failed; it is shrunk, told as sentences and printed as data.
"""

import argparse
import json
import logging
import multiprocessing
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings

from flexsync_cli.sandbox.mailbox import Mailbox
from flexsync_cli.sandbox.serve import Sandbox
from tests.machine.history import Figures, History, Player, histories
from tests.machine.thrift import thrifty
from tests.proof.cpus import cpus

SHARE = 100


@dataclass(frozen=True, slots=True)
class Share:
    """What is played in one go: its first failure ends it, and the others go on."""

    lane: int
    histories: int
    shrink: bool


@dataclass
class Outcome:
    """What came of it; `failure` is empty where all went well."""

    figures: Figures = field(default_factory=Figures)
    failure: str = ""


def play_some(player: Player, count: int, lane: int, *, shrink: bool = True) -> None:
    """Play so many, other ones in each lane; the first failure ends it."""

    @seed(lane)
    @settings(
        max_examples=count,
        phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
        derandomize=False,
        database=None,
        deadline=None,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(history=histories())
    def play(history: History) -> None:
        player.play(history)

    play()


def play_share(share: Share) -> Outcome:
    """What one process does."""
    logging.disable(logging.CRITICAL)
    with TemporaryDirectory() as folder, Sandbox() as sandbox, Mailbox(Path(folder)) as box, thrifty():
        player = Player(sandbox, box)
        try:
            play_some(player, share.histories, share.lane, shrink=share.shrink)
        except Exception as error:  # noqa: BLE001 - told, whatever it is
            return Outcome(player.figures, "".join(traceback.format_exception(error, limit=-6)))
        return Outcome(player.figures)


def main(arguments: Sequence[str] | None = None) -> int:
    """Share them out, wait, tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.machine", description=__doc__)
    parser.add_argument("--histories", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=cpus())
    parser.add_argument("--seed", type=int, default=0, help="the first share's; each has the next one")
    parser.add_argument("--no-shrink", action="store_true")
    asked = parser.parse_args(arguments)
    each = min(SHARE, -(-asked.histories // asked.processes))
    shares = [Share(asked.seed + lane, each, not asked.no_shrink) for lane in range(-(-asked.histories // each))]
    started = time.monotonic()
    with multiprocessing.get_context("spawn").Pool(asked.processes) as pool:
        outcomes = list(_as_they_end(pool.imap_unordered(play_share, shares)))
    return _tell(outcomes, time.monotonic() - started)


def _as_they_end(outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
    """A failure is told at once, and on standard error how far it is: all of them take long."""
    played = failed = 0
    for outcome in outcomes:
        if outcome.failure:
            sys.stdout.write(outcome.failure + "\n")
            sys.stdout.flush()
        played += outcome.figures.histories
        failed += bool(outcome.failure)
        sys.stderr.write(f"{played} histories played, {failed} failed\n")
        yield outcome


def _tell(outcomes: Sequence[Outcome], seconds: float) -> int:
    verbs: Counter[str] = Counter()
    for outcome in outcomes:
        verbs.update(outcome.figures.verbs)
    figures = {
        name: sum(getattr(outcome.figures, name) for outcome in outcomes) for name in ("histories", "runs", "calls", "writes")
    }
    failures = sum(bool(outcome.failure) for outcome in outcomes)
    for verb, times in verbs.most_common():
        sys.stdout.write(f"{times:8} {verb}\n")
    sys.stdout.write(json.dumps({**figures, "rules": len(verbs), "failures": failures, "seconds": round(seconds)}) + "\n")
    return int(failures > 0)

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
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings

from flexsync_cli.sandbox.mailbox import Mailbox
from flexsync_cli.sandbox.serve import Sandbox
from tests.machine.history import Figures, History, Player, histories
from tests.machine.thrift import thrifty
from tests.proof.cpus import cpus


@dataclass(frozen=True, slots=True)
class Share:
    """What one process plays."""

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
    parser.add_argument("--seed", type=int, default=0, help="the first lane's; each process has the next one")
    parser.add_argument("--no-shrink", action="store_true")
    asked = parser.parse_args(arguments)
    each = -(-asked.histories // asked.processes)
    shares = [Share(asked.seed + lane, each, not asked.no_shrink) for lane in range(asked.processes)]
    started = time.monotonic()
    with multiprocessing.get_context("spawn").Pool(asked.processes) as pool:
        outcomes = pool.map(play_share, shares, chunksize=1)
    return _tell(outcomes, time.monotonic() - started)


def _tell(outcomes: Sequence[Outcome], seconds: float) -> int:
    verbs: Counter[str] = Counter()
    for outcome in outcomes:
        verbs.update(outcome.figures.verbs)
        if outcome.failure:
            sys.stdout.write(outcome.failure + "\n")
    figures = {
        name: sum(getattr(outcome.figures, name) for outcome in outcomes) for name in ("histories", "runs", "calls", "writes")
    }
    failures = sum(bool(outcome.failure) for outcome in outcomes)
    for verb, times in verbs.most_common():
        sys.stdout.write(f"{times:8} {verb}\n")
    sys.stdout.write(json.dumps({**figures, "rules": len(verbs), "failures": failures, "seconds": round(seconds)}) + "\n")
    return int(failures > 0)

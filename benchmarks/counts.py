"""The counts that were measured last, kept in a file: the smoke fails where one of them gets worse."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

from benchmarks.row import Row

KEPT = Path(__file__).with_name("counts.json")
Counts: TypeAlias = Mapping[str, Mapping[str, int]]


def counts(rows: Iterable[Row]) -> dict[str, dict[str, int]]:
    """What depends on no machine."""
    return {row.key: _counts(row) for row in rows if row.spent.statements}


def load() -> Counts:
    """Those of the file; none where there is none yet."""
    kept: Counts = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {}
    return kept


def save(measured: Counts) -> None:
    """Keep them in place of the others."""
    KEPT.write_text(json.dumps(measured, indent=1) + "\n", "utf-8")


def worse(measured: Counts, kept: Counts) -> list[str]:
    """What got worse, in words; also what was kept and is measured no more, and what is not kept yet."""
    grown = [
        f"{key}: {name} {before[name]:,} -> {now:,}"
        for key, before in kept.items()
        for name, now in measured.get(key, {}).items()
        if now > before.get(name, 0)
    ]
    return grown + [f"{key}: only here or only in {KEPT.name}" for key in sorted(measured.keys() ^ kept.keys())]


def better(measured: Counts, kept: Counts) -> list[str]:
    """Where something got better: those who keep it so run `--update`."""
    return [key for key, now in measured.items() if any(now[name] < before for name, before in kept.get(key, now).items())]


def _counts(row: Row) -> dict[str, int]:
    spent = row.spent
    measured = {"rest": spent.rest, "soap": spent.soap, "writes": spent.writes}
    if not row.is_month:  # over many runs they hang a little on the order of ids that are random
        measured["statements"] = spent.statements
    return {name: round(value) for name, value in measured.items()}

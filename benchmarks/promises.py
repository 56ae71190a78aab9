"""What must hold. The counts of calls are checked; time and memory are only told, for they are the machine's as well."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.row import Row

CPU_TIMES, MEGABYTES = 3, 500
_LARGE = 100_000


@dataclass(frozen=True, slots=True)
class Promise:
    """`row` may take `most` calls, or as many as another one."""

    text: str
    row: str
    most: int | str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one; `checked` where it was a count."""

    text: str
    most: str
    measured: str
    held: bool
    checked: bool = True


PROMISES = (
    Promise("run with nothing to do, 10,000 links, no recent campaign", "quiet run, 10000", 3),
    Promise("the same, one campaign sent yesterday", "campaign yesterday, 10000", 4),
    Promise("first push of 10,000 into an empty account", "first push, 10000", 60),
    Promise("50 changed of 10,000", "50 changed, 10000", 60),
    Promise("10 of 10,000 changed their address", "10 addresses changed, 10000", 26),
    Promise("10,000 contacts, 5 interests on both sides, nothing changed", "interests, quiet, 10000", "quiet run, 10000"),
    Promise("a month, 5,000 relations, hourly, 1 % changes a week", "a month, every 1 h, 5000", 3_999),
)


def verdicts(rows: Sequence[Row]) -> list[Verdict]:
    """Of all that was measured."""
    by_key = {row.key: row for row in rows}
    counted = [_verdict(each, by_key) for each in PROMISES if each.row in by_key]
    return [each for each in counted if each] + _told(by_key)


def _verdict(promise: Promise, rows: Mapping[str, Row]) -> Verdict | None:
    most = promise.most
    if isinstance(most, str):
        if most not in rows:
            return None
        most = round(rows[most].spent.calls)
    calls = round(rows[promise.row].spent.calls)
    return Verdict(promise.text, f"at most {most:,} calls", f"{calls:,} calls", calls <= most)


def _told(rows: Mapping[str, Row]) -> list[Verdict]:
    """Beside the time that it takes just to read both sides."""
    push, reading = rows.get(f"nothing changed, no SOAP, {_LARGE}"), rows.get(f"reading both sides, {_LARGE}")
    if push is None or reading is None:
        return []
    times, peak = push.spent.cpu_seconds / reading.spent.cpu_seconds, push.spent.megabytes
    text = f"push of {_LARGE:,}, nothing changed"
    return [
        Verdict(
            text, f"at most {CPU_TIMES} times the CPU of reading both sides", f"{times:.1f} times", times <= CPU_TIMES, False
        ),
        Verdict(text, f"under {MEGABYTES} MB", f"{peak:.0f} MB", peak < MEGABYTES, False),
    ]

"""The findings of a check: a line each as soon as it is known, aligned on a terminal, plain and whole elsewhere."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table
from rich.text import Text

from flexsync_cli.cli.console import printable, say
from flexsync_cli.services.check import Finding, Mark

SIGNS = {Mark.GOOD: "\u2713", Mark.BAD: "\u2717", Mark.NOT_APPLICABLE: "\u2013"}
# For a stream that can't show those: a Windows console, or a file, in cp1252.
PLAIN_SIGNS = {Mark.GOOD: "ok", Mark.BAD: "NO", Mark.NOT_APPLICABLE: "--"}
STYLES = {Mark.GOOD: "green", Mark.BAD: "bold red", Mark.NOT_APPLICABLE: "dim"}
WHAT_WIDTH = 28
MOST_WIDTH = 120


@dataclass(slots=True)
class Total:
    """How many findings of each mark there were, and how much is to be mended by whom."""

    counts: Counter[Mark] = field(default_factory=Counter)
    menders: Counter[str] = field(default_factory=Counter)

    @property
    def is_good(self) -> bool:
        """Whether nothing is to be mended."""
        return not self.counts[Mark.BAD]


def show_findings(console: Console, findings: Iterable[Finding], *, quiet: bool) -> Total:
    """Print them; when quiet only what is to be mended."""
    total, signs = Total(), _signs(console)
    for finding in findings:
        total.counts[finding.mark] += 1
        total.menders.update([finding.mender] if finding.mender else [])
        if not quiet or finding.mark is Mark.BAD:
            _show(console, finding, signs[finding.mark])
    return total


def _signs(console: Console) -> dict[Mark, str]:
    try:
        "".join(SIGNS.values()).encode(console.encoding)
    except UnicodeEncodeError:
        return PLAIN_SIGNS
    return SIGNS


def _show(console: Console, finding: Finding, sign: str) -> None:
    text = finding.text + (f" ({finding.mender})" if finding.mender else "")
    if not console.is_terminal:
        say(console, f"{sign} {finding.what}" + (f": {text}" if text else ""))
        return
    line = Table.grid(padding=(0, 1, 0, 0))
    line.add_column(width=len(sign), style=STYLES[finding.mark])
    line.add_column(width=WHAT_WIDTH, overflow="fold")
    line.add_column(overflow="fold", style="" if finding.mark is Mark.BAD else "dim")
    line.add_row(sign, Text(printable(finding.what)), Text(printable(text)))
    console.print(line, width=min(console.width, MOST_WIDTH), soft_wrap=False)


def show_grants(console: Console, script: str) -> None:
    """The rights to give, for the IT partner to run; as it stands, for it is copied."""
    if script:
        head = "-- the rights that flexsync needs, for the IT partner to run in Admin's database:"
        for line in ("", head, *script.splitlines(), ""):
            console.print(Text(printable(line)))


def show_total(console: Console, total: Total, calls: int) -> None:
    """The last line."""
    good, bad, skipped = (total.counts[mark] for mark in Mark)
    by_whom = ", ".join(f"{mender} {count}" for mender, count in total.menders.items())
    to_mend = f"{bad} to mend" + (f" ({by_whom})" if by_whom else "")
    say(console, f"check: {good} in order, {to_mend}, {skipped} not applicable, {calls} calls", "bold")

"""The table of figures in docs/proof.md."""

import re
from collections.abc import Sequence
from pathlib import Path

from tests.proof.parts import Result

PATH = Path(__file__).parents[2] / "docs" / "proof.md"
ROW = re.compile(r"^\| (\w+) \|.*$", re.MULTILINE)
HEAD = "| part | what | figures | minutes |\n| --- | --- | --- | ---: |"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"


def shown(result: Result) -> str:
    """The figures on one line, and what was skipped for which reason."""
    names = result.part.shown or tuple(result.figures)
    figures = [f"{result.figures.get(name, 0):,} {name.replace('_', ' ')}" for name in names]
    skipped = [f"{count:,} skipped ({reason.replace('|', '/')})" for reason, count in result.skipped.items()]
    return ", ".join([*figures, *skipped])


def with_figures(text: str, results: Sequence[Result]) -> str:
    """The document with these rows; parts that were not run keep theirs."""
    before, _, rest = text.partition(BEGIN)
    table, _, after = rest.partition(END)
    rows = {match[1]: match[0] for match in ROW.finditer(table) if match[1] != "part"}
    rows |= {result.part.name: _row(result) for result in results if result.code == 0}
    return f"{before}{BEGIN}\n" + "\n".join([HEAD, *rows.values()]) + f"\n{END}{after}"


def _row(result: Result) -> str:
    minutes = max(1, round(result.seconds / 60))
    return f"| {result.part.name} | {result.part.what} | {shown(result)} | {minutes} |"

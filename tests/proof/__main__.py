"""`python -m tests.proof`: runs all that proves flexsync, prints the figures, and writes them into docs/proof.md.

The document says how long each part takes on four cores; `--quick` takes some ten minutes and leaves the document as it is.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import mkdtemp

from tests.proof.document import PATH, shown, with_figures
from tests.proof.parts import PARTS, Result, run


def main() -> int:
    """1 where a part failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less of everything")
    parser.add_argument("--only", action="append", choices=[part.name for part in PARTS], help="this part; may be repeated")
    parser.add_argument("--seed", type=int, help="other random histories; without it they are the same each time")
    options = parser.parse_args()
    folder = Path(mkdtemp(prefix="flexsync-proof-"))
    print(f"what each part says is in {folder}")
    results = []
    for part in PARTS:
        if options.only is None or part.name in options.only:
            results.append(run(part, folder, quick=options.quick, seed=options.seed))
            _tell(results[-1])
    if not options.quick:
        PATH.write_text(with_figures(PATH.read_text(encoding="utf-8"), results), encoding="utf-8", newline="\n")
    return _end(results)


def _tell(result: Result) -> None:
    state = "holds" if result.code == 0 else f"FAILED ({result.code})"
    print(f"{result.part.name:<12} {state:<11} {result.seconds:>6.0f} s  {shown(result)}", flush=True)


def _end(results: Sequence[Result]) -> int:
    print(json.dumps({result.part.name: {**result.figures, "code": result.code} for result in results}))
    return int(any(result.code for result in results))


if __name__ == "__main__":
    sys.exit(main())

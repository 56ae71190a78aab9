"""The duplicate report from a configuration to a file: with `bootstrap`, what knows both sides."""

import io
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TextIO

from flexsync_cli.adapters import report
from flexsync_cli.bootstrap import Office, open_kept, open_relations
from flexsync_cli.bootstrap.translation import settings
from flexsync_cli.domain.duplicates import DuplicateRow
from flexsync_cli.errors import Misconfigured
from flexsync_cli.services.duplicates import Duplicates, duplicates, remember


def read_duplicates(office: Office) -> Duplicates:
    """All of them, and which are new since the last report. Admin is read, Flexmail is not called."""
    with open_kept(office) as kept, closing(open_relations(office)) as admin:
        return duplicates(admin.relations(), kept.state, settings(office.configuration).rules)


def remember_duplicates(office: Office, shown: Duplicates) -> None:
    """The report was made: what it showed is no longer new."""
    with open_kept(office) as kept:
        remember(kept.state, shown)


def write_csv_report(rows: Sequence[DuplicateRow], target: Path | TextIO, delimiter: str) -> None:
    """As UTF-8 with a byte order mark, to a file or a redirected stdout, for Excel; a terminal gets none."""
    text = io.StringIO(newline="")
    report.write_csv(rows, text, delimiter)
    encoded = (report.BOM + text.getvalue()).encode()
    if isinstance(target, Path):
        _write_file(target, encoded)
    elif target.isatty():
        target.write(text.getvalue())
    else:
        target.flush()
        target.buffer.write(encoded)  # as bytes: Windows would end the lines twice


def _write_file(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        problem = f"{path}: can't be written ({error.strerror}); close it where it is open, or choose another place"
        raise Misconfigured(problem) from None


def write_xlsx_report(rows: Sequence[DuplicateRow], path: Path) -> None:
    """The workbook with the groups in colour."""
    report.write_xlsx(rows, path)

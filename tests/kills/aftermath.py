"""What a process that was killed left behind, to the last row: it tells whether two kills came to the same."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.kills.stage import Stage

# Said while it ran, and not read by any run after it.
SAID = ("effects.txt", "said.txt", "flexsync.log")
DATABASES = ("admin.db", "state.db")
LASTED = ("milliseconds",)  # how long a call took
KEPT_THERE = ("contacts", "interests", "custom_fields", "sources", "imports", "events", "revived", "cursors", "_last_id")
# Two runs are never at the same moment, and give their own random ids.
MOMENT = re.compile(
    r"(?<='flexmail_clock_offset', ')[^']*|datetime\.datetime\([^)]*\)|\d{4}-\d\d-\d\d[T ]\d\d:\d\d[\d:.]*(?:Z|\+00:00)?"
)
RANDOM = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{12,}\b|<[^<>@\s]+@[^<>\s]+>")


def aftermath(stage: Stage) -> str:
    """Both sides, the state, the files and the mails, without moments and random ids."""
    store = stage.world.sandbox.store
    there = [getattr(store, name) for name in KEPT_THERE]
    mails = sorted(mail.as_string() for mail in stage.mails())
    parts = [there, len(stage.world.flexmail.calls), mails, *_rows(stage.world.folder), *_files(stage.world.folder)]
    return RANDOM.sub("id", MOMENT.sub("then", repr(parts)))


def _rows(folder: Path) -> Iterator[object]:
    """Read from a copy, as whoever opens a database tidies up what a killed process left beside it."""
    with TemporaryDirectory(dir=folder.parent) as copies:
        for path in (path for name in DATABASES for path in folder.glob(f"{name}*")):
            shutil.copy(path, copies)
        for name in DATABASES:
            if (Path(copies) / name).exists():
                with closing(sqlite3.connect(Path(copies) / name)) as database:
                    yield from _tables(database)


def _tables(database: sqlite3.Connection) -> Iterator[object]:
    for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall():
        rows = database.execute(f'SELECT * FROM "{table}" ORDER BY rowid')
        shown = [number for number, (column, *_) in enumerate(rows.description) if column not in LASTED]
        yield table, [[row[number] for number in shown] for row in rows]


def _files(folder: Path) -> Iterator[object]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name not in SAID and not path.name.startswith(DATABASES):
            yield path.name, path.read_bytes()

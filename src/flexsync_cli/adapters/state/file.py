"""Opening a state file: made where there is none, never trusted unseen, never read as empty."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlalchemy import text

from flexsync_cli.adapters.owner_only import close_to_others
from flexsync_cli.adapters.state.database import Database
from flexsync_cli.adapters.state.faults import damaged, forbidden
from flexsync_cli.adapters.state.state import SqlState, create_tables
from flexsync_cli.adapters.state.tables import APPLICATION_ID, METADATA, VERSION

_PATIENCE = 30.0


def open_state(path: Path, patience: float = _PATIENCE) -> SqlState:
    """Open the state, or make a new one; either way it is readable for its owner only.

    `patience` is how many seconds a write waits for another process. Raises StateDamaged for anything that isn't a whole state
    of this version, Misconfigured where the file or its folder can't be written.
    """
    path = path.absolute()
    with _path_faults(path):
        # In this order: a log is there only after its file, so it can't be that of a state made between the two questions.
        log_left = path.with_name(f"{path.name}-wal").exists()
        if not path.exists():
            if log_left:  # SQLite would write its pages into the new file
                raise damaged(str(path), "it is gone, while the log beside it (-wal) is still there")
            _make(path)
        if path.is_dir():
            raise damaged(str(path), "it is a folder")
    _recognise(path)
    for suffix in ("", "-wal", "-shm"):  # what SQLite makes beside it gets the rights of the first
        close_to_others(path.with_name(path.name + suffix))
    main = Database.connect(f"{path.as_uri()}?mode=rw", str(path), patience)
    try:
        _verify(main, str(path))
        return SqlState(main, Database.connect(f"{path.as_uri()}?mode=rw", str(path), patience))
    except BaseException:
        main.close()
        raise


@contextmanager
def _path_faults(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise forbidden(str(path), os.strerror(error.errno) if error.errno else type(error).__name__) from None


def _make(path: Path) -> None:
    """Make it beside its place first: a crash leaves a whole state there, or none."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".new", dir=path.parent)  # owner-only
    os.close(handle)
    fresh = Path(name)
    try:
        with closing(Database.connect(fresh.as_uri(), str(path))) as database:
            create_tables(database, str(path))
            _write_ahead(database)
        _publish(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)


def _publish(fresh: Path, path: Path) -> None:
    """Put it in its place, unless another process was quicker."""
    with suppress(FileExistsError):
        try:
            os.link(fresh, path)  # unlike a rename it never replaces
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            fresh.rename(path)


def _recognise(path: Path) -> None:
    """Refuse what isn't ours, without touching it: opened as immutable, SQLite makes no file beside it."""
    where = str(path)
    with closing(Database.connect(f"{path.as_uri()}?mode=ro&immutable=1", where)) as database:
        application_id, version = (_pragma(database, name) for name in ("application_id", "user_version"))
    if application_id != APPLICATION_ID:
        raise damaged(where, "it is no state of flexsync")
    if version != VERSION:
        known = f"version {VERSION} is what this flexsync knows; the flexsync that wrote it can use it"
        raise damaged(where, f"it is of version {version} ({known})")


def _verify(database: Database, where: str) -> None:
    if _pragma(database, "quick_check(1)") != "ok":
        raise damaged(where, "it is damaged")
    present = {row.name for row in database.rows(text("SELECT name FROM sqlite_master WHERE type = 'table'"))}
    if not present >= set(METADATA.tables):
        raise damaged(where, "tables are missing")
    _write_ahead(database)
    with database.transaction():
        pass  # takes the writer's place and leaves it: a file that can't be written is told now, not after the first call


def _write_ahead(database: Database) -> None:
    """Readers and the one writer don't wait for each other; the file remembers it."""
    _pragma(database, "journal_mode=WAL")


def _pragma(database: Database, name: str) -> object:
    return database.rows(text(f"PRAGMA {name}"))[0][0]

"""A bug's traceback goes to the log, without the values that an error's text may hold."""

import logging
import traceback
from contextlib import closing
from pathlib import Path

import platformdirs

from flexsync_cli.log import LogFile


def log_bug(error: BaseException) -> Path | None:
    """Write where it happened to the log in use, else to one of this user's own; its path, None where neither works."""
    record = logging.LogRecord(__name__, logging.CRITICAL, __file__, 0, f"a bug in flexsync\n{places(error)}", None, None)
    try:
        if log := _log_in_use():
            log.handle(record)
        else:
            with closing(_own_log()) as log:
                log.handle(record)
    except OSError:
        return None
    return Path(log.baseFilename)


def places(error: BaseException) -> str:
    """The types and source lines of an error and of what caused it, the cause first; never a message."""
    parts = []
    current: BaseException | None = error
    while current is not None:
        frames = "".join(traceback.extract_tb(current.__traceback__).format())
        parts.append(f"{frames}{type(current).__name__}")
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\nthen:\n".join(reversed(parts))


def _log_in_use() -> LogFile | None:
    return next((handler for handler in logging.getLogger().handlers if isinstance(handler, LogFile)), None)


def _own_log() -> LogFile:
    log = LogFile(
        platformdirs.user_log_path("flexsync", appauthor=False, ensure_exists=True) / "flexsync.log", encoding="utf-8"
    )
    log.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    return log

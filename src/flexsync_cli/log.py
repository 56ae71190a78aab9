"""The log: one line an event, in a file that only its owner reads, and on stderr as loudly as was asked.

Records name ids and fields, never addresses or values. Should one slip in all the same, what looks like an address, every
registered secret, and the URLs of libraries are blotted out of the finished line.
"""

import json
import logging
import os
import re
import stat
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Literal
from urllib.parse import quote, quote_plus

from flexsync_cli.errors import Misconfigured

ROOT = "flexsync_cli"
MAX_BYTES = 5_000_000
BACKUPS = 5
_LIBRARIES = ("httpx", "httpcore", "zeep", "sqlalchemy")
# The operator is told by the reporter; what else is logged is for who asks with -v or -vv.
_CONSOLE_LEVELS = {-1: logging.CRITICAL, 0: logging.CRITICAL, 1: logging.INFO, 2: logging.DEBUG}

# Beginning only where a word does keeps the search linear.
_WORD = r"[^\s<>()\[\],;:@]"
_ADDRESS = re.compile(rf"(?<!{_WORD}){_WORD}+(?:@|%40)\[?{_WORD}+")
_URL = re.compile(r"\bhttps?://[^\s\"'<>]+", re.IGNORECASE)
# Shorter ones occur in any text, which would become unreadable and tell where.
_SHORTEST_SECRET = 4


# Before there is a log, and without one, Python would write warnings to stderr by itself.
logging.getLogger(ROOT).addHandler(logging.NullHandler())


def event(logger: logging.Logger, name: str, /, *, level: int = logging.INFO, **fields: object) -> None:
    """Log one event under a stable name, such as "push.created", with ids and field names beside it."""
    logger.log(level, name, extra={"event": name, "fields": fields}, stacklevel=2)


class Redactor:
    """Blots out what must not be in a log."""

    def __init__(self) -> None:
        self._secrets: list[str] = []

    def hide(self, secret: str) -> None:
        """From now on this secret is blotted out, as it is and as a URL spells it."""
        if len(secret) >= _SHORTEST_SECRET:
            self._secrets = sorted({*self._secrets, secret, quote(secret, safe=""), quote_plus(secret)}, key=len, reverse=True)

    def clean(self, text: str, *, urls: bool) -> str:
        """The text without secrets and addresses, and without URLs where `urls` says so."""
        for secret in self._secrets:
            text = text.replace(secret, "[secret]")
        if urls:
            text = _URL.sub("[url]", text)
        return _ADDRESS.sub("[address]", text)


class _Formatter(logging.Formatter):
    """What both forms share: the parts of a record, each already clean."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor
        self.run_id = ""

    def clean(self, record: logging.LogRecord, value: object) -> object:
        """A value of a record as it may be shown; numbers, yes and no stay what they are."""
        if value is None or isinstance(value, bool | int | float):
            return value
        return self._redactor.clean(str(value), urls=not _is_ours(record))

    def fields(self, record: logging.LogRecord) -> dict[str, object]:
        """What was logged beside the event's name."""
        fields = getattr(record, "fields", {})
        return {key: self.clean(record, value) for key, value in fields.items()} if isinstance(fields, Mapping) else {}

    def message(self, record: logging.LogRecord) -> str:
        """The text, further lines indented: nobody forges a second entry."""
        return "\n    ".join(str(self.clean(record, record.getMessage())).splitlines())

    def trace(self, record: logging.LogRecord) -> str:
        """The traceback, if there is one; where its error's text holds an address, that is blotted out too."""
        return str(self.clean(record, self.formatException(record.exc_info))) if record.exc_info else ""


class TextFormatter(_Formatter):
    """`2026-01-02 08:00:00+0100 INFO push.created relation=12 contact=34`, in local time."""

    def __init__(self, redactor: Redactor, *, with_time: bool = True) -> None:
        super().__init__(redactor)
        self._with_time = with_time

    def format(self, record: logging.LogRecord) -> str:
        """One line, and a traceback below it."""
        moment = datetime.fromtimestamp(record.created, UTC).astimezone()
        parts = [f"{moment:%Y-%m-%d %H:%M:%S%z}"] if self._with_time else []
        parts += [record.levelname, self.message(record)]
        parts += [f"{key}={_shown(value)}" for key, value in self.fields(record).items()]
        parts += [f"run={self.run_id}"] if self.run_id and self._with_time else []
        return "\n".join(filter(None, (" ".join(parts), self.trace(record))))


class JsonFormatter(_Formatter):
    """`{"time": ..., "level": ..., "event": ..., "run_id": ..., ...}`, times in UTC, one object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """One object; what has no event of its own carries its logger's name and a message."""
        named = getattr(record, "event", None)
        document: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": named or record.name,
            "run_id": self.run_id,
        }
        if not named:
            document["message"] = self.message(record)
        if trace := self.trace(record):
            document["exception"] = trace
        for key, value in self.fields(record).items():
            document[f"field_{key}" if key in document else key] = value
        return json.dumps(document)


class LogFile(RotatingFileHandler):
    """A rotating file that only its owner can read. It never shows a record that it could not write."""

    def _open(self) -> TextIOWrapper:
        return open(self.baseFilename, "a", encoding="utf-8", errors="backslashreplace", opener=_owner_only)

    def doRollover(self) -> None:  # noqa: N802 - the library's name
        """Rotate; where another process holds the file (Windows), go on in the one there is."""
        try:
            super().doRollover()
        except OSError:
            if self.stream is None:
                self.stream = self._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Nothing: the library's own would print the record, uncleaned, and a run does not end for want of a log."""


def _owner_only(path: str, flags: int) -> int:
    descriptor = os.open(path, flags, 0o600)
    if os.name != "nt" and stat.S_ISREG(os.fstat(descriptor).st_mode):  # never /dev/null's
        os.fchmod(descriptor, 0o600)  # it may be older than we are
    return descriptor


class _Console(logging.StreamHandler):  # type: ignore[type-arg]  # generic in typeshed only
    def filter(self, record: logging.LogRecord) -> bool:
        """Events are on the console already, by the reporter."""
        return not hasattr(record, "event") and bool(super().filter(record))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Nothing, as in the file."""


class Log:
    """What `configure` set up: takes the run's id and secrets to hide, and undoes itself."""

    def __init__(self, handlers: Mapping[logging.Handler, _Formatter], redactor: Redactor) -> None:
        self._handlers = handlers
        self._redactor = redactor

    def hide(self, secret: str) -> None:
        """Blot this secret out of everything that is logged from now on."""
        self._redactor.hide(secret)

    def begin(self, run_id: str) -> None:
        """Give every record from now on this run's id."""
        for formatter in self._handlers.values():
            formatter.run_id = run_id

    def close(self) -> None:
        """Take the handlers off again and close the file."""
        for handler in self._handlers:
            logging.getLogger().removeHandler(handler)
            with suppress(OSError):  # what a full disk did not take
                handler.close()


def _close_former() -> None:
    """One log a process: what an earlier `configure` set up goes."""
    for handler in logging.getLogger().handlers[:]:
        if isinstance(handler, LogFile | _Console):
            logging.getLogger().removeHandler(handler)
            with suppress(OSError):
                handler.close()


def configure(file: Path | None, form: Literal["text", "json"] = "text", verbosity: int = 0) -> Log:
    """Log to a file (INFO and up; all with -vv) and to stderr; `verbosity` is -1 for -q, else the number of -v's.

    Without a file to stderr alone. Misconfigured where the file can't be written.
    """
    _close_former()
    redactor = Redactor()
    console: logging.Handler = _Console(sys.stderr)
    console.setLevel(_CONSOLE_LEVELS[verbosity])
    handlers: dict[logging.Handler, _Formatter] = {console: TextFormatter(redactor, with_time=False)}
    if file is not None:
        kept = _file(file)
        kept.setLevel(_file_level(verbosity))
        handlers[kept] = JsonFormatter(redactor) if form == "json" else TextFormatter(redactor)
    for handler, formatter in handlers.items():
        handler.setFormatter(formatter)
        logging.getLogger().addHandler(handler)
    logging.getLogger(ROOT).setLevel(logging.DEBUG)
    for library in _LIBRARIES:
        logging.getLogger(library).setLevel(logging.WARNING)
    return Log(handlers, redactor)


def _file_level(verbosity: int) -> int:
    return logging.DEBUG if verbosity > 1 else logging.INFO


def _file(path: Path) -> LogFile:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return LogFile(path, maxBytes=MAX_BYTES, backupCount=BACKUPS, encoding="utf-8")
    except OSError as error:
        problem = f"log.file: can't write {path} ({error.strerror}); name another file, or let this account write there"
    raise Misconfigured(problem)


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name == ROOT or record.name.startswith(f"{ROOT}.")


def _shown(value: object) -> str:
    text = str(value)
    return text if text.isprintable() and " " not in text and text else json.dumps(text)

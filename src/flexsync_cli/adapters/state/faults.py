"""What SQLite and the file system complain of, as errors of ours: the one place where they are mapped.

Nothing of the cause's own text is taken over: it may hold a value.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from flexsync_cli.errors import FlexsyncError, Misconfigured, StateDamaged, Unavailable

DRIVER_FAULTS: Final = (SQLAlchemyError, sqlite3.Error, UnicodeEncodeError)
# What the readers of `columns.py` raise for a text that none of their writers wrote.
UNREADABLE: Final = (ValueError, TypeError, LookupError, AttributeError)

_DAMAGE: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT})
_FORBIDDEN: Final = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH, sqlite3.SQLITE_CANTOPEN})


def damaged(where: str, what: str) -> StateDamaged:
    """The state can't be trusted, for `what` reason; says how to do without it."""
    return StateDamaged(
        f"The state {where} can't be used: {what}. Move it away, with the files beside it whose names begin with its name, and "
        "run `flexsync plan`: everything is adopted again; who is out is read from Flexmail, while open to-dos, kept plans and "
        "waiting mails are forgotten."
    )


def forbidden(where: str, why: str) -> Misconfigured:
    """The account that runs us lacks a right, or the path can't be."""
    return Misconfigured(
        f"state.path: {where} can't be opened for writing ({why}). Give the account that runs flexsync the right to write "
        "the file and its folder, or choose another place."
    )


@contextmanager
def mapped(where: str) -> Iterator[None]:
    """SQLite's errors within, as ours."""
    try:
        yield
    except DRIVER_FAULTS as error:
        raise _explained(error, where) from None


@contextmanager
def mapped_reading(where: str) -> Iterator[None]:
    """As `mapped`, where stored texts are turned into values: one that can't be is damage."""
    try:
        with mapped(where):
            yield
    except UNREADABLE:
        raise damaged(where, "it holds something that flexsync didn't write") from None


def _explained(error: Exception, where: str) -> FlexsyncError:
    cause = getattr(error, "orig", None) or error
    code: int | None = getattr(cause, "sqlite_errorcode", None)
    name: str = getattr(cause, "sqlite_errorname", type(cause).__name__)
    if code is None:
        # sqlite3 has no code for text that isn't UTF-8, the one OperationalError of its own.
        undecodable = isinstance(cause, sqlite3.OperationalError)
        return damaged(where, "it is damaged") if undecodable else _bug(where, name)
    primary = code & 0xFF  # the rest of the code tells the variety
    if primary in _DAMAGE:
        return damaged(where, "it is damaged, or no SQLite file")
    if primary in _FORBIDDEN:
        return forbidden(where, name)
    return _passing(primary, where, name)


def _passing(primary: int, where: str, name: str) -> FlexsyncError:
    match primary:
        case sqlite3.SQLITE_FULL:
            return Unavailable(f"The disk that holds the state {where} is full. Make room there; nothing was half written.")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return Unavailable(f"The state {where} was kept busy by another program for too long. Try again when it is done.")
        case sqlite3.SQLITE_IOERR:
            return Unavailable(
                f"The disk that holds the state {where} is full, or failed ({name}). Make room there, "
                "or have that disk looked after."
            )
        case _:
            return _bug(where, name)


def _bug(where: str, name: str) -> FlexsyncError:
    return FlexsyncError(f"Unexpected failure of the state {where} ({name}): please report it.")

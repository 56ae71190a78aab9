"""What goes wrong in Admin's database, as errors of ours: the one place where its codes are read.

A message names the code and the way out, never the database's own text: that may quote a value or a login.
"""

import re
import sqlite3

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from flexsync_cli.errors import AdminLoginRefused, AdminUnavailable, FlexsyncError, Misconfigured

_NATIVE = re.compile(r"\((\d+)\)(?: \(SQL\w+\))?(?=;|$)", re.MULTILINE)
_LOGIN = {18456, 18452, 18470, 18486, 18487, 18488}
_NO_DATABASE = {4060, 916}
_NO_RIGHT = {229, 230, 262}
_ENDED_IN_TRIGGER = {3609, 3616}
_FIRST_USER_ERROR = 50000
_NO_SUCH_VALUE = "22"  # the class of SQLSTATE for what does not fit its column
_UNREACHABLE = {"08001", "08S01", "08003", "08004", "08007", "HYT00", "HYT01"}

_CERTIFICATE = (
    "Admin's SQL Server shows a certificate that this machine doesn't trust. Install the certificate's issuer here, or add "
    "TrustServerCertificate=yes to admin.connection; its price: the traffic stays encrypted, but nobody checks that the "
    "other end is your server, so use it only on a network you trust"
)
_LOGIN_REFUSED = (
    "Admin's database refused the login: check the user in admin.connection, and admin.password. "
    "It is not tried again, because a few tries can lock the account"
)
_NATIVE_TEXTS = {
    1222: "Admin's database: a row is locked by another program for too long; close it, or run again later",
    1205: "Admin's database: this transaction was chosen to end a deadlock; nothing was written, run again",
    2628: "Admin's database: a value is longer than its column",
    8152: "Admin's database: a value is longer than its column",
}
_SQLITE_TEXTS = {
    "SQLITE_READONLY": "can't be written: give this account the right to write the file and its folder",
    "SQLITE_BUSY": "is locked by another program: close it, or run again later",
    "SQLITE_LOCKED": "is locked by another program: close it, or run again later",
    "SQLITE_CANTOPEN": "can't be opened: check the path in admin.connection, and this account's rights",
    "SQLITE_PERM": "can't be opened: check this account's rights",
    "SQLITE_NOTADB": "is no SQLite database: check the path in admin.connection",
    "SQLITE_CORRUPT": "is damaged: restore it from a backup",
    "SQLITE_FULL": "can't grow: the disk is full",
    "SQLITE_IOERR": "can't be read or written: check the disk",
}


def fault(error: SQLAlchemyError) -> FlexsyncError:
    """The error of ours for one of the database's."""
    if isinstance(error, PoolTimeoutError):
        return AdminUnavailable("Admin's database: no connection came free")
    if not isinstance(error, DBAPIError):
        return AdminUnavailable(f"Admin's database can't be used ({type(error).__name__})")
    if isinstance(error.orig, sqlite3.Error):
        return _sqlite_fault(error.orig)
    return _odbc_fault(error)


def is_refusal(error: DBAPIError) -> bool:
    """Whether the database understood a write and said no: a constraint, a trigger, a right that lacks, a value too large."""
    refused = _NO_RIGHT | _ENDED_IN_TRIGGER
    if isinstance(error, IntegrityError) or _state(error).startswith(_NO_SUCH_VALUE):
        return True
    return any(code in refused or code >= _FIRST_USER_ERROR for code in _natives(error))


def _sqlite_fault(error: sqlite3.Error) -> FlexsyncError:
    name: str = getattr(error, "sqlite_errorname", "")
    for known, text in _SQLITE_TEXTS.items():
        if name.startswith(known):
            return AdminUnavailable(f"Admin's SQLite file {text}")
    return AdminUnavailable(f"Admin's SQLite file refused a statement ({name or type(error).__name__})")


def _odbc_fault(error: DBAPIError) -> FlexsyncError:
    state, natives = _state(error), _natives(error)
    if found := _connection_fault(state, natives, _message(error)):
        return found
    for code in natives:
        if code in _NATIVE_TEXTS:
            return AdminUnavailable(_NATIVE_TEXTS[code])
    codes = ", ".join([f"SQLSTATE {state or '?'}", *map(str, natives)])
    if _NO_RIGHT.intersection(natives):
        return AdminUnavailable(
            f"Admin's database: the login lacks a right ({codes}); `flexsync check` prints the GRANT script"
        )
    if state in _UNREACHABLE:
        return AdminUnavailable(_unreachable(error, codes))
    if isinstance(error, IntegrityError):
        return AdminUnavailable(f"Admin's database: a constraint or a trigger refused the write ({codes})")
    return AdminUnavailable(f"Admin's database refused a statement ({codes})")


def _connection_fault(state: str, natives: list[int], message: str) -> FlexsyncError | None:
    if _NO_DATABASE.intersection(natives):
        return AdminLoginRefused("Admin's server let the login in, but not into the database that admin.connection names")
    if state == "28000" or _LOGIN.intersection(natives):
        return AdminLoginRefused(_LOGIN_REFUSED)
    if state in ("08001", "08S01") and re.search("certificate|SSL Provider|self.signed", message, re.IGNORECASE):
        return AdminUnavailable(_CERTIFICATE)
    if state == "IM002" or (state == "01000" and "open lib" in message):
        return Misconfigured("admin.connection: ODBC knows no such driver or data source on this machine")
    return None


def _unreachable(error: DBAPIError, codes: str) -> str:
    if error.statement:
        return f"Admin's database: the connection broke, or a statement took too long ({codes}); run again later"
    return f"Admin's database can't be reached ({codes}): check the server in admin.connection, the network and the firewall"


def _state(error: DBAPIError) -> str:
    args = error.orig.args if error.orig is not None else ()
    return args[0] if args and isinstance(args[0], str) and len(args[0]) == 5 else ""


def _message(error: DBAPIError) -> str:
    return " ".join(str(part) for part in error.orig.args) if error.orig is not None else ""


def _natives(error: DBAPIError) -> list[int]:
    """SQL Server's own numbers, which pyodbc puts in brackets at the end of each message."""
    parts = error.orig.args[1:] if error.orig is not None else ()
    return [int(code) for part in parts for code in _NATIVE.findall(str(part))]

"""What a connection says of itself, without opening it: for `flexsync check`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flexsync_cli.adapters.admin import odbc
from flexsync_cli.adapters.admin.connect import url_of

ENCRYPTS_BY_DEFAULT = 18
_MICROSOFT = re.compile(r"(?:ODBC Driver |msodbcsql-?)(\d+)", re.IGNORECASE)
_YES = frozenset({"yes", "true", "1", "mandatory", "strict", "require"})
_NO = frozenset({"no", "false", "0", "optional", "off"})
_HERE = frozenset({"localhost", "(local)", ".", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class ConnectionUse:
    """The ODBC driver ("" where there is none), whether it encrypts, believes any certificate, and reaches this machine; the
    login that it names ("" where Windows' own account logs in)."""

    driver: str = ""
    encrypted: bool = True
    trusts_any: bool = False
    local: bool = False
    login: str = ""


def connection_use(connection: str) -> ConnectionUse:
    """Read an ODBC string or an SQLAlchemy URL. Raises Misconfigured where it is neither."""
    url = url_of(connection)
    if url.get_backend_name() != "mssql":
        return ConnectionUse(login=url.username or "")
    text = url.query.get("odbc_connect")
    if isinstance(text, str):
        words = {key.casefold(): odbc.value_of(text, key) or "" for key, _ in odbc.pairs(text)}
        return _use(words, words.get("server", ""), words.get("uid", ""))
    words = {key.casefold(): value for key, value in url.query.items() if isinstance(value, str)}
    return _use(words, url.host or "", url.username or "")


def _use(words: Mapping[str, str], server: str, login: str) -> ConnectionUse:
    driver = words.get("driver", "") or words.get("dsn", "")
    return ConnectionUse(
        driver=driver,
        encrypted=_encrypts(driver, words.get("encrypt") or words.get("encryption", "")),
        trusts_any=words.get("trustservercertificate", "").casefold() in _YES,
        local=re.split(r"[\\,]", server.removeprefix("tcp:"))[0].strip().casefold() in _HERE,
        login=login,
    )


def _encrypts(driver: str, wish: str) -> bool:
    if wish.casefold() in _YES | _NO:
        return wish.casefold() in _YES
    found = _MICROSOFT.search(driver)
    return found is not None and int(found[1]) >= ENCRYPTS_BY_DEFAULT

"""Connection strings, .NET's and ODBC's: as an ODBC string without its password, and which server one names."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

DRIVER = "ODBC Driver 18 for SQL Server"

_PAIR = re.compile(r"""\s*(?P<key>[^=;]+?)\s*=\s*(?P<value>\{(?:[^}]|\}\})*\}|"(?:[^"]|"")*"|'(?:[^']|'')*'|[^;]*)\s*(?:;|$)""")
_URL = re.compile(r"[A-Za-z][\w+.-]*://")
_SPECIAL = re.compile(r"[\[\]{}(),;?*=!@]|^\s|\s$")
# .NET's words, and ODBC's for the same.
_KEYS = {
    "data source": "Server",
    "server": "Server",
    "address": "Server",
    "addr": "Server",
    "network address": "Server",
    "initial catalog": "Database",
    "database": "Database",
    "user id": "UID",
    "uid": "UID",
    "user": "UID",
    "user name": "UID",
    "password": "PWD",
    "pwd": "PWD",
    "integrated security": "Trusted_Connection",
    "trusted_connection": "Trusted_Connection",
    "encrypt": "Encrypt",
    "trustservercertificate": "TrustServerCertificate",
    "trust server certificate": "TrustServerCertificate",
}
_SWITCHES = frozenset({"Trusted_Connection", "Encrypt", "TrustServerCertificate"})
_YES = frozenset({"true", "yes", "sspi", "mandatory", "1"})
_HERE = frozenset({"", ".", "(local)", "localhost", "127.0.0.1", "::1", "(localdb)"})


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach the database: `text` without a password, and the password, "" where there is none."""

    text: str
    password: str = field(default="", repr=False)
    note: str = ""


def understand(text: str) -> Connection | None:
    """A connection string of whatever kind; None where it is none."""
    text = text.strip()
    if not text.isprintable():
        return None
    if _URL.match(text):
        return _of_url(text)
    pairs = _pairs(text)
    keys = {key.casefold() for key, _ in pairs}
    if keys & {"driver", "dsn", "filedsn"}:
        return _of_odbc(pairs)
    if any(_KEYS.get(key) == "Server" for key in keys):
        return _of_dotnet(pairs)
    within = next((value for key, value in pairs if key.casefold() == "provider connection string"), "")
    return understand(within) if within else None


def of_parts(parts: dict[str, str]) -> Connection | None:
    """From single settings: dsn, or server and database, with user, password, trusted and driver."""
    if parts.get("dsn"):
        pairs = [("DSN", parts["dsn"])]
    elif parts.get("server") and parts.get("database"):
        pairs = [("Driver", parts.get("driver") or DRIVER), ("Server", parts["server"]), ("Database", parts["database"])]
    else:
        return None
    pairs += [("UID", parts["user"])] if parts.get("user") else [("Trusted_Connection", "yes")]
    return Connection(_odbc(pairs), parts.get("password", ""), "an ODBC string was made of its parts")


def server_of(connection: str) -> str:
    """The machine that a connection string names; "" for this one, or where it names none."""
    if _URL.match(connection):
        try:
            host = urlsplit(connection).hostname or ""
        except ValueError:
            return ""
    else:
        named = (value for key, value in _pairs(connection) if _KEYS.get(key.casefold()) == "Server")
        host = next(named, "")
    host = re.sub(r"^(?:tcp|np|lpc):", "", host.strip(), flags=re.IGNORECASE).split("\\")[0].split(",")[0].strip()
    return "" if host.casefold() in _HERE or not re.fullmatch(r"[A-Za-z0-9_.:-]+", host) else host


def names_server(connection: str) -> bool:
    """Whether it tells the machine: a file is on this one; a data source (DSN) of ODBC keeps its server elsewhere."""
    return bool(_URL.match(connection)) or any(_KEYS.get(key.casefold()) == "Server" for key, _ in _pairs(connection))


def has_server(connection: str) -> bool:
    """Whether it is a database on a server, which may have services; a file has none."""
    return not connection.strip().casefold().startswith("sqlite")


def _pairs(text: str) -> list[tuple[str, str]]:
    return [(found["key"], _bare(found["value"])) for found in _PAIR.finditer(text)]


def _bare(value: str) -> str:
    for start, end in (("{", "}"), ('"', '"'), ("'", "'")):
        if len(value) > 1 and value.startswith(start) and value.endswith(end):
            return value[1:-1].replace(end * 2, end)
    return value.strip()


def _odbc(pairs: list[tuple[str, str]]) -> str:
    return ";".join(f"{key}={_quoted(key, value)}" for key, value in pairs)


def _quoted(key: str, value: str) -> str:
    braces = key.casefold() == "driver" or (_SPECIAL.search(value) and key.casefold() not in {"server", "address"})
    return "{" + value.replace("}", "}}") + "}" if braces else value


def _of_odbc(pairs: list[tuple[str, str]]) -> Connection:
    password = next((value for key, value in pairs if key.casefold() in {"pwd", "password"}), "")
    kept = [(key, value) for key, value in pairs if key.casefold() not in {"pwd", "password"}]
    return Connection(_odbc(kept), password)


def _of_dotnet(pairs: list[tuple[str, str]]) -> Connection:
    found = {_KEYS[key.casefold()]: value for key, value in reversed(pairs) if key.casefold() in _KEYS}
    password = found.pop("PWD", "")
    found |= {key: "yes" if value.casefold() in _YES else "no" for key, value in found.items() if key in _SWITCHES}
    if found.get("Trusted_Connection") == "no":
        del found["Trusted_Connection"]
    if "Trusted_Connection" in found:
        found.pop("UID", None)
        password = ""
    ordered = [(key, found[key]) for key in dict.fromkeys(_KEYS.values()) if key in found]
    return Connection(_odbc([("Driver", DRIVER), *ordered]), password, "made an ODBC string of .NET's")


def _of_url(text: str) -> Connection | None:
    try:
        parts = urlsplit(text)
        password = unquote(parts.password or "")
    except ValueError:
        return None
    if re.search("pwd|password", unquote(parts.query), re.IGNORECASE):
        return None  # a password in a place that can't be told from what stands around it
    login, at, host = parts.netloc.rpartition("@")
    return Connection(text.replace(parts.netloc, login.partition(":")[0] + at + host), password)

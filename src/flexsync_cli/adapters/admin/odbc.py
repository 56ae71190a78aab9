"""ODBC connection strings: `key=value;...`, where a value in braces may hold anything and `}` is written twice."""

import re

_PAIR = re.compile(r"\s*(?P<key>[^=;]+?)\s*=\s*(?P<value>\{(?:[^}]|\}\})*\}|[^;]*)\s*(?:;|$)")
_SPECIAL = re.compile(r"[\[\]{}(),;?*=!@]|^\s|\s$")


def pairs(connection: str) -> list[tuple[str, str]]:
    """Keys and values as they stand, braces included."""
    return [(found["key"], found["value"]) for found in _PAIR.finditer(connection)]


def value_of(connection: str, key: str) -> str | None:
    """The value of a key, without braces; None where there is none. Keys know no case; the first one counts, as in ODBC."""
    for name, value in pairs(connection):
        if name.casefold() == key.casefold():
            return value[1:-1].replace("}}", "}") if value.startswith("{") else value.strip()
    return None


def with_password(connection: str, password: str) -> str:
    """The string with this password as PWD, in the place of any it had."""
    kept = [(key, value) for key, value in pairs(connection) if key.casefold() not in ("pwd", "password")]
    return ";".join(f"{key}={value}" for key, value in [*kept, ("PWD", quoted(password))])


def quoted(value: str) -> str:
    """A value in braces where it needs them."""
    return "{" + value.replace("}", "}}") + "}" if _SPECIAL.search(value) else value

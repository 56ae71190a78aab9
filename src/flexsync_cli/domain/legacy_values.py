"""What was set in the old module, as the configuration spells it; None where it makes no sense."""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from flexsync_cli.domain.address import address_key
from flexsync_cli.domain.legacy_interval import interval
from flexsync_cli.domain.legacy_names import plain

_YES = frozenset(
    {"1", "true", "yes", "y", "on", "ja", "j", "aan", "waar", "oui", "o", "vrai", "actief", "active", "actif", "enabled"}
)
_NO = frozenset(
    {"0", "false", "no", "n", "off", "nee", "neen", "uit", "onwaar", "non", "faux", "inactief", "disabled", "inactif"}
)
_ACCOUNT = re.compile(r"(?:D-?)?([0-9]{1,18})", re.IGNORECASE)
_LIST = re.compile(r"[;,|\r\n]+")
# How the names of languages begin, in Dutch, French and English.
_LANGUAGES = {
    "nl": ("nl", "ned", "nee", "dut", "vla", "fla"),
    "fr": ("fr",),
    "en": ("en", "ang"),
    "de": ("de", "dui", "ger", "all"),
}


def yes_or_no(text: str) -> bool | None:
    """A switch."""
    word = plain(text)
    if word in _YES:
        return True
    return False if word in _NO else None


def account_id(text: str) -> int | None:
    """The account's number, also written as D-12345."""
    match = _ACCOUNT.fullmatch(text.strip())
    return int(match[1]) or None if match else None


def address(text: str) -> str | None:
    """One e-mail address."""
    return address_key(text)


def addresses(text: str) -> list[str] | None:
    """A list of them; one that is none spoils it."""
    found = [address_key(each) for each in items(text)]
    known = [each for each in found if each]
    return known if known and len(known) == len(found) else None


def items(text: str) -> list[str]:
    """What stands between commas, semicolons, bars or line ends."""
    return [each.strip() for each in _LIST.split(text) if each.strip()]


def port(text: str) -> int | None:
    """A number of a port."""
    return int(text) if re.fullmatch("[0-9]{1,5}", text.strip()) and 0 < int(text) < 65536 else None


def line(text: str) -> str | None:
    """Any text that is not empty and stays on one line."""
    return text.strip() if text.strip() and text.strip().isprintable() else None


def language(text: str) -> str | None:
    """Flexmail's code of two letters."""
    word = plain(text)
    alone = {code[0]: code for code in _LANGUAGES}
    return alone.get(word) or next((code for code, starts in _LANGUAGES.items() if word.startswith(starts)), None)


def number_or_text(text: str) -> int | str | None:
    """A number where it is one, else the text."""
    found = line(text)
    return int(found) if found and re.fullmatch("[0-9]{1,18}", found) else found


def list_of_types(text: str) -> list[int | str | None] | None:
    """Numbers or texts."""
    return [number_or_text(each) for each in items(text)] or None


class Kind(NamedTuple):
    """How a key's value is read, and what it must be, for who wrote another."""

    read: Callable[[str], object | None]
    must_be: str


_LINE = Kind(line, "a text of one line")
_SWITCH = Kind(yes_or_no, "yes or no (ja, nee, oui, non, true, false, 1, 0)")
_ADDRESS = Kind(address, "one valid e-mail address")
KINDS: Mapping[str, Kind] = {
    "flexmail.account_id": Kind(account_id, "a number, such as 12345 or D-12345"),
    "flexmail.token": _LINE,
    "flexmail.soap_token": _LINE,
    "flexmail.source": _LINE,
    "flexmail.language": Kind(language, "nl, fr, en or de"),
    "sync.interval": Kind(interval, "a length of time from a minute to 4 weeks, such as 30, 15 min, 1u or 00:30:00"),
    "sync.interests": _SWITCH,
    "sync.opt_in": _SWITCH,
    "sync.crm_types": Kind(list_of_types, "a list of types"),
    "bounces.notify": _ADDRESS,
    "summary.to": Kind(addresses, "valid e-mail addresses, or names of the mail's chapters, or yes or no"),
    "summary.include": _SWITCH,
    "admin.connection": Kind(line, "a connection string of ODBC or .NET, or an SQLAlchemy address"),
    "admin.password": _LINE,
    "opt_in.values.CRM_TYPE": Kind(number_or_text, "a number or a text"),
    "smtp.host": _LINE,
    "smtp.port": Kind(port, "a port, from 1 to 65535"),
    "smtp.username": _LINE,
    "smtp.password": _LINE,
    "smtp.sender": _ADDRESS,
}

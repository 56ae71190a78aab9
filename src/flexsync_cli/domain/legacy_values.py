"""What was set in the old module, as the configuration spells it; None where it makes no sense."""

import re

from flexsync_cli.domain.address import address_key
from flexsync_cli.domain.legacy_names import plain

_YES = frozenset(
    {"1", "true", "yes", "y", "on", "ja", "j", "aan", "waar", "oui", "o", "vrai", "actief", "active", "actif", "enabled"}
)
_NO = frozenset(
    {"0", "false", "no", "n", "off", "nee", "neen", "uit", "onwaar", "non", "faux", "inactief", "disabled", "inactif"}
)
_ACCOUNT = re.compile(r"(?:D-?)?([0-9]{1,18})", re.IGNORECASE)
_LIST = re.compile(r"[;,|\r\n]+")
_CLOCK = re.compile(r"(?:(?P<days>[0-9]{1,3})\.)?(?P<hours>[0-9]{1,2}):(?P<minutes>[0-9]{2})(?::[0-9.]{2,})?")
_ISO = re.compile(r"PT(?:(?P<hours>[0-9]{1,4})H)?(?:(?P<minutes>[0-9]{1,5})M)?", re.IGNORECASE)
_AMOUNT = re.compile(r"(?P<number>[0-9]{1,9})\s*(?P<unit>[a-zé]*)\.?", re.IGNORECASE)
_SECONDS = {"ms": 0.001, "mil": 0.001, "s": 1, "m": 60, "h": 3600, "u": 3600, "d": 86400, "j": 86400}
_LONGEST = 28 * 24 * 60  # minutes: what sync.interval takes


def yes_or_no(text: str) -> bool | None:
    """A switch."""
    word = plain(text)
    if word in _YES or text.strip() == "-1":
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
    codes = {"n": "nl", "f": "fr", "e": "en", "d": "de"} | {code: code for code in ("nl", "fr", "en", "de")}
    return codes.get(text.strip().lower()) or codes.get(text.strip().lower()[:2])


def number_or_text(text: str) -> int | str | None:
    """A number where it is one, else the text."""
    found = line(text)
    return int(found) if found and re.fullmatch("[0-9]{1,18}", found) else found


def interval(text: str, unit: str = "") -> str | None:
    """A length of time as "15m" or "2h"; a bare number is of `unit`, else minutes."""
    minutes = _minutes(text.strip(), unit)
    if minutes is None or not 1 <= minutes <= _LONGEST:
        return None
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"


def _minutes(text: str, unit: str) -> int | None:
    if match := _CLOCK.fullmatch(text) or _ISO.fullmatch(text):
        parts = {key: int(value or 0) for key, value in match.groupdict().items()}
        return parts.get("days", 0) * 1440 + parts["hours"] * 60 + parts["minutes"]
    if match := _AMOUNT.fullmatch(text):
        seconds = _seconds(match["unit"] or unit or "m")
        return None if seconds is None else round(int(match["number"]) * seconds / 60)
    return None


def _seconds(unit: str) -> float | None:
    unit = plain(unit)
    return next((seconds for start, seconds in _SECONDS.items() if unit.startswith(start)), None)

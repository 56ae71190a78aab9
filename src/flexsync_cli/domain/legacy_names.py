"""The old module's settings by their names: Dutch, French and English, whatever their case, accents and separators."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from flexsync_cli.domain.legacy_words import FIELDS, NEWSLETTERS, PARTS, SETTINGS

_SEPARATORS = re.compile("[^a-z0-9]+")
# What a name may begin with that says nothing: "Flexmail_Id gebruiker", "SettingInterval".
_NOISE = (
    "flexmail",
    "processengine",
    "marketplace",
    "settings",
    "setting",
    "instellingen",
    "instelling",
    "parametres",
    "option",
)
_DEPTH = 3  # so many of a path's last names may make one name together: SOAP > Token


def plain(name: str) -> str:
    """A name without case, accents, blanks and signs; "mail" for every spelling of e-mail."""
    letters = "".join(each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    return _SEPARATORS.sub("", letters.casefold()).replace("email", "mail")


_BY_NAME = {plain(name): key for key, names in SETTINGS.items() for name in names}
_FIELD_NAMES = frozenset(map(plain, FIELDS))
_NEWSLETTER_NAMES = frozenset(map(plain, NEWSLETTERS))
_PART_BY_NAME = {plain(name): part for part, names in PARTS.items() for name in names}
_NUMBERED_FIELD = re.compile(f"(?:{'|'.join(_FIELD_NAMES)})[0-9]+")
# The units a name may end in: IntervalInMinutes.
_INTERVAL = re.compile(
    "(?P<name>.*?)(?:in|en)?(?P<unit>milliseconde[ns]|millisecondes?|milliseconds|ms|second(?:s|es?|en)?|sec|minute[ns]|minuten|"
    "minutes?|min|hours?|uren|uur|heures?|days?|dagen|jours?)"
)


def recognise(path: Sequence[str]) -> tuple[str, str]:
    """The key that a setting at this path means, and the unit its name ends in; "" for what is not known."""
    inside_flexmail = any("flexmail" in plain(name) for name in path)
    for name in _names(path):
        key, unit = _BY_NAME.get(name, ""), ""
        interval = _INTERVAL.fullmatch(name) if not key else None
        if interval and _BY_NAME.get(interval["name"]) == "sync.interval":
            key, unit = "sync.interval", interval["unit"]
        if key and not (inside_flexmail and key.startswith("database.")):
            return key, unit
    return "", ""


def _names(path: Sequence[str]) -> Iterator[str]:
    for depth in range(min(_DEPTH, len(path)), 0, -1):
        joined = plain("".join(path[-depth:]))
        yield joined
        for noise in _NOISE:
            if joined.startswith(noise) and joined != noise:
                yield joined.removeprefix(noise)


def is_fields(name: str) -> bool:
    """Whether a name is that of the table of custom fields."""
    return plain(name) in _FIELD_NAMES


def is_numbered_field(name: str) -> bool:
    """Whether a name is that of one custom field among numbered ones: maatwerkveld1."""
    return bool(_NUMBERED_FIELD.fullmatch(plain(name)))


def is_newsletters(name: str) -> bool:
    """Whether a name is that of the choice what the mail after a sync holds."""
    return plain(name) in _NEWSLETTER_NAMES


def part_of(name: str) -> str:
    """The chapter of the summary that a name means; "" where it means none."""
    return _PART_BY_NAME.get(plain(name), "")

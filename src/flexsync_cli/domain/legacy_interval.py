"""How often the old module ran, in whatever form it was written."""

import re
from typing import NamedTuple

from flexsync_cli.domain.legacy_names import plain

_LONGEST = 28 * 24 * 60  # minutes: what sync.interval takes
_DAY = 24 * 60
_SECONDS_FROM, _MILLISECONDS_FROM = _DAY, 60_000  # a bare number above it is hardly one of minutes, of seconds

_CLOCK = re.compile(r"(?:(?P<days>[0-9]{1,3})\.)?(?P<hours>[0-9]{1,2}):(?P<minutes>[0-9]{2})(?::[0-9.]{2,})?")
_ISO = re.compile(r"P(?:(?P<days>[0-9]{1,3})D)?T?(?:(?P<hours>[0-9]{1,4})H)?(?:(?P<minutes>[0-9]{1,5})M)?", re.IGNORECASE)
_EVERY = re.compile(
    r"(?:(?:elke?|om|de|het|een|iedere?|every|each|an?|chaque|tou(?:te)?s|les|une?|per|par)\b\s*)+", re.IGNORECASE
)
_AMOUNT = re.compile(r"(?P<number>[0-9]{1,9}(?:[.,][0-9]{1,3})?)?\s*(?P<unit>[^\W\d_]+|')?\.?\s*(?:en|et|and|,)?\s*")
_MINUTES = {
    "ms milliseconde milliseconden millisecondes milliseconds millisecond": 1 / 60_000,
    "s sec seconde seconden secondes second seconds": 1 / 60,
    "m ' min mins minuut minuten minute minutes": 1,
    "kwartier kwartieren": 15,
    "halfuur": 30,
    "h u hr uur uren hour hours heure heures": 60,
    "d j dag dagen day days jour jours": _DAY,
    "w week weken weeks semaine semaines": 7 * _DAY,
}
_UNITS = {word: minutes for words, minutes in _MINUTES.items() for word in words.split()}
_WORDS = {
    **dict.fromkeys(("uurlijks", "hourly", "horaire"), 60),
    **dict.fromkeys(("dagelijks", "daily", "quotidien"), _DAY),
    **dict.fromkeys(("wekelijks", "weekly", "hebdomadaire"), 7 * _DAY),
    **dict.fromkeys(("halfuur", "halfhour", "halfanhour", "demiheure", "unedemiheure"), 30),
    **dict.fromkeys(("kwartier", "quarter", "quarterofhour", "quartdheure"), 15),
}


class Interval(NamedTuple):
    """A length of time as sync.interval takes it, and what was supposed to understand it; "" for nothing."""

    text: str
    supposed: str = ""


def interval(text: str, unit: str = "") -> Interval | None:
    """A length of time, from "15 min", "1u30", "00:15:00" or "elk uur"; a bare number is of `unit`, else minutes. None where
    it is none, or not from a minute to 4 weeks."""
    text = text.strip()
    if re.fullmatch("[0-9]{1,9}", text) and not unit:
        return _bare_number(int(text))
    minutes = _clock(text)
    return _written(_amounts(text, unit) if minutes is None else minutes)


def _bare_number(number: int) -> Interval | None:
    if number >= _MILLISECONDS_FROM and number % 1000 == 0:
        return _written(number / 60_000, "milliseconds")
    if number > _SECONDS_FROM and number % 60 == 0:
        return _written(number / 60, "seconds")
    return _written(number, "minutes")


def _written(minutes: float | None, supposed: str = "") -> Interval | None:
    whole = round(minutes or 0)
    if not 1 <= whole <= _LONGEST:
        return None
    text = f"{whole // 60}h" if whole % 60 == 0 else f"{whole}m"
    return Interval(text, f"a bare number, read as {supposed}: {text}" if supposed else "")


def _clock(text: str) -> int | None:
    match = _CLOCK.fullmatch(text) or _ISO.fullmatch(text)
    if match is None:
        return None
    parts = {key: int(value or 0) for key, value in match.groupdict().items()}
    return parts["days"] * _DAY + parts["hours"] * 60 + parts["minutes"]


def _amounts(text: str, unit: str) -> float | None:
    """The sum of "1 uur 30 min"; a last number without a unit after hours is of minutes: 1u30."""
    text = _EVERY.sub("", text)
    if (known := _WORDS.get(plain(text))) is not None:
        return known
    total, position = 0.0, 0
    while position < len(text):
        found = _AMOUNT.match(text, position)
        minutes = _UNITS.get(plain(found["unit"]) or found["unit"]) if found and found["unit"] else _UNITS.get(unit, 1)
        whole = found and (found["unit"] or (found["number"] and found.end() == len(text)))
        if not found or minutes is None or not whole:
            return None
        total += float((found["number"] or "1").replace(",", ".")) * minutes
        position = found.end()
    return total or None

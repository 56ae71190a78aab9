"""Yes and no as Admin writes them: 0/1/-1, J/N, Y/N, true/false, bit, NULL, as a number or as text."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

_NUMBERS = {0: False, 1: True, -1: True}
_TEXTS = {"1": True, "-1": True, "j": True, "y": True, "true": True, "0": False, "n": False, "false": False}
_OPPOSITES = {"1": "0", "-1": "0", "0": "1", "j": "n", "y": "n", "n": "j", "true": "false", "false": "true"}


@dataclass(frozen=True, slots=True)
class FlagForm:
    """How one column says yes and no."""

    yes: object
    no: object

    def of(self, *, wanted: bool) -> object:
        """What to write."""
        return self.yes if wanted else self.no


def parse(raw: object) -> bool | None:
    """Yes, no, or None where it says neither."""
    match raw:
        case int():  # first, as what is frequent: True and False are 1 and 0
            return _NUMBERS.get(raw)
        case float() | Decimal():
            return _NUMBERS.get(int(raw)) if raw == int(raw) else None
        case str():
            return _TEXTS.get(raw.strip().casefold())
        case _:
            return None


def is_ticked(raw: object) -> bool | None:
    """A newsletter flag: empty is no; None where it says neither."""
    return False if raw is None or (isinstance(raw, str) and not raw.strip()) else parse(raw)


def opposite(raw: object) -> object:
    """The other answer in the form of this one, which must be one that `parse` knows."""
    if not isinstance(raw, str):
        return not raw if isinstance(raw, bool) else int(not raw)
    text = raw.strip()
    other = _OPPOSITES[text.casefold()]
    return other.upper() if text.isupper() else other.capitalize() if text.istitle() else other


def learn(raws: Iterable[object], *, textual: bool) -> FlagForm:
    """The form of a column, from what it holds, the most frequent first; from its type where it holds nothing yet."""
    known: dict[bool, object] = {}
    for raw in raws:
        answer = parse(raw)
        if answer is not None:
            known.setdefault(answer, raw.strip() if isinstance(raw, str) else raw)
    if not known:
        known = {True: "J", False: "N"} if textual else {True: 1, False: 0}
    yes, no = known.get(True), known.get(False)
    return FlagForm(opposite(no) if yes is None else yes, opposite(yes) if no is None else no)

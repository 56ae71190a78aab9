"""Text from outside, made harmless for where it goes: one line, a request, a cell."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

# Controls that turn the reading direction: with them a text shows otherwise than it is.
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_TURNS = re.compile(f"[{_BIDI}]")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_CONTROLS_BUT_LINES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATES = re.compile("[\ud800-\udfff]")

# What pads a text at its ends without being seen: for `str.strip`. All of it lies below U+3001, but for the byte order mark.
INVISIBLE = "".join(
    character
    for character in map(chr, (*range(0x3001), 0xFEFF))
    if character.isspace() or unicodedata.category(character) in {"Cc", "Cf"}
)

# A spreadsheet takes a cell that begins so for a formula; the wide forms too, in some languages.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
MAX_CELL = 32_000  # Excel takes 32,767 characters


def one_line(text: str, limit: int = 200) -> str:
    """At most `limit` characters for one line of a console, a log or a mail's subject; "..." ends what was cut."""
    # Eight times leaves room for what is dropped, and bounds the work.
    text = _TURNS.sub("", text.strip(INVISIBLE)[: 8 * limit])
    text = _SURROGATES.sub("\ufffd", _CONTROLS.sub(" ", text)).strip()
    return text if len(text) <= limit else text[: limit - 3].rstrip() + "..."


def shortlist(wanted: str, names: Iterable[str], most: int = 10) -> str:
    """The names there are, those most like the wanted one first, and how many more."""
    spelled = {name.casefold(): name for name in names}
    shown = [spelled[each] for each in get_close_matches(wanted.casefold(), spelled, n=most, cutoff=0)]
    more = len(spelled) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def sendable(text: str) -> str:
    """NFC and trimmed, without what JSON over HTTP can't carry or no person typed; line breaks stay."""
    if text.isascii() and text.isprintable():
        return text.strip()
    text = _SURROGATES.sub("\ufffd", _CONTROLS_BUT_LINES.sub("", text))
    return unicodedata.normalize("NFC", text).strip()


def neutral_cell(text: str) -> str:
    """One line for a cell of CSV or xlsx that no spreadsheet takes for a formula."""
    cell = one_line(text, MAX_CELL)
    return "'" + cell if text.startswith(_FORMULA) or cell.startswith(_FORMULA) else cell

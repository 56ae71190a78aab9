"""A mistake of TOML's grammar in our words: its place and its likeliest cause, never what stands there."""

import re
from tomllib import TOMLDecodeError

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_BACKSLASH_IN_QUOTES = re.compile(r'"[^"]*\\')
_CURLY = re.compile("[\u201c\u201d\u201e\u2018\u2019]")
_NUMBER = re.compile(r"=\s*[-+]?[0-9]")
_KEY = re.compile(r"""^\s*(?:[A-Za-z0-9_.-]+|"[^"]*"|'[^']*')\s*$""")

_WINDOWS = (
    "a backslash in a \"...\" text, as in a Windows path or SQL01\\ADMIN; write the text in '...', or each backslash twice"
)
_CURLED = "curly quotes; a text stands in straight ones, \"...\" or '...'"
_VALUE = 'this is no value: a text stands in quotes ("..."), numbers and true and false, in small letters, do not'
_QUOTED_KEY = 'a key with a blank or another character than A-Z, a-z, 0-9, _ and - stands in quotes: "Soft 2.0" = "SOFT"'
# tomllib's reasons hold what is written there, so they are told in our words.
_REASONS = (
    (("Unescaped '\\'", "Invalid hex value", "Escaped character"), _WINDOWS),
    (("Cannot", "Duplicate"), "a key or a table that stands there twice"),
    (("Expected ']", "Expected ']]"), "the name of a table that is not closed with ]"),
    (("Unclosed array",), "a list that is not closed with ], or whose items have no comma between them"),
    (("Unclosed inline table",), "{ ... } that is not closed on its line"),
    (("Unterminated", "Illegal character"), "a text that is not closed on its line, or a character that may not stand there"),
    (("Invalid value", "Invalid date"), _VALUE),
)


def told(error: TOMLDecodeError, text: str) -> str:
    """Where it is, and what is likely wrong."""
    message = str(error)
    place = _PLACE.search(message)
    lines = text.split("\n")
    if place is None or not place[1]:
        number, where = len(lines), f"line {len(lines)}, at the end"
    else:
        number, where = int(place[1]), f"line {place[1]}, column {place[2]}"
    column = int(place[2]) if place and place[2] else 0
    line = lines[min(number, len(lines)) - 1]
    return f"{where}: not valid TOML: {_cause(message, line, column)}"


def _cause(message: str, line: str, column: int) -> str:
    code = line.partition("#")[0]
    if _BACKSLASH_IN_QUOTES.search(code):
        return _WINDOWS
    if _CURLY.search(code):
        return _CURLED
    if not column and message.startswith("Invalid value") and "[" in code:
        message = "Unclosed array"
    reason = next((words for starts, words in _REASONS if message.startswith(starts)), "")
    return reason or (_of_key(code) if "=" not in code[: max(column - 1, 0)] else _of_value(code, column))


def _of_key(code: str) -> str:
    """The mistake lies before the equals sign."""
    key, colon, _ = code.partition(":")
    if colon and "=" not in code and _KEY.match(key):
        return "a key and its value are joined by =, not by :"
    if "=" in code:
        return _QUOTED_KEY
    return "a line is key = value, [table], or a comment that begins with #"


def _of_value(code: str, column: int) -> str:
    """The mistake lies behind the equals sign."""
    rest = code[column - 1 :].strip()
    if "{" in code and (not rest or rest.startswith(("}", ","))):
        return "{ ... } that is not closed on its line, or has a comma before its end"
    if _NUMBER.search(code):
        return "a number has no zero in front and no letter behind; a text stands in quotes"
    if rest.startswith((";", "//", "--")):
        return "something stands behind the value; nothing ends a line, and a comment begins with #"
    return "something stands behind the value; a text that holds \" stands in '...', and a comment begins with #"

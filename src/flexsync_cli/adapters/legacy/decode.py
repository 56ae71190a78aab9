"""A file of unknown encoding as text."""

import codecs
from pathlib import Path

from flexsync_cli.errors import Misconfigured

MOST_BYTES = 5_000_000

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ENOUGH = 400  # bytes that show whether every second one is empty


def read_text(path: Path) -> str:
    """The file's text, from UTF-8, UTF-16 or Windows-1252. Raises Misconfigured."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise Misconfigured(f"can't read {path}: {error.strerror}") from None
    if len(raw) > MOST_BYTES:
        raise Misconfigured(f"{path} is larger than {MOST_BYTES // 1_000_000} MB; give the file that holds the settings alone")
    text = _decode(raw)
    if text is None or "\0" in text:
        raise Misconfigured(f"{path} is no text in UTF-8, UTF-16 or Windows-1252; save it as UTF-8 and try again")
    return text


def _decode(raw: bytes) -> str | None:
    encodings = [name for mark, name in _MARKS if raw.startswith(mark)] or _guesses(raw)
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _guesses(raw: bytes) -> list[str]:
    start = raw[:_ENOUGH]
    if start[1::2].count(0) > len(start) // 3:
        return ["utf-16-le"]
    if start[::2].count(0) > len(start) // 3:
        return ["utf-16-be"]
    return ["utf-8", "cp1252"]

"""Settings as a registry export (.reg)."""

import re
from collections.abc import Iterator

from flexsync_cli.domain.legacy import Setting

_OLD = "REGEDIT4"  # Windows 9x and NT 4: bytes of text are in the code page
_HEADS = ("Windows Registry Editor", _OLD)
_CONTINUED = re.compile(r"(?<=,)\\\r?\n\s*")
_ENTRY = re.compile(
    r"""^[ \t]*(?:
    ;.*
    | \[-?(?P<key>[^\]\n]+)\].*
    | (?:"(?P<name>(?:[^"\\\n]|\\.)*)" | (?P<default>@)) [ \t]*=[ \t]*
      (?: "(?P<text>(?:[^"\\]|\\.)*)"[ \t]* | (?P<raw>.*) )
    | (?P<other>\S.*)
    )$""",
    re.MULTILINE | re.VERBOSE,
)
_NUMBER = re.compile("dword:([0-9a-f]{1,8})", re.IGNORECASE)
_BYTES = re.compile(r"hex\((?P<kind>[12457b])\):(?P<bytes>[0-9a-f,\s]*)", re.IGNORECASE)
_ESCAPED = re.compile(r"\\(.)")


def is_reg(text: str) -> bool:
    """Whether it begins as the registry editor writes it."""
    return text.startswith(_HEADS)


def read_reg(text: str) -> list[Setting]:
    """All values with the keys that lead to them."""
    encoding = "cp1252" if text.startswith(_OLD) else "utf-16-le"
    _, _, body = text.replace("\r\n", "\n").partition("\n")
    return list(_settings(_CONTINUED.sub("", body), encoding))


def _settings(body: str, encoding: str) -> Iterator[Setting]:
    path: tuple[str, ...] = ()
    for entry in _ENTRY.finditer(body):
        if entry["key"]:
            path = tuple(part for part in entry["key"].split("\\") if part)
        elif entry["other"]:
            yield Setting((*path, "?"), entry["other"].strip())
        elif entry["name"] is not None or entry["default"]:
            name = entry["default"] or _unescaped(entry["name"])
            text = entry["text"]
            yield Setting((*path, name), _decoded(entry["raw"].strip(), encoding) if text is None else _unescaped(text))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)


def _decoded(raw: str, encoding: str) -> str:
    if number := _NUMBER.fullmatch(raw):
        return str(int(number[1], 16))
    if packed := _BYTES.fullmatch(raw):
        return _unpacked(packed["kind"].lower(), packed["bytes"], encoding)
    return raw


def _unpacked(kind: str, digits: str, encoding: str) -> str:
    try:
        raw = bytes.fromhex(digits.replace(",", " "))
    except ValueError:
        return digits
    if kind in "45b":
        return str(int.from_bytes(raw, "big" if kind == "5" else "little"))
    texts = raw.decode(encoding, errors="replace").split("\0")
    return ";".join(text for text in texts if text)

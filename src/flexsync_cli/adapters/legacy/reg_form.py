"""Settings as a registry export (.reg)."""

import re
from collections.abc import Iterator

from flexsync_cli.domain.legacy import Setting

_HEADS = ("Windows Registry Editor", "REGEDIT4")
_CONTINUED = re.compile(r"\\\r?\n\s*")
_KEY = re.compile(r"\[-?(?P<key>[^\]]+)\]\s*")
_VALUE = re.compile(r'(?:"(?P<name>(?:[^"\\]|\\.)*)"|(?P<default>@))\s*=\s*(?P<value>.*)')
_NUMBER = re.compile("dword:([0-9a-f]{1,8})", re.IGNORECASE)
_BYTES = re.compile(r"hex\((?P<kind>[12b7])\):(?P<bytes>[0-9a-f,\s]*)", re.IGNORECASE)
_ESCAPED = re.compile(r"\\(.)")


def is_reg(text: str) -> bool:
    """Whether it begins as the registry editor writes it."""
    return text.startswith(_HEADS)


def read_reg(text: str) -> list[Setting]:
    """All values with the keys that lead to them."""
    return list(_settings(text))


def _settings(text: str) -> Iterator[Setting]:
    path: tuple[str, ...] = ()
    for line in _CONTINUED.sub("", text).splitlines():
        if key := _KEY.fullmatch(line.strip()):
            path = tuple(part for part in key["key"].split("\\") if part)
        elif value := _VALUE.fullmatch(line.strip()):
            name = value["default"] or _unescaped(value["name"])
            yield Setting((*path, name), _decoded(value["value"].strip()))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)


def _decoded(raw: str) -> str:
    if len(raw) > 1 and raw.startswith('"') and raw.endswith('"'):
        return _unescaped(raw[1:-1])
    if number := _NUMBER.fullmatch(raw):
        return str(int(number[1], 16))
    if packed := _BYTES.fullmatch(raw):
        return _unpacked(packed["kind"].lower(), packed["bytes"])
    return raw


def _unpacked(kind: str, digits: str) -> str:
    try:
        raw = bytes.fromhex(digits.replace(",", " "))
    except ValueError:
        return digits
    if kind == "b":
        return str(int.from_bytes(raw, "little"))
    texts = raw.decode("utf-16-le", errors="replace").split("\0")
    return ";".join(text for text in texts if text)

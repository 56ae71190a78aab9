"""Stands between flexsync and the sandbox, and spoils one thing in one answer: a member lost, or something odd in its place."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeAlias, cast

import httpx
import pytest
from lxml import etree

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Path: TypeAlias = tuple[str | int, ...]

GONE = "\x01gone"
DEEP = json.loads("[" * 400 + "]" * 400)
# What no interface should send, each of which has brought down some program.
ODD: tuple[Json, ...] = (
    GONE,
    None,
    True,
    -1,
    10**30,
    1e308,
    float("nan"),
    "",
    "\ud800",
    "\x00",
    "=cmd|'/C calc'!A0",
    "a\r\nBcc: iemand@example.com",
    "x" * 5_000,
    [],
    {},
    [None],
    {"": None},
    DEEP,
)
ODD_TEXTS = ("", "\x0b", "-1", "9" * 400, "NaN", "0000-00-00T00:00:00", "9999-12-31T23:59:59", "é" * 5_000, "<b>&amp;</b>")


@dataclass
class Liar:
    """Spoils answer number `at` of one door, at place number `place` or the next that it makes a difference to, by `odd`."""

    at: int
    place: int
    odd: Json
    door: str = "rest"
    heard: list[str] = field(default_factory=list)  # what was asked, of answers that can be spoilt
    spoilt: list[str] = field(default_factory=list)

    def judge(self, request: httpx.Request, body: bytes) -> bytes:
        """The answer as flexsync gets it."""
        soap = b"Envelope" in body[:200]
        if soap != (self.door == "soap") or not body:
            return body
        asked = request.headers.get("SOAPAction", "").strip('"') or f"{request.method} {request.url.path}"
        self.heard.append(asked)
        if len(self.heard) - 1 != self.at:
            return body
        self.spoilt.append(asked)
        return _spoil_xml(body, self.place, self.odd) if soap else _spoil_json(body, self.place, self.odd)


@contextmanager
def lying(liar: Liar) -> Iterator[Liar]:
    """All answers over HTTP pass the liar."""
    honest = cast("Callable[[httpx.HTTPTransport, httpx.Request], httpx.Response]", httpx.HTTPTransport.handle_request)

    def handle(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        response = honest(self, request)
        body = liar.judge(request, response.read())
        headers = [(name, value) for name, value in response.headers.multi_items() if name.lower() != "content-length"]
        return httpx.Response(response.status_code, headers=headers, content=body)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx.HTTPTransport, "handle_request", handle)
        yield liar


def spoilt(data: Json, place: int, odd: Json) -> Json:
    """The same, but for one place."""
    paths = list(_paths(data, ()))
    return _replaced(data, paths[place % len(paths)], odd)


def _spoil_json(body: bytes, place: int, odd: Json) -> bytes:
    honest = json.loads(body)
    shapes = (json.dumps(spoilt(honest, place + more, odd)) for more in range(len(list(_paths(honest, ())))))
    return next(shape for shape in shapes if shape != json.dumps(honest)).encode()


def _paths(data: Json, above: Path) -> Iterator[Path]:
    yield above
    members = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in members:
        yield from _paths(value, (*above, key))


def _replaced(data: Json, path: Path, odd: Json) -> Json:
    if not path:
        return None if odd == GONE else odd
    key, rest = path[0], path[1:]
    if isinstance(data, dict):
        changed = {name: _replaced(value, rest, odd) if name == key else value for name, value in data.items()}
        return {name: value for name, value in changed.items() if value != GONE}
    if isinstance(data, list):
        items = [_replaced(value, rest, odd) if number == key else value for number, value in enumerate(data)]
        return [value for value in items if value != GONE]
    return data


def _spoil_xml(body: bytes, place: int, odd: Json) -> bytes:
    honest = etree.tostring(etree.fromstring(body))
    shapes = (spoilt_xml(body, place + more, odd) for more in range(body.count(b"<")))
    return next(shape for shape in shapes if shape != honest)


def spoilt_xml(body: bytes, place: int, odd: Json) -> bytes:
    """Another text, another name, or nothing at all in the place of an element; twice the same for a list."""
    root = etree.fromstring(body)
    elements = [element for element in root.iter() if element is not root]
    element = elements[place % len(elements)]
    if odd == GONE:
        element.getparent().remove(element)
    elif odd is None:
        element.tag = "Unheard"
    elif odd == []:
        element.getparent().append(etree.fromstring(etree.tostring(element)))
    else:
        for child in list(element):
            element.remove(child)
        element.text = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", "", str(odd))
    return bytes(etree.tostring(root))

"""SOAP answers, brought into the one form that zeep reads without guessing.

PHP's encoder answers an object that it met before with a reference to it (`id`, `href`), wherever it stands; types, namespaces
and array declarations differ with its settings. What comes out of here has none of these: plain members by their local names.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree  # type: ignore[import-untyped, unused-ignore]  # it has no stubs

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
ENCODING = "http://schemas.xmlsoap.org/soap/encoding/"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
ARRAY_TYPE = f"{{{ENCODING}}}arrayType"
# A reference may multiply what it stands for, or lead back to itself. An honest answer is some ten deep; the longest that
# the door lets through has a million elements, and repeats a contact's members for each of its events.
MAX_DEPTH = 64
MAX_ELEMENTS = 3_000_000
# PHP passes these on as they are, raw or as a reference, though XML 1.0 knows neither.
CONTROLS = bytes(code for code in range(0x20) if code not in b"\t\n\r")
CONTROL_REFERENCE = re.compile(rb"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|x0*(?:[0-8bcef]|1[0-9a-f]));", re.IGNORECASE)


class Unreadable(Exception):
    """This is not an answer we understand; the text says why, and holds nothing of it."""


def canonical(content: bytes, operation: str, *, max_elements: int = MAX_ELEMENTS) -> bytes:
    """The same answer as `<OpResponse><OpResp>`, without references, nil members, attributes and namespaces.

    `max_elements` is how many there may be once all references are resolved.
    """
    body = _body(_parse(content))
    wrapper = _first(body, "an empty body")
    if _local(wrapper) == "Fault":
        raise Unreadable(f"a SOAP fault{_fault_code(wrapper)}")
    envelope = etree.Element(f"{{{ENVELOPE}}}Envelope")
    answer = etree.SubElement(etree.SubElement(envelope, f"{{{ENVELOPE}}}Body"), f"{operation}Response")
    targets = {element.get("id"): element for element in body.iter() if element.get("id")}
    _Copier(targets, max_elements).copy(_first(wrapper, "an empty answer"), answer, f"{operation}Resp")
    return bytes(etree.tostring(envelope))


def _parse(content: bytes) -> etree._Element:
    try:
        root = _strictly(content)
    except etree.XMLSyntaxError:
        root = _mended(content)
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("a document type declaration")
    return root


def _mended(content: bytes) -> etree._Element:
    """Once more, without the control characters that a bounce's text may bring in."""
    try:
        return _strictly(CONTROL_REFERENCE.sub(b"", content.translate(None, CONTROLS)))
    except etree.XMLSyntaxError:
        # Its text quotes the answer.
        raise Unreadable("something that is not well-formed XML") from None


def _strictly(content: bytes) -> etree._Element:
    # Never `recover`: an answer cut short would pass for a short answer. Without `huge_tree` libxml2 keeps its own limits on
    # depth and on the length of one text; neither is met by honest answers of the length that the door lets through.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    return etree.fromstring(content, parser)


def _body(root: etree._Element) -> etree._Element:
    body = next((child for child in root if _local(child) == "Body"), None)
    if _local(root) != "Envelope" or body is None:
        raise Unreadable("something that is not SOAP")
    return body


def _first(parent: etree._Element, otherwise: str) -> etree._Element:
    child = next(iter(parent), None)
    if child is None:
        raise Unreadable(otherwise)
    return child


def _local(element: etree._Element) -> str:
    """An element's name without its namespace; many times faster than by QName."""
    name: str = element.tag
    return name.rpartition("}")[2]


def _fault_code(fault: etree._Element) -> str:
    """The code is a word of the server's ("SOAP-ENV:Server"); the text beside it may quote anything, so it stays behind."""
    code = next((child.text or "" for child in fault if _local(child) == "faultcode"), "")
    word = code.rpartition(":")[2].strip()
    return f" ({word})" if re.fullmatch(r"[A-Za-z.]{1,40}", word) else ""


@dataclass
class _Copier:
    """Copies elements by local name and follows references, until none are `left` to be copied."""

    targets: Mapping[str, etree._Element]
    left: int

    def copy(self, source: etree._Element, parent: etree._Element, name: str, depth: int = 0) -> None:
        self.left -= 1
        if self.left < 0 or depth > MAX_DEPTH:
            raise Unreadable("references without an end")
        reference = source.get("href")
        if reference is not None:
            self.copy(self._target(reference), parent, name, depth + 1)
            return
        new = etree.SubElement(parent, name)
        members = [member for member in source if member.get(NIL) not in {"true", "1"}]
        new.text = None if members else source.text
        # In an encoded array the members' names mean nothing; only the order does.
        is_array = source.get(ARRAY_TYPE) is not None
        for member in members:
            self.copy(member, new, "item" if is_array else _local(member), depth + 1)

    def _target(self, reference: str) -> etree._Element:
        target = self.targets.get(reference.removeprefix("#"))
        if target is None:
            raise Unreadable("a reference to nothing")
        return target

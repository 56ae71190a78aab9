"""SOAP 1.1, rpc/encoded, as PHP's SoapServer reads and writes it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from xml.etree.ElementTree import Element, SubElement, TreeBuilder, tostring
from xml.parsers import expat

SOAP_PATH = "/3.0.0/flexmail.php"
WSDL_NAMESPACE = "https://soap.flexmail.eu/3.0.0/flexmail.wsdl"
_NAMESPACES = {
    "xmlns:SOAP-ENV": "http://schemas.xmlsoap.org/soap/envelope/",
    "xmlns:ns1": WSDL_NAMESPACE,
    "xmlns:xsd": "http://www.w3.org/2001/XMLSchema",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xmlns:SOAP-ENC": "http://schemas.xmlsoap.org/soap/encoding/",
    "SOAP-ENV:encodingStyle": "http://schemas.xmlsoap.org/soap/encoding/",
}
_LARGEST_INT = 2**31 - 1


@dataclass(frozen=True, eq=False, slots=True)
class Struct:
    """An object of a named type. Members that are None are left out. The same one twice becomes id and href."""

    type: str
    members: Mapping[str, "Encodable"]


@dataclass(frozen=True, eq=False, slots=True)
class Array:
    """An array of objects of one type."""

    type: str
    items: Sequence[Struct]


Encodable: TypeAlias = "str | int | bool | Struct | Array | None"
Decoded: TypeAlias = "str | dict[str, Decoded] | list[Decoded]"


class Malformed(Exception):
    """What came is no SOAP request."""


def operation_of(body: bytes) -> str:
    """The operation's name, "?" where there is none."""
    try:
        return decode(body)[0]
    except Malformed:
        return "?"


def decode(body: bytes) -> tuple[str, dict[str, Decoded]]:
    """The operation and the members of its one request; whatever the namespaces, the header included."""
    envelope = _parse(body)
    targets = {held.get("id", ""): held for held in envelope.iter() if held.get("id")}
    wrapper = next((child for part in envelope if part.tag == "Body" for child in part), None)
    if wrapper is None or envelope.tag != "Envelope":
        raise Malformed("no SOAP body")
    request = _value(wrapper[0], targets) if len(wrapper) else {}
    return wrapper.tag, request if isinstance(request, dict) else {}


def envelope(operation: str, answer: Struct, *, multi_ref: bool) -> bytes:
    """The answer to an operation, in its wrapper."""
    root, body = _empty_envelope()
    wrapper = SubElement(body, f"SOAP-ENV:{operation}Response")
    seen = Counter(id(struct) for struct in _structs(answer)) if multi_ref else Counter[int]()
    _Writer({held for held, times in seen.items() if times > 1}).write(wrapper, f"{operation}Resp", answer)
    return _document(root)


def fault_envelope(code: str, text: str) -> bytes:
    """A SOAP fault; `code` is Client or Server."""
    root, body = _empty_envelope()
    fault = SubElement(body, "SOAP-ENV:Fault")
    SubElement(fault, "faultcode").text = f"SOAP-ENV:{code}"
    SubElement(fault, "faultstring").text = text
    return _document(root)


def _document(root: Element) -> bytes:
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document


class _Writer:
    """Writes values; those in `shared` in full once, by reference from then on."""

    def __init__(self, shared: set[int]) -> None:
        self._shared = shared
        self._names: dict[int, str] = {}

    def write(self, parent: Element, name: str, value: Encodable) -> None:
        match value:
            case None:
                return
            case Struct():
                self._struct(parent, name, value)
            case Array():
                self._array(parent, name, value)
            case bool():
                _scalar(parent, name, "xsd:boolean", str(value).lower())
            case int():
                _scalar(parent, name, "xsd:int" if value <= _LARGEST_INT else "xsd:long", str(value))
            case str():
                _scalar(parent, name, "xsd:string", value)

    def _struct(self, parent: Element, name: str, struct: Struct) -> None:
        if id(struct) in self._names:
            SubElement(parent, name, {"href": f"#{self._names[id(struct)]}"})
            return
        element = SubElement(parent, name)
        if id(struct) in self._shared:
            self._names[id(struct)] = f"ref{len(self._names) + 1}"
            element.set("id", self._names[id(struct)])
        element.set("xsi:type", f"ns1:{struct.type}")
        for member, value in struct.members.items():
            self.write(element, member, value)

    def _array(self, parent: Element, name: str, array: Array) -> None:
        # The vendor's WSDL has a name for each kind of array; customFieldTypeItems is the one that was seen.
        kind = f"ns1:{array.type[0].lower()}{array.type[1:]}Items"
        of = f"ns1:{array.type}[{len(array.items)}]"
        element = SubElement(parent, name, {"SOAP-ENC:arrayType": of, "xsi:type": kind})
        for item in array.items:
            self.write(element, "item", item)


def _scalar(parent: Element, name: str, kind: str, text: str) -> None:
    SubElement(parent, name, {"xsi:type": kind}).text = text or None


def _structs(value: Encodable) -> Iterator[Struct]:
    """Every struct within, as often as it is mentioned; within a shared one only the first time counts."""
    seen: set[int] = set()
    waiting = [value]
    while waiting:
        held = waiting.pop()
        if isinstance(held, Struct):
            yield held
            if id(held) not in seen:
                seen.add(id(held))
                waiting.extend(held.members.values())
        elif isinstance(held, Array):
            waiting.extend(held.items)


def _empty_envelope() -> tuple[Element, Element]:
    root = Element("SOAP-ENV:Envelope", _NAMESPACES)
    return root, SubElement(root, "SOAP-ENV:Body")


def _parse(body: bytes) -> Element:
    """The document, its names without their namespaces. A document type, and so every entity, is refused."""
    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator=" ")

    def refuse(*_declared: object) -> None:
        raise Malformed("a document type is not allowed")

    def start(name: str, attributes: dict[str, str]) -> None:
        builder.start(_local(name), {_local(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        builder.end(_local(name))

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(body, True)  # noqa: FBT003 - expat takes it by position only
    except expat.ExpatError:
        raise Malformed("not well-formed XML") from None
    return builder.close()


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _value(element: Element, targets: Mapping[str, Element]) -> Decoded:
    element = targets.get(element.get("href", "").removeprefix("#"), element)
    if element.get("arrayType") is not None or (len(element) and all(child.tag == "item" for child in element)):
        return [_value(child, targets) for child in element]
    if len(element):
        return {child.tag: _value(child, targets) for child in element if child.get("nil") not in ("true", "1")}
    return (element.text or "").strip()

"""SOAP by hand: envelopes as text, answers as elements."""

from dataclasses import dataclass
from typing import TypeAlias
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import httpx

Plain: TypeAlias = "str | dict[str, Plain] | list[Plain]"

ENVELOPE = """<?xml version="1.0" encoding="UTF-8"?>
<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"
    xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xmlns:ns1="https://soap.flexmail.eu/3.0.0/flexmail.wsdl" xmlns:SOAP-ENC="http://schemas.xmlsoap.org/soap/encoding/">
<SOAP-ENV:Body>{body}</SOAP-ENV:Body></SOAP-ENV:Envelope>"""


@dataclass(frozen=True)
class SoapAnswer:
    """One answer, with its references resolved."""

    http: httpx.Response
    content: dict[str, Plain]

    @property
    def code(self) -> int:
        return int(str(self.content["errorCode"]))

    @property
    def header(self) -> dict[str, Plain]:
        header = self.content["header"]
        assert isinstance(header, dict)
        return header

    def items(self, name: str) -> list[dict[str, Plain]]:
        """The array of that name."""
        found = self.content[name]
        assert isinstance(found, list)
        return [item for item in found if isinstance(item, dict)]


@dataclass(frozen=True)
class RawSoap:
    """Sends envelopes that were written by hand."""

    client: httpx.Client
    url: str
    account: int
    token: str

    def call(self, operation: str, members: str = "", *, header: str | None = None) -> SoapAnswer:
        """Call an operation; `members` is XML."""
        if header is None:
            header = f"<userId>{self.account}</userId><userToken>{self.token}</userToken>"
        request = f'<{operation}Req xsi:type="ns1:{operation}Req"><header>{header}</header>{members}</{operation}Req>'
        response = self.post(ENVELOPE.format(body=f"<{operation}>{request}</{operation}>"))
        return SoapAnswer(response, members_of(response.content, operation))

    def post(self, document: str) -> httpx.Response:
        """Send a document as it is."""
        return self.client.post(self.url, content=document.encode(), headers={"Content-Type": 'text/xml;charset="utf-8"'})


def members_of(document: bytes, operation: str) -> dict[str, Plain]:
    """The members of the one answer in an envelope."""
    root = ElementTree.fromstring(document)  # noqa: S314 - our own server's answer
    answer = root.find(f".//{operation}Resp")
    assert answer is not None
    plain = _plain(answer, {f"#{held.get('id')}": held for held in root.iter() if held.get("id")})
    assert isinstance(plain, dict)
    return plain


def _plain(element: Element, targets: dict[str, Element]) -> Plain:
    element = targets.get(element.get("href", ""), element)
    if any(name.endswith("}arrayType") for name in element.keys()):  # noqa: SIM118 - an element is no mapping
        return [_plain(child, targets) for child in element]
    if len(element):
        return {child.tag: _plain(child, targets) for child in element}
    return element.text or ""

"""SOAP calls by zeep, from our own WSDL, through the door that the REST calls take.

zeep is slow to import, so it is imported by the first call; nothing of it is fetched over the network.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from http import HTTPStatus
from importlib.resources import files
from typing import TYPE_CHECKING, Protocol

from lxml import etree  # type: ignore[import-untyped, unused-ignore]  # it has no stubs

from flexsync_cli.adapters.flexmail.answers import http_date
from flexsync_cli.adapters.flexmail.http import Door, RetryRule
from flexsync_cli.adapters.flexmail.soap_record import Record
from flexsync_cli.adapters.flexmail.soap_wire import ENCODING, ENVELOPE, Unreadable, canonical
from flexsync_cli.errors import FlexmailLoginRefused, FlexmailUnavailable

if TYPE_CHECKING:
    from zeep.wsdl import Document

WSDL = "flexmail.wsdl"
# All that zeep may load, and where the package has it.
DOCUMENTS = {WSDL: WSDL, ENCODING: "encoding.xsd"}
BINDING = "{https://soap.flexmail.eu/3.0.0/flexmail.wsdl}FlexmailAPIBinding"
# Prefixes that the text of `arrayType` refers to, which zeep doesn't know.
PREFIXES = {
    "xsd": "http://www.w3.org/2001/XMLSchema",
    "ns1": "https://soap.flexmail.eu/3.0.0/flexmail.wsdl",
    "SOAP-ENC": ENCODING,
}


class Operation(Protocol):
    """One operation of zeep's service proxy: a struct in, a struct of zeep's out."""

    def __call__(self, request: Mapping[str, object], /) -> object:
        """Make the call."""


def array(kind: str, items: Sequence[object]) -> Mapping[str, object]:
    """A list as SOAP's encoding wants it: of what kind, how many, and the items."""
    return {"item": list(items), "arrayType": f"{kind}[{len(items)}]"}


class SoapClient:
    """Calls operations for one account. Errors: FlexmailUnavailable, FlexmailLoginRefused."""

    def __init__(self, door: Door, url: str, account_id: int, token: str) -> None:
        self._door = door
        self._url = url
        self._header = {"userId": account_id, "userToken": token}
        self._transport = _Transport(door)

    def date(self) -> datetime | None:
        """When the last answer was sent, by its HTTP header; None where it had none."""
        return self._transport.date

    def call(self, operation: str, **members: object) -> Record:
        """Call with these members; the answer, whatever its codes say."""
        # Built outside of the `try`: what is wrong with the package itself is a bug.
        call = self._operations[operation]
        from zeep.exceptions import Error
        from zeep.helpers import serialize_object

        try:
            answer = serialize_object(call({"header": self._header, **members}), dict)  # type: ignore[no-untyped-call]  # zeep's
        except Unreadable as problem:
            raise FlexmailUnavailable(_nonsense(operation, str(problem))) from None
        except Error:
            raise FlexmailUnavailable(_nonsense(operation, "a form that flexsync doesn't know")) from None
        if not isinstance(answer, Mapping):
            raise FlexmailUnavailable(_nonsense(operation, "an empty answer"))
        return Record(answer)

    @cached_property
    def _operations(self) -> Mapping[str, Operation]:
        """zeep's service proxy, which finds operations by name."""
        from zeep import Client

        wsdl = _description()
        client = Client(wsdl, transport=self._transport, settings=wsdl.settings)  # type: ignore[no-untyped-call]  # zeep's
        proxy: Mapping[str, Operation] = client.create_service(BINDING, self._url)  # type: ignore[no-untyped-call]  # zeep's
        return proxy


@cache
def _description() -> "Document":
    """Our WSDL, which zeep takes a while to digest."""
    from zeep import Settings
    from zeep.wsdl import Document

    # Lenient as to members that we don't know. How the XML itself is read is `canonical`'s to say.
    return Document(WSDL, _Package(), settings=Settings(strict=False))  # type: ignore[arg-type]  # it says class, and means object


class _Package:
    """zeep's way out for what it loads: the package."""

    def load(self, url: str) -> bytes:
        """One of our documents; nothing else."""
        name = url if url == ENCODING else url.replace("\\", "/").rpartition("/")[2]
        return files("flexsync_cli.adapters.flexmail").joinpath("wsdl", DOCUMENTS[name]).read_bytes()


def _nonsense(operation: str, what: str) -> str:
    return f"Flexmail's SOAP interface answered {operation} with {what}. If it lasts, check flexmail.soap_url"


@dataclass(frozen=True, slots=True)
class _Answer:
    """What zeep wants of an HTTP response."""

    content: bytes
    status_code: int
    headers: Mapping[str, str]


class _Transport:
    """zeep's way out for what it sends: the door."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self.date: datetime | None = None  # of the last answer, by its own HTTP header

    def post_xml(self, address: str, envelope: etree._Element, headers: Mapping[str, str]) -> _Answer:
        """Send an envelope; its answer in canonical form."""
        envelope.set(f"{{{ENVELOPE}}}encodingStyle", ENCODING)
        etree.cleanup_namespaces(envelope, top_nsmap=PREFIXES, keep_ns_prefixes=list(PREFIXES))
        return self.post(address, etree.tostring(envelope, xml_declaration=True, encoding="UTF-8"), headers)

    def post(self, address: str, message: bytes, headers: Mapping[str, str]) -> _Answer:
        """Send a message; its answer in canonical form."""
        operation = headers["SOAPAction"].strip('"')
        response = self._door.request(
            "soap", "POST", address, path_for_ledger=operation, retry=RetryRule.AGAIN, headers=headers, content=message
        )
        self.date = http_date(response.headers.get("Date", ""))
        if response.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            raise FlexmailLoginRefused(
                f"Flexmail's SOAP interface refused the login (HTTP {response.status_code}). Check flexmail.account_id and "
                "flexmail.soap_token, and that the account may use the SOAP interface from this machine"
            )
        if response.status_code != HTTPStatus.OK:
            raise Unreadable(f"HTTP {response.status_code}")
        return _Answer(canonical(response.content, operation), response.status_code, {"Content-Type": "text/xml"})

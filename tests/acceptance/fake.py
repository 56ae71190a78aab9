"""A Flexmail written only from what its REST interface is known to do: no line of it is shared with the sandbox.

What is nowhere documented is a `Manner`, so that the client is met by servers that differ.
"""

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlsplit

Json: TypeAlias = dict[str, Any]
Answer: TypeAlias = tuple[int, Any]

ACCOUNT_ID, TOKEN = 4711, "a-token-that-nobody-has"
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def detail(status: int, text: str, *_: str) -> Json:
    """A problem as RFC 7807 has it."""
    return {"title": "Refused", "status": status, "detail": text}


@dataclass(frozen=True)
class Manner:
    """How a server answers where the reference is silent."""

    totals: bool = True
    empty_embedded: bool = False
    custom_fields: str = "object"  # of a contact that has none: object, list, null, absent
    text_ids: bool = False
    created_by: str = "both"  # how a create tells the id: both, body, location, nothing
    changed: int = 204
    languages: str = "codes"  # codes, objects, absent
    blacklisted: Answer = (422, "This email address is blacklisted")
    problem: Callable[..., object] = detail
    filters: bool = True
    overtaken: bool = False  # whoever is to be unsubscribed left a moment before


@dataclass
class Flexmail:
    """One account; contacts by id, those who left among them."""

    manner: Manner = field(default_factory=Manner)
    url: str = ""
    contacts: dict[int, Json] = field(default_factory=dict)
    left: set[int] = field(default_factory=set)
    blacklist: set[str] = field(default_factory=set)
    calls: list[tuple[str, str]] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)
    called: Event = field(default_factory=Event)
    open: Event = field(default_factory=Event)  # until it is set no call is answered

    def writes(self) -> list[tuple[str, str]]:
        """The calls that change something, since `calls` was last cleared."""
        return [call for call in self.calls if call[0] in WRITES]

    def active(self) -> dict[str, Json]:
        """Who is mailed, by address."""
        return {each["email"]: each for number, each in self.contacts.items() if number not in self.left}

    def add(self, email: str, **values: Any) -> int:
        """Somebody who is there."""
        number = 1000 + len(self.contacts)
        self.contacts[number] = {"id": number, "email": email, "first_name": "", "name": "", "language": "nl", **values}
        return number

    def answer(self, method: str, path: str, query: Json, body: Json) -> tuple[int, Any, str]:
        """Status, body and Location."""
        status, said, location = (*self._route(method, path.rstrip("/") or "/", query, body), "")[:3]
        return status, self.manner.problem(status, said) if status >= 400 else said, location

    def _route(self, method: str, path: str, query: Json, body: Json) -> tuple[Any, ...]:
        one = re.fullmatch(r"/contacts/(\d+)(/unsubscribe)?", path)
        match method, path:
            case "GET", "/":
                return 200, {"user": {"email": "owner@example.be", "name": "Owner"}}
            case "GET", "/account-contact-languages":
                return self._languages()
            case "GET", "/sources":
                return 200, self._page([{"id": 9, "name": "Admin"}], query)
            case "GET", "/custom-fields":
                return 200, self._page([{"id": "f-1", "type": "free_text", "placeholder": "software", "name": "Software"}], {})
            case "GET", "/contacts":
                wanted = query.get("email") if self.manner.filters else None
                return 200, self._page(
                    [self._shown(each) for email, each in self.active().items() if wanted in {None, email}], query
                )
            case "POST", "/contacts":
                return self._create(body)
            case _ if one and int(one[1]) in self.contacts.keys() - self.left:
                return self._one(method, int(one[1]), body, leaves=bool(one[2]))
        return 404, "Not found"

    def _create(self, body: Json) -> tuple[Any, ...]:
        if not {"email", "language", "source"} <= body.keys() or body["email"] != body["email"].lower() or body["source"] != 9:
            return 400, "Invalid contact"
        if body["email"] in self.blacklist:
            return self.manner.blacklisted
        if any(each["email"] == body["email"] for each in self.contacts.values()):
            return 409, "Contact already exists"
        number = self.add(**{key: value for key, value in body.items() if key != "source"})
        told = {"id": str(number) if self.manner.text_ids else number}
        by = self.manner.created_by
        return 201, told if by in {"both", "body"} else None, f"/contacts/{number}" if by in {"both", "location"} else ""

    def _one(self, method: str, number: int, body: Json, *, leaves: bool) -> tuple[Any, ...]:
        contact = self.contacts[number]
        if method == "GET":
            return 200, self._shown(contact)
        if leaves:
            self.left.add(number)
            if self.manner.overtaken:
                return 409, "Contact is already unsubscribed"
        elif method == "PATCH":
            contact.update(body | {"custom_fields": {**contact.get("custom_fields", {}), **body.get("custom_fields", {})}})
        elif body["email"] in self.active().keys() - {contact["email"]}:
            return 409, "Contact already exists"
        else:
            contact.update(body)
        return self.manner.changed, None if self.manner.changed == 204 else self._shown(contact)

    def _languages(self) -> tuple[Any, ...]:
        if self.manner.languages == "absent":
            return 404, "Not found"
        objects = self.manner.languages == "objects"
        return 200, {"languages": [{"code": code, "name": code.upper()} if objects else code for code in ("nl", "fr")]}

    def _shown(self, contact: Json) -> Json:
        shown = dict(contact)
        if not shown.get("custom_fields"):
            empty: Json = {"object": {}, "list": [], "null": None}
            shown.pop("custom_fields", None)
            shown |= {"custom_fields": empty[self.manner.custom_fields]} if self.manner.custom_fields in empty else {}
        return shown | ({"id": str(shown["id"])} if self.manner.text_ids else {})

    def _page(self, items: list[Json], query: Json) -> Json:
        offset, limit = int(query.get("offset", 0)), int(query.get("limit", 25))
        rows = items[offset : offset + limit]
        page: Json = {"_links": {"self": {"href": "/"}}} | ({"total": len(items)} if self.manner.totals else {})
        return page | ({"_embedded": {"item": rows} if rows else {}} if rows or self.manner.empty_embedded else {})


class Handler(BaseHTTPRequestHandler):
    """Basic auth, JSON in, HAL out."""

    flexmail: Flexmail

    def answer(self) -> None:
        """Any method."""
        parts = urlsplit(self.path)
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        login = "Basic " + b64encode(f"{ACCOUNT_ID}:{TOKEN}".encode()).decode()
        self.flexmail.called.set()
        self.flexmail.open.wait(30)
        with self.flexmail.lock:
            self.flexmail.calls.append((self.command, parts.path))
            if self.headers.get("Authorization") == login:
                query = {key: values[0] for key, values in parse_qs(parts.query).items()}
                status, body, location = self.flexmail.answer(self.command, parts.path, query, json.loads(content or b"{}"))
            else:
                status, body, location = 401, self.flexmail.manner.problem(401, "Bad credentials"), ""
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Type", "application/hal+json")
        self.end_headers()
        if body is not None:
            self.wfile.write(body.encode() if isinstance(body, str) else json.dumps(body).encode())

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815 - the names that http.server looks for

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(manner: Manner | None = None) -> Iterator[Flexmail]:
    """An account on loopback."""
    flexmail = Flexmail(manner or Manner())
    flexmail.open.set()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"flexmail": flexmail}))
    flexmail.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield flexmail
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

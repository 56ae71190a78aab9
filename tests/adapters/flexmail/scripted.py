"""Answers of a Flexmail that follows a script, and what was asked of it."""

from collections.abc import Sequence

import httpx
import respx

from flexsync_cli.ports import ContactBody
from tests.adapters.flexmail.fakes import Bench

ADDRESS = "noor+mail@kantoor-voorbeeld.be"
BODY = ContactBody(ADDRESS, "Noor", "Claes", "nl", {"size": 4}, source=7)
SHOWN = {"id": 42, "email": ADDRESS, "first_name": "Noor", "name": "Claes", "language": "nl", "custom_fields": {"size": 4}}


def ok(data: object, status: int = 200, location: str = "") -> httpx.Response:
    return httpx.Response(status, json=data, headers={"Location": location} if location else {})


def listing(*items: object, total: int | None = None) -> httpx.Response:
    envelope = {} if total is None else {"total": total}
    return ok({**envelope, **({"_embedded": {"item": list(items)}} if items else {})})


def script(*replies: httpx.Response | type[Exception]) -> respx.Route:
    return respx.route(host="api.flexmail.example").mock(side_effect=list(replies))


def rows(ids: Sequence[int]) -> list[object]:
    return [{"id": key, "email": f"c{key}@kantoor-voorbeeld.be"} for key in ids]


def methods(bench: Bench) -> list[str]:
    return [f"{method} {path}" for method, path, _ in bench.ledger.seen]

"""Answers in HAL, and how a handler is bound to a route."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from flexsync_cli.sandbox.problems import Problem
from flexsync_cli.sandbox.store import Store

HAL = "application/hal+json"
PROBLEM = "application/problem+json"
MAX_LIMIT = 500

Body: TypeAlias = dict[str, object]
Handler: TypeAlias = Callable[[Request, object], Response]


def document(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    body = json.dumps(content, ensure_ascii=False).encode()
    return Response(body, status, headers, media_type=HAL)


def nothing() -> Response:
    """Done, and no more to say."""
    return Response(status_code=204)


def refusal(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """A problem document."""
    content = {"title": problem.title, "status": problem.status, "detail": problem.detail}
    return Response(json.dumps(content), problem.status, headers, media_type=PROBLEM)


def linked(item: Mapping[str, object], href: str, **more: str) -> Body:
    """The item with its own address, and others; all relative."""
    hrefs = {"self": href, **more}
    return {**item, "_links": {name: {"href": target} for name, target in hrefs.items()}}


def collection(items: Sequence[Body], **envelope: object) -> Response:
    """A list in its envelope; without rows `_embedded` is left out altogether."""
    return document({**envelope, **({"_embedded": {"item": list(items)}} if items else {})})


def window(request: Request) -> tuple[int, int]:
    """The page that is asked: offset and limit, in records."""
    limit = _number(request, "limit", 25, 1, MAX_LIMIT)
    return _number(request, "offset", 0, 0, None), limit


def page(request: Request, rows: Sequence[Body]) -> Response:
    """One page of a list that is at hand whole."""
    offset, limit = window(request)
    return collection(rows[offset : offset + limit], total=len(rows), limit=limit, offset=offset)


def members(body: object) -> Body:
    """The body as an object."""
    if not isinstance(body, dict):
        raise Problem(400, "Bad Request", "The request body must be a JSON object.")
    return body


def route(store: Store, method: str, path: str, handler: Handler) -> Route:
    """Bind a handler, which runs while the store is locked; a Problem that it raises becomes the answer."""

    async def endpoint(request: Request) -> Response:
        raw = await request.body()
        with store.lock:
            try:
                return handler(request, _json(raw))
            except Problem as problem:
                return refusal(problem)

    return Route(path, endpoint, methods=[method])


def _json(raw: bytes) -> object:
    if not raw:
        return None
    try:
        return json.loads(raw)
    except ValueError:
        raise Problem(400, "Bad Request", "The request body is not valid JSON.") from None


def _number(request: Request, name: str, default: int, least: int, most: int | None) -> int:
    text = request.query_params.get(name, str(default))
    if not text.isdecimal() or int(text) < least or (most is not None and int(text) > most):
        raise Problem(400, "Bad Request", f'The query parameter "{name}" is not valid.')
    return int(text)

"""The control side over HTTP, for whoever runs the sandbox in another process. Loopback only, no login, not in the log."""

import dataclasses
import json
from collections.abc import Mapping
from datetime import datetime
from typing import cast

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from flexsync_cli.sandbox.control import Control
from flexsync_cli.sandbox.door import CONTROL
from flexsync_cli.sandbox.faults import KINDS
from flexsync_cli.sandbox.problems import Problem

# What may be asked by `POST /_control/NAME`, its arguments as a JSON object.
ACTIONS = frozenset(
    {
        *("unsubscribe", "complain", "click", "read", "bounce", "opt_in", "change_profile", "contact"),
        *("add_contact", "edit_contact", "set_state", "delete", "blacklist", "reactivate", "merge"),
        *("add_source", "add_custom_field", "rename_custom_field", "delete_custom_field", "set_options"),
        *("add_interest", "give_interest", "take_interest", "set_languages", "set_contact_limit"),
        *("send_campaign", "draft_campaign", "fault", "clear_faults", "reset_calls", "counts"),
        *("finish_imports", "fail_imports", "contacts", "set_clock", "advance"),
    }
)
_MOMENTS = ("at", "moment")


def control_routes(control: Control) -> list[Route]:
    """`POST /_control/NAME` acts; `GET /_control/calls` and `/_control/writes` read; `PATCH /_control/quirks` sets switches."""

    async def act(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in ACTIONS:
            return _json({"error": f"no such action: {name}"}, 404)
        try:
            return _json(getattr(control, name)(**_arguments(await _body(request))))
        except (KeyError, ValueError, TypeError, Problem) as error:
            return _json({"error": repr(error)}, 400)

    async def calls(_request: Request) -> Response:
        return _json(control.calls)

    async def writes(_request: Request) -> Response:
        return _json(control.writes)

    async def quirks(request: Request) -> Response:
        body = await _body(request)
        if unknown := [name for name in body if not hasattr(control.quirks, name)]:
            return _json({"error": f"no such switch: {unknown[0]}"}, 400)
        for name, value in body.items():
            setattr(control.quirks, name, value)
        return _json(control.quirks)

    return [
        Route(f"{CONTROL}/calls", calls, methods=["GET"]),
        Route(f"{CONTROL}/writes", writes, methods=["GET"]),
        Route(f"{CONTROL}/quirks", quirks, methods=["PATCH"]),
        Route(f"{CONTROL}/{{name}}", act, methods=["POST"]),
    ]


async def _body(request: Request) -> Mapping[str, object]:
    raw = await request.body()
    return cast("Mapping[str, object]", json.loads(raw)) if raw else {}


def _arguments(body: Mapping[str, object]) -> dict[str, object]:
    if body.get("kind") is not None and "match" in body and body["kind"] not in KINDS:
        raise ValueError(body["kind"])
    return {name: datetime.fromisoformat(str(value)) if name in _MOMENTS and value else value for name, value in body.items()}


def _json(content: object, status: int = 200) -> Response:
    return Response(json.dumps(content, default=_plain), status, media_type="application/json")


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {held.name: getattr(value, held.name) for held in dataclasses.fields(value) if held.repr}
    return str(value)

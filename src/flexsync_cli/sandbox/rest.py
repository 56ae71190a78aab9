"""The REST interface: its routes, and who may use them."""

import base64
import binascii

from starlette.requests import Request
from starlette.routing import Route

from flexsync_cli.sandbox.imports import Imports
from flexsync_cli.sandbox.model import Account
from flexsync_cli.sandbox.rest_account import AccountRoutes
from flexsync_cli.sandbox.rest_contacts import ContactRoutes
from flexsync_cli.sandbox.rest_imports import ImportRoutes
from flexsync_cli.sandbox.store import Store


def rest_routes(store: Store, imports: Imports) -> list[Route]:
    """All routes; `/contacts/imports` before `/contacts/{id}`."""
    return [*ImportRoutes(store, imports).routes(), *ContactRoutes(store).routes(), *AccountRoutes(store).routes()]


def may_enter(request: Request, account: Account) -> bool:
    """Whether the Basic credentials are the account's number, without its "D-", and its token."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        given = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return False
    return scheme.lower() == "basic" and given == f"{account.id}:{account.token}"

"""The SOAP interface: who may use it, and which function serves which operation."""

from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from flexsync_cli.sandbox.soap_campaigns import campaign_history, campaigns
from flexsync_cli.sandbox.soap_contacts import email_addresses, mailing_lists
from flexsync_cli.sandbox.soap_events import bounces, profile_updates, subscriptions, unsubscriptions
from flexsync_cli.sandbox.soap_request import SoapError, SoapRequest
from flexsync_cli.sandbox.soap_wire import SOAP_PATH, Encodable, Malformed, Struct, decode, envelope, fault_envelope
from flexsync_cli.sandbox.store import Store

_AUTHENTICATION = SoapError(220, "Authentication error, see header object for detailed information")
_SERVED = SoapError(0, "")

OPERATIONS: Mapping[str, Callable[[SoapRequest], Mapping[str, Encodable]]] = {
    "GetMailingLists": mailing_lists,
    "GetEmailAddresses": email_addresses,
    "GetUnsubscriptions": unsubscriptions,
    "GetSubscriptions": subscriptions,
    "GetProfileUpdates": profile_updates,
    "GetBounces": bounces,
    "GetCampaigns": campaigns,
    "GetCampaignHistory": campaign_history,
}


def soap_route(store: Store) -> Route:
    """The one address of all operations."""

    async def endpoint(request: Request) -> Response:
        body = await request.body()
        with store.lock:
            status, answer = _answer(store, body)
        return Response(answer, status, media_type="text/xml; charset=utf-8")

    return Route(SOAP_PATH, endpoint, methods=["POST"])


def _answer(store: Store, body: bytes) -> tuple[int, bytes]:
    try:
        operation, members = decode(body)
    except Malformed:
        return 500, fault_envelope("Client", "Bad Request")
    if operation not in OPERATIONS:
        return 500, fault_envelope("Client", f"Procedure '{operation}' not present")
    request = SoapRequest(store, members)
    refused = _refused(request)
    error, content = (_AUTHENTICATION, {}) if refused else _served(operation, request)
    answer = {"header": _header(request, refused or _SERVED), "errorCode": error.code, "errorMessage": error.message, **content}
    return 200, envelope(operation, Struct(f"{operation}Resp", answer), multi_ref=store.quirks.multi_ref)


def _served(operation: str, request: SoapRequest) -> tuple[SoapError, Mapping[str, Encodable]]:
    try:
        return _SERVED, OPERATIONS[operation](request)
    except SoapError as error:
        return error, {}


def _header(request: SoapRequest, result: SoapError) -> Struct:
    stamp = request.times.write(request.store.clock.now())
    return Struct("APIResponseHeader", {"errorCode": result.code, "errorMessage": result.message, "timestamp": stamp})


def _refused(request: SoapRequest) -> SoapError | None:
    """What is wrong with the credentials: SOAP has its own token, in the request itself."""
    header = SoapRequest(request.store, request.struct("header") or {})
    account = request.store.account
    if not header.text("userId"):
        return SoapError(201, "User ID is mandatory")
    if header.number("userId") != account.id:
        return SoapError(202, "User ID is invalid")
    if not header.text("userToken"):
        return SoapError(203, "User Token is mandatory")
    if request.store.quirks.soap_address_refused:
        return SoapError(204, "IP Address is not connectable")
    return None if header.text("userToken") == account.soap_token else SoapError(205, "Invalid token")

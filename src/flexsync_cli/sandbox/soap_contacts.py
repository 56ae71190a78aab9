"""SOAP's lists, and contacts in any state."""

from collections.abc import Iterator, Mapping

from flexsync_cli.sandbox.model import Contact, State
from flexsync_cli.sandbox.soap_request import SoapError, SoapRequest
from flexsync_cli.sandbox.soap_wire import Array, Decoded, Encodable, Struct

_SELECTORS = ("emailAddressTypeItems", "mailingListIds", "groupIds", "preferenceIds")


def mailing_lists(request: SoapRequest) -> dict[str, Encodable]:
    """One item of type "list" and segments; of an account that was never converted several lists, none of that type."""
    converted = request.store.quirks.converted
    kinds = [(list_id, "list" if converted else "mailinglist") for list_id in request.list_ids()]
    if converted:
        kinds.insert(0, (request.store.account.database_id + 100, "segment"))
    items = [_mailing_list(request, list_id, kind) for list_id, kind in kinds]
    return {"mailingListTypeItems": Array("MailingListType", items)}


def email_addresses(request: SoapRequest) -> dict[str, Encodable]:
    """Contacts of a list, in pages if asked so, or those that are named one by one."""
    if all(request.array(name) is None for name in _SELECTORS):
        raise SoapError(226, "Either emailAddressTypeItems, mailingListIds, groupIds or preferenceIds is mandatory")
    lists = request.array("mailingListIds") or []
    if any(list_id not in [str(known) for known in request.list_ids()] for list_id in lists):
        raise SoapError(221, "Invalid mailing list id")
    if request.array("groupIds"):
        raise SoapError(222, "Invalid group id")
    named = request.array("emailAddressTypeItems")
    rows = (
        [request.contact(held) for held in _page(request, _in_states(request))] if named is None else _lookups(request, named)
    )
    return {"emailAddressTypeItems": Array("EmailAddressType", rows)}


def _mailing_list(request: SoapRequest, list_id: int, kind: str) -> Struct:
    members: dict[str, Encodable] = {
        "categoryId": 1,
        "mailingListId": list_id,
        "mailingListName": f"{kind} {list_id}",
        "mailingListLanguage": "nl",
        "mailingListCount": len(request.store.listing),
        "mailingListType": kind,
    }
    return Struct("MailingListType", members)


def _in_states(request: SoapRequest) -> list[Contact]:
    """Everybody in the states that are asked: active ones, if none are named."""
    states = request.array("states") or [State.ACTIVE.value]
    return [contact for contact in request.store.contacts.values() if contact.state.value in states]


def _page(request: SoapRequest, contacts: list[Contact]) -> list[Contact]:
    ordered = _ordered(request, contacts)
    limit = request.struct("limit")
    if limit is None:
        return ordered
    # More than the server gives is not refused: the page is just shorter than asked.
    items = min(_number(limit, "items"), request.store.quirks.soap_page)
    first = (_number(limit, "page") - 1) * items
    return ordered[first : first + items]


def _number(members: Mapping[str, Decoded], name: str) -> int:
    text = members.get(name, "")
    if not isinstance(text, str) or not text.isdecimal() or text == "0":
        raise SoapError(227, "Invalid limit")
    return int(text)


def _ordered(request: SoapRequest, contacts: list[Contact]) -> list[Contact]:
    order = request.struct("order") or {}
    keys = {
        "CreateTime": lambda contact: contact.created_at.isoformat(),
        "UpdateTime": lambda contact: contact.updated_at.isoformat(),
        "EmailAddress": lambda contact: contact.email,
    }
    key = keys.get(str(order.get("orderBy", "")))
    if key is None:
        return contacts[::-1]
    return sorted(contacts, key=key, reverse=order.get("orderDirection") == "DESC")


def _lookups(request: SoapRequest, named: list[Decoded]) -> list[Struct]:
    held = _in_states(request)
    by_id = {str(contact.id): contact for contact in held}
    by_address: dict[str, list[Contact]] = {}
    for contact in held:
        by_address.setdefault(contact.email, []).append(contact)
    return [row for item in named if isinstance(item, dict) for row in _lookup(request, item, by_id, by_address)]


def _lookup(
    request: SoapRequest, item: dict[str, Decoded], by_id: dict[str, Contact], by_address: dict[str, list[Contact]]
) -> Iterator[Struct]:
    """Every contact that an item names: at one address a deleted one may stand beside its successor."""
    flexmail_id, address = str(item.get("flexmailId", "")), str(item.get("emailAddress", ""))
    found = [by_id[flexmail_id]] if flexmail_id in by_id else [] if flexmail_id else by_address.get(address, [])
    yield from (request.contact(contact) for contact in found)
    if not found:
        code, message = (223, "Invalid flexmail id") if flexmail_id else (225, "Invalid flexmail or reference id")
        echoed: dict[str, Encodable] = {"flexmailId": flexmail_id or None, "emailAddress": address or None}
        yield Struct("EmailAddressType", {**echoed, "errorCode": code, "errorMessage": message})

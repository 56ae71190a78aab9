"""One SOAP request: its members, and the errors that services answer with."""

from collections.abc import Mapping

from flexsync_cli.sandbox.model import Contact
from flexsync_cli.sandbox.soap_times import Times
from flexsync_cli.sandbox.soap_wire import Array, Decoded, Struct
from flexsync_cli.sandbox.store import Store


class SoapError(Exception):
    """A service's own error: HTTP 200 and a code in the body. The codes are not global."""

    def __init__(self, code: int, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(message)


class SoapRequest:
    """What was asked, and what an answer is made with. Made anew for each request, so that objects are shared within it."""

    def __init__(self, store: Store, members: Mapping[str, Decoded]) -> None:
        self.store = store
        self.times = Times(store.quirks)
        self.members = members
        self._structs: dict[int, Struct] = {}

    def text(self, name: str) -> str:
        """A member as text, empty where it is missing."""
        value = self.members.get(name, "")
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> int | None:
        """A member as a number: None where it is missing, -1 where it is none."""
        text = self.text(name)
        return None if not text else int(text) if text.isdecimal() else -1

    def struct(self, name: str) -> dict[str, Decoded] | None:
        """A member as an object."""
        value = self.members.get(name)
        return value if isinstance(value, dict) else None

    def array(self, name: str) -> list[Decoded] | None:
        """A member as an array; None where it is missing."""
        value = self.members.get(name)
        return value if isinstance(value, list) else None

    def list_ids(self) -> list[int]:
        """The ids of all lists: the one database, or the several lists of an account that was never converted."""
        first = self.store.account.database_id
        return [first] if self.store.quirks.converted else [first, first + 1, first + 2]

    def contact(self, contact: Contact) -> Struct:
        """A contact as it is now; the same object however often it is asked."""
        known = self._structs.get(contact.id)
        if known is None:
            known = self._structs[contact.id] = Struct("EmailAddressType", self._members(contact))
        return known

    def _members(self, contact: Contact) -> dict[str, str | int | Array | None]:
        custom = [
            Struct("CustomFieldType", {"variableName": placeholder, "value": _as_text(value)})
            for placeholder, value in contact.custom_fields.items()
        ]
        return {
            "flexmailId": str(contact.id),
            "emailAddress": contact.email,
            "name": contact.first_name or None,
            "surname": contact.name or None,
            "language": contact.language or None,
            "custom": Array("CustomFieldType", custom) if custom else None,
            "state": str(contact.state),
            "mailingListId": self.store.account.database_id,
            "createTime": self.times.write(contact.created_at),
            "updateTime": self.times.write(contact.updated_at),
        }


def _as_text(value: object) -> str:
    if isinstance(value, list):
        return ",".join(value)
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)

"""One Flexmail account in two makes: in memory, and over real HTTP against the sandbox."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

import pytest

from flexsync_cli.adapters.flexmail.http import Door
from flexsync_cli.adapters.flexmail.rest import RestFlexmail
from flexsync_cli.adapters.memory_flexmail import MemoryFlexmail
from flexsync_cli.domain.events import ContactState
from flexsync_cli.domain.model import Contact, ContactId, CustomField, FieldType, Interest, Owner, Source
from flexsync_cli.ports import Flexmail
from tests.adapters.flexmail.fakes import FakeClock, FakeLedger

if TYPE_CHECKING:
    from flexsync_cli.sandbox.serve import Sandbox

OWNER = Owner("eigenaar@kantoor-voorbeeld.be", "Claes", "Noor")
FIELDS = {
    "note": FieldType.FREE_TEXT,
    "staff": FieldType.NUMERIC,
    "since": FieldType.DATE,
    "software": FieldType.MULTIPLE_CHOICE,
}
OPTIONS = ("Exact", "Yuki")


class World(Protocol):
    """An account with the languages nl, fr and en, one source, the custom fields of FIELDS and the interest "Tax"."""

    flexmail: Flexmail

    def add(self, address: str, state: ContactState = ContactState.ACTIVE) -> ContactId:
        """A contact in that state, in Dutch."""

    def limit(self, contacts: int) -> None:
        """Let the account have no more active contacts than that."""

    def without_imports(self) -> None:
        """Let the account take no imports."""


class MemoryWorld:
    def __init__(self) -> None:
        fields = [CustomField(name, name, name, kind) for name, kind in FIELDS.items()]
        interests = [Interest("1f0b2e6c-0000-4000-8000-000000000001", "Tax")]
        self.memory = MemoryFlexmail(sources=[Source(7, "Admin")], custom_fields=fields, interests=interests, owner=OWNER)
        self.flexmail: Flexmail = self.memory

    def add(self, address: str, state: ContactState = ContactState.ACTIVE) -> ContactId:
        return self.memory.hold(Contact(0, address, language="nl"), state)

    def limit(self, contacts: int) -> None:
        self.memory.contact_limit = contacts

    def without_imports(self) -> None:
        self.memory.imports_lack = True


class SandboxWorld:
    def __init__(self, sandbox: "Sandbox", flexmail: RestFlexmail) -> None:
        self.control = sandbox.control
        self.flexmail: Flexmail = flexmail
        for name, kind in FIELDS.items():
            self.control.add_custom_field(name, kind.value, OPTIONS if kind is FieldType.MULTIPLE_CHOICE else ())
        self.control.add_interest("Tax")

    def add(self, address: str, state: ContactState = ContactState.ACTIVE) -> ContactId:
        return self.control.add_contact(address, state=state.value).id

    def limit(self, contacts: int) -> None:
        self.control.set_contact_limit(contacts)

    def without_imports(self) -> None:
        self.control.quirks.imports_status = 404


@contextmanager
def memory_world() -> Iterator[World]:
    yield MemoryWorld()


@contextmanager
def sandbox_world() -> Iterator[World]:
    serve = pytest.importorskip("flexsync_cli.sandbox.serve")
    sandbox: Sandbox
    with serve.Sandbox() as sandbox, Door(FakeLedger(), FakeClock(), per_minute=1000) as door:
        account = sandbox.account
        yield SandboxWorld(sandbox, RestFlexmail(door, base_url=sandbox.url, account_id=account.id, token=account.token))

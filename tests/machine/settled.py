"""Both sides as they were when flexsync had last seen to everything: only what differs since is a reason to write."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from flexsync_cli.sandbox.model import Contact
from tests.machine.stage import Row, Seen


@dataclass
class Settled:
    """`rows` is None where nothing was seen to yet, or the state forgot it. `contacts` are those of the last such run that
    listed them: a change in Flexmail is learnt no sooner."""

    rows: dict[int, Row] | None = None
    contacts: dict[int, Contact] = field(default_factory=dict)
    moment: int = 0

    def forget(self) -> None:
        """From now on everything may be written, until all is seen to again."""
        self.rows = None

    def lose(self) -> None:
        """The state forgot it: a change in Flexmail is learnt by the next listing, whenever it was made."""
        self.rows, self.contacts = None, {}

    def keep(self, seen: Seen, moment: int, *, listed: bool) -> None:
        """A run left nothing to be done."""
        if listed:
            self.contacts = seen.contacts
        self.rows, self.moment = seen.rows, moment

    def differs(self, numbers: Iterable[int], moments: Collection[Seen]) -> bool:
        """Whether one of these relations is another than it was."""
        rows = self.rows or {}
        return any(rows.get(number) != seen.rows.get(number) for number in numbers for seen in moments)

    def moved(self, numbers: Iterable[int], moments: Collection[Seen]) -> bool:
        """Whether one of them is at another address, or is to be mailed now, or no more."""
        rows = self.rows or {}
        return any(_place(rows.get(number)) != _place(seen.rows.get(number)) for number in numbers for seen in moments)

    def differs_there(self, contact_ids: Iterable[int], before: Seen) -> bool:
        """Whether one of these contacts is."""
        return any(_held(self.contacts.get(each)) != _held(before.contacts.get(each)) for each in contact_ids)


def _held(contact: Contact | None) -> object:
    if contact is None:
        return None
    return contact.email, contact.state, contact.name, contact.first_name, contact.language, contact.custom_fields


def _place(row: Row | None) -> object:
    return None if row is None else (row.address, row.ticked, row.active, row.crm_type)

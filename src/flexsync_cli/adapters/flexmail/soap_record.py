"""One struct of an answer, read leniently: every member may be missing, empty or odd."""

from collections.abc import Mapping
from dataclasses import dataclass

from flexsync_cli.errors import FlexmailUnavailable

# Where zeep leaves what our WSDL doesn't know.
UNKNOWN = "_raw_elements"
# The most that Python turns into a number without being asked twice, and more than any id has.
MAX_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Record:
    """Members by name, as zeep read them: text, structs, and lists as a struct with `item`."""

    members: Mapping[str, object]

    def text(self, name: str) -> str:
        """A member's text, trimmed; "" where there is none."""
        value = self.members.get(name)
        return value.strip() if isinstance(value, str) else ""

    def number(self, name: str) -> int | None:
        """A whole number; None where there is none."""
        text = self.text(name)
        return int(text) if text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS else None

    def identity(self, name: str) -> int | None:
        """An id; 0 stands for none."""
        return self.number(name) or None

    def record(self, name: str) -> "Record":
        """A struct; an empty one where there is none."""
        value = self.members.get(name)
        return Record(value) if isinstance(value, Mapping) else Record({})

    def items(self, name: str) -> list["Record"]:
        """The structs of a list, as far as there are any."""
        items = self.record(name).members.get("item")
        return [Record(item) for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []

    def records(self, name: str) -> list["Record"]:
        """The structs of a list. FlexmailUnavailable where it holds anything else: it must not pass for an empty one."""
        records = self.items(name)
        if self.record(name).members.get(UNKNOWN) or any(record.is_foreign for record in records):
            raise FlexmailUnavailable(
                f"Flexmail's SOAP interface sent a list ({name}) in a form that flexsync doesn't know. "
                "Look for a newer version of flexsync"
            )
        return records

    @property
    def is_foreign(self) -> bool:
        """Whether there is something in it, and nothing that we know."""
        known = (value for name, value in self.members.items() if name != UNKNOWN)
        return bool(self.members.get(UNKNOWN)) and all(value is None for value in known)

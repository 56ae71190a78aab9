"""The reasons for what is written to Admin: what persons did, and when the office had its hand on a relation."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person changed of its own data; `agreed` is the last moment at which both sides were in step."""

    contact: int
    address: str
    name: str
    at: int
    agreed: int


@dataclass
class Deeds:
    """Moments are the model's."""

    edited: dict[int, int] = field(default_factory=dict)  # the office's last hand on anything of a relation
    unticked: dict[int, int] = field(default_factory=dict)  # the office's last untick of one, or its entry without a tick
    profiles: dict[int, Profile] = field(default_factory=dict)  # of each contact the last
    moved: set[int] = field(default_factory=set)  # contacts whose address was changed in Flexmail
    opted_in: dict[str, tuple[int, int]] = field(default_factory=dict)  # of each address the last: contact, and when
    bad: dict[str, int] = field(default_factory=dict)  # addresses that Flexmail said are wrong (5.1.x)
    blocked: dict[str, int] = field(default_factory=dict)  # addresses that the staff blacklisted
    excused: int = 0  # what happened until then need not come to Admin
    listens: int | None = None  # since when subscriptions and profiles are read into this state
    written: set[int] = field(default_factory=set)  # contacts that runs wrote to since the copy of the state was made
    forgotten: set[int] = field(default_factory=set)  # those of which this state knows nothing: as if persons had done it

    def edit(self, numbers: Iterable[int], at: int) -> None:
        """The office changed something of these."""
        self.edited.update(dict.fromkeys(numbers, at))

    def forget(self) -> None:
        """The state that knew what runs wrote is gone."""
        self.forgotten |= self.written
        self.listens = None

    def untick(self, number: int, at: int) -> None:
        """The office wants this one to be mailed no more."""
        self.unticked[number] = at
        self.edit([number], at)

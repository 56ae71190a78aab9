"""What flexsync must know of who said no: told from what both worlds showed to its runs, never from what it wrote down."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from flexsync_cli.sandbox.model import State
from tests.machine.eligibility import eligible
from tests.machine.stage import Seen, Stage


@dataclass
class Shown:
    """`noes` has the moment at which an address's no was there to be learnt; `linked` the contacts that a run saw to, at the
    address that both sides had. A copy of the state knows what it knew when it was made."""

    noes: dict[str, int] = field(default_factory=dict)
    linked: dict[int, str] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)

    def lose(self) -> None:
        """The state is new: it has seen nothing yet."""
        self.noes, self.linked = {}, {}

    def keep(self) -> None:
        """A copy of the state was made."""
        self.kept = self.noes.copy()

    def put_back(self) -> None:
        """The copy is the state now; whom it has linked is seen by the next run that sees to all."""
        self.noes, self.linked = self.kept.copy(), {}

    def is_gone(self, contact_id: int, address: str, moments: Sequence[Seen]) -> bool:
        """Whether a listing lacked somebody who was linked, and had nobody else at the address."""
        there = [item for seen in moments for item in _active(seen).items()]
        shown = any(number == contact_id or at == address for number, at in there)
        return self.linked.get(contact_id) == address and not shown

    def link(self, stage: Stage, moments: Sequence[Seen], *, all_seen_to: bool) -> None:
        """Whom a run left linked: those of before whose address is still to be mailed, and all if it saw to all."""
        held = self.linked | (_seen_to(moments) if all_seen_to else {})
        self.linked = {
            number: address for number, address in held.items() if all(eligible(stage, seen, address) for seen in moments)
        }


def _seen_to(moments: Sequence[Seen]) -> dict[int, str]:
    """Who is active there now, and was so at the same address, or is new: then it came by the run, which nothing disturbed."""
    before, after = _active(moments[0]), _active(moments[-1])
    old = moments[0].contacts
    return {number: address for number, address in after.items() if before.get(number) == address or number not in old}


def _active(seen: Seen) -> dict[int, str]:
    return {each.id: each.email for each in seen.contacts.values() if each.state is State.ACTIVE}

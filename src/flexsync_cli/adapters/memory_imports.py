"""Contact imports of the Flexmail in memory."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field

from flexsync_cli.errors import AlreadyExists, NoImports, Refused
from flexsync_cli.ports import ContactBody, ImportState

CONFLICT = 409
MISSING = 404


@dataclass(slots=True)
class HeldImport:
    """One import and what became of its records; `polls` is how often it is asked for until it is done."""

    bodies: list[ContactBody] = field(default_factory=list)
    started: bool = False
    polls: int = 2
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("added", "updated", "ignored"), 0))


class MemoryImports:
    """Imports that are done at their second poll. `imports_lack` makes an account that has none."""

    def __init__(self) -> None:
        self.imports_lack = False
        self._imports: dict[str, HeldImport] = {}

    def open_import(self, import_id: str) -> None:
        """Begin one; one of that id that is there already will do."""
        if self.imports_lack:
            raise NoImports(MISSING)
        self._imports.setdefault(import_id, HeldImport())

    def fill_import(self, import_id: str, bodies: Sequence[ContactBody]) -> None:
        """Add records to it."""
        self._of(import_id).bodies.extend(bodies)

    def start_import(self, import_id: str) -> None:
        """Have it carried out, unless another one is."""
        held = self._of(import_id)
        if any(other.started and other.polls for other in self._imports.values() if other is not held):
            raise AlreadyExists(CONFLICT)
        held.started = True

    def import_state(self, import_id: str) -> ImportState | None:
        """How far it is: being asked carries it out."""
        held = self._imports.get(import_id)
        if held is None:
            return None
        if held.started and held.polls:
            held.polls -= 1
            if not held.polls:
                self._carry_out(held)
        added, updated, ignored = (held.counts[name] for name in ("added", "updated", "ignored"))
        return ImportState(held.started, held.started and not held.polls, added, updated, ignored)

    def _of(self, import_id: str) -> HeldImport:
        held = self._imports.get(import_id)
        if held is None:
            raise NoImports(MISSING)
        return held

    def _carry_out(self, held: HeldImport) -> None:
        for body in held.bodies:
            try:
                held.counts[self._take(body)] += 1
            except Refused:
                held.counts["ignored"] += 1

    @abstractmethod
    def _take(self, body: ContactBody) -> str:
        """Create or change a contact as a record says: "added", "updated" or "ignored"."""

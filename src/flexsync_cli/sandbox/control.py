"""The control side: acts as persons and staff, orders faults, reads the log."""

from collections import Counter
from datetime import datetime

from flexsync_cli.sandbox.calls import Call
from flexsync_cli.sandbox.door import Door, Hook
from flexsync_cli.sandbox.faults import Fault, FaultKind, Faults
from flexsync_cli.sandbox.imports import Imports
from flexsync_cli.sandbox.model import Contact, State
from flexsync_cli.sandbox.quirks import Quirks
from flexsync_cli.sandbox.staff import Staff
from flexsync_cli.sandbox.store import Store


class Control(Staff):
    """Everything a test or the demo does to a sandbox from outside. Safe in any thread."""

    def __init__(self, store: Store, door: Door, imports: Imports) -> None:
        super().__init__(store)
        self._door = door
        self._imports = imports

    @property
    def quirks(self) -> Quirks:
        """The switches, to be set."""
        return self.store.quirks

    @property
    def faults(self) -> Faults:
        """All orders of faults."""
        return self._door.faults

    def fault(
        self,
        kind: FaultKind,
        match: str = "*",
        times: int | None = 1,
        *,
        skip: int = 0,
        effect: bool = False,
        status: int = 503,
        seconds: float = 0.2,
        probability: float = 1.0,
        seed: int = 0,
    ) -> Fault:
        """Order one; see Fault."""
        order = Fault(kind, match, times, skip, effect, status, seconds, probability, seed)
        with self.store.lock:
            self.faults.order(order)
        return order

    def clear_faults(self) -> None:
        """Withdraw all orders."""
        with self.store.lock:
            self.faults.clear()

    @property
    def calls(self) -> list[Call]:
        """Every call since the last reset, in order."""
        with self.store.lock:
            return list(self._door.log.calls)

    @property
    def writes(self) -> list[Call]:
        """The calls that asked for a change, refused ones too."""
        with self.store.lock:
            return self._door.log.writes

    def counts(self) -> Counter[str]:
        """How many calls there were of each operation."""
        with self.store.lock:
            return self._door.log.counts()

    def reset_calls(self) -> None:
        """Forget the calls and empty the rolling minute."""
        with self.store.lock:
            self._door.log.reset()
            self._door.limit.reset()

    def on_effect(self, hook: Hook) -> None:
        """Call `hook` in the server's thread before and after what each call brings about; it may act on this control."""
        self._door.hooks.append(hook)

    def clear_hooks(self) -> None:
        """Forget all hooks."""
        self._door.hooks.clear()

    def finish_imports(self) -> None:
        """Carry out all queued imports now."""
        with self.store.lock:
            for held in self._imports.queued():
                self._imports.complete(held)

    def fail_imports(self, message: str = "Ordered") -> None:
        """Let all queued imports fail, with nothing done."""
        with self.store.lock:
            for held in self._imports.queued():
                held.status, held.message = "failed", message

    def contacts(self, state: State | str | None = None) -> list[Contact]:
        """All contacts by id, of one state if given, deleted ones too."""
        with self.store.lock:
            return [contact for contact in self.store.contacts.values() if state in (None, contact.state)]

    def addresses(self, state: State | str = State.ACTIVE) -> set[str]:
        """The addresses in one state."""
        return {contact.email for contact in self.contacts(state)}

    def set_clock(self, moment: datetime) -> None:
        """Make it `moment` now."""
        with self.store.lock:
            self.store.clock.set(moment)

    def advance(self, seconds: float) -> None:
        """Let that much time pass."""
        with self.store.lock:
            self.store.clock.advance(seconds)

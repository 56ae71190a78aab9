"""Faults to order: which call goes wrong, and how."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from random import Random
from typing import Literal, TypeAlias, get_args

from flexsync_cli.sandbox.calls import Call

# What the client gets:
# status   the answer is `status`: 429, 500, 502, 503, or any other
# html     200 and a web page        garbage  200 and bytes that are neither JSON nor XML
# truncated  the answer, cut in half, its length as announced
# slow     the answer in small parts over `seconds`
# drop     no answer: the connection is reset at once      hang  it is closed after `seconds`, or when the client gives up
# soap_fault  500 and a SOAP fault
FaultKind: TypeAlias = Literal["status", "html", "garbage", "truncated", "slow", "drop", "hang", "soap_fault"]
KINDS: tuple[FaultKind, ...] = get_args(FaultKind)
# These need an answer to spoil, so the effect always takes place.
AFTER = frozenset({"truncated", "slow"})


@dataclass(slots=True)
class Fault:
    """One order. `match` is a pattern of an operation ("GetBounces", "POST /contacts") or of method and path.

    The first `skip` calls that match go well; then `times` of them fail (None = all), each with `probability`.
    `effect` says whether what was asked takes place although the answer says otherwise.
    """

    kind: FaultKind
    match: str = "*"
    times: int | None = 1
    skip: int = 0
    effect: bool = False
    status: int = 503
    seconds: float = 0.2
    probability: float = 1.0
    seed: int = 0
    random: Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Of probability, each order has its own dice."""
        self.random = Random(self.seed)  # noqa: S311 - dice that repeat, no secret
        self.effect = self.effect or self.kind in AFTER

    def matches(self, call: Call) -> bool:
        """Whether the pattern names this call."""
        return any(fnmatchcase(name, self.match) for name in (call.operation, f"{call.method} {call.path}"))

    def strikes(self) -> bool:
        """Whether a matching call fails now; counts it."""
        if self.times == 0 or (self.skip > 0 and self._let_pass()):
            return False
        if self.probability < 1.0 and self.random.random() >= self.probability:
            return False
        if self.times is not None:
            self.times -= 1
        return True

    def _let_pass(self) -> bool:
        self.skip -= 1
        return True


class Faults:
    """All orders, the oldest first."""

    def __init__(self) -> None:
        self._orders: list[Fault] = []
        self.served = Counter[tuple[FaultKind, int, bool]]()  # by kind, status and effect, since the beginning

    def order(self, *faults: Fault) -> None:
        """Add some."""
        self._orders.extend(faults)

    def clear(self) -> None:
        """Withdraw them all."""
        self._orders.clear()

    def open(self) -> Sequence[Fault]:
        """Those not used up."""
        return [fault for fault in self._orders if fault.times != 0]

    def strike(self, call: Call) -> Fault | None:
        """The fault that this call meets, if any."""
        found = next((fault for fault in self._orders if fault.matches(call) and fault.strikes()), None)
        if found is not None:
            self.served[found.kind, found.status, found.effect] += 1
        return found

"""What a run of mutants comes to: killed, explained, or survived, a module at a time."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.mutation.tool import KILLED, TIMEOUT, Mutant, Survivor

EQUIVALENT = Path(__file__).with_name("equivalent.toml")


@dataclass(frozen=True, slots=True)
class Equivalent:
    """Changes of one line that nobody could notice, and why; `becomes` are the line's mutated forms."""

    function: str
    was: str
    becomes: tuple[str, ...]
    why: str

    def explains(self, survivor: Survivor) -> bool:
        """Whether this survivor is one of them."""
        return (survivor.mutant.function, survivor.was) == (self.function, self.was) and survivor.becomes in self.becomes


def read_equivalents(path: Path = EQUIVALENT) -> list[Equivalent]:
    """All that were looked at and explained."""
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["equivalent"]
    return [Equivalent(each["function"], each["was"], tuple(each["becomes"]), each["why"]) for each in entries]


@dataclass(slots=True)
class Figures:
    """Mutants by module, of each kind; `left` survived, and nobody has explained why."""

    total: Counter[str] = field(default_factory=Counter)
    killed: Counter[str] = field(default_factory=Counter)
    timeouts: Counter[str] = field(default_factory=Counter)
    explained: Counter[str] = field(default_factory=Counter)
    left: list[Survivor] = field(default_factory=list)

    def survived(self, module: str) -> int:
        """How many of this module nobody has noticed or explained."""
        return self.total[module] - self.killed[module] - self.timeouts[module] - self.explained[module]

    def score(self, module: str | None = None) -> float:
        """Per cent that was noticed, of the mutants that anybody could notice."""
        modules = [module] if module else list(self.total)
        noticeable = sum(self.total[each] - self.explained[each] for each in modules)
        noticed = sum(self.killed[each] + self.timeouts[each] for each in modules)
        return 100 * noticed / noticeable if noticeable else 100.0

    def failures(self, modules: Sequence[str] = ()) -> list[str]:
        """What is less than promised: each mutant noticed or explained, and some in each module that was asked for."""
        if not self.total:
            return ["there were no mutants"]
        untried = [f"{module}: no mutants" for module in modules if module not in self.total]
        return untried + [f"{module}: {self.survived(module)} survived" for module in self.total if self.survived(module)]


def figures(mutants: Iterable[Mutant], survivors: Iterable[Survivor], equivalents: Sequence[Equivalent]) -> Figures:
    """Count them."""
    result = Figures()
    for mutant in mutants:
        result.total[mutant.module] += 1
        result.killed[mutant.module] += mutant.status == KILLED
        result.timeouts[mutant.module] += mutant.status == TIMEOUT
    for survivor in survivors:
        if any(equivalent.explains(survivor) for equivalent in equivalents):
            result.explained[survivor.mutant.module] += 1
        else:
            result.left.append(survivor)
    return result


def stale(survivors: Sequence[Survivor], equivalents: Iterable[Equivalent], modules: Sequence[str]) -> list[str]:
    """Explained changes that mutmut no longer makes, or that a test notices by now: the explanation may go."""
    return [
        f"{each.function}: {becomes}"
        for each in equivalents
        for becomes in each.becomes
        if each.function.partition(".")[0] in modules
        and not any(Equivalent(each.function, each.was, (becomes,), "").explains(survivor) for survivor in survivors)
    ]

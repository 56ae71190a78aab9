"""What can happen between runs. Each act is plain data that tells itself as a sentence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from inspect import isfunction

from hypothesis import strategies as st

from tests.machine import acts_crowd, acts_machine, acts_office, acts_people
from tests.machine.drawn import NUMBERS, OFTEN, VALUES, Drawn
from tests.machine.model import Model
from tests.machine.stage import Stage


@dataclass(frozen=True, slots=True)
class Act(Drawn):
    """Something that happens: one of VERBS."""

    verb: str = "wait"

    def do(self, stage: Stage, model: Model) -> str:
        """Do it; the sentence, or "" where it makes no sense now."""
        sentence = VERBS[self.verb](self, stage, model)
        if sentence:
            stage.clock.shift(timedelta(seconds=2))
        return sentence


VERBS: dict[str, Callable[[Drawn, Stage, Model], str]] = {
    name: function
    for acts in (acts_office, acts_crowd, acts_people, acts_machine)
    for name, function in vars(acts).items()
    if isfunction(function) and function.__module__ == acts.__name__ and not name.startswith("_")
}
# What happens most is drawn most.
WEIGHTS = {
    "tick": 4,
    "untick": 4,
    "readdress": 5,
    "enter": 3,
    "rename": 3,
    "software": 3,
    "language": 2,
    "interest": 2,
    "swap": 2,
    "opt_out": 6,
    "opt_out_of_import": 2,
    "opt_in": 3,
    "click": 4,
    "campaign": 3,
    "wait": 3,
    "enter_crowd": 3,
    "rename_crowd": 4,
    "treat_imports": 2,
}


# The machine's own accidents don't happen under a run.
MEANWHILE = tuple(verb for verb in VERBS if verb.partition("_")[0] not in ("lose", "keep", "restore", "observe"))


def acts(among: Sequence[str] = tuple(VERBS)) -> st.SearchStrategy[Act]:
    """Any of them."""
    verbs = [verb for verb in among for _ in range(WEIGHTS.get(verb, 1))]
    return st.builds(
        Act,
        verb=st.sampled_from(verbs),
        who=st.sampled_from(NUMBERS),
        where=st.sampled_from(OFTEN),
        other=st.sampled_from(OFTEN),
        value=st.sampled_from(VALUES),
    )

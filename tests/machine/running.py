"""One run of flexsync within a history: what is asked of it, what goes wrong meanwhile, and what was seen of it."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from hypothesis import strategies as st

from flexsync_cli.sandbox.calls import Call
from tests.machine.acts import MEANWHILE, Act, acts
from tests.machine.model import Model
from tests.machine.stage import Seen, Stage
from tests.machine.wire import Killed, Sent
from tests.scenarios.world import Result

# kind, status, whether what was asked takes place
WEATHER = (
    ("status", 429, False),
    ("status", 503, False),
    ("status", 503, True),
    ("html", 0, True),
    ("garbage", 0, False),
    ("truncated", 0, True),
    ("drop", 0, False),
    ("drop", 0, True),
    ("slow", 0, True),
    ("hang", 0, True),  # until flexsync gives up
    ("soap_fault", 0, False),
)
COMMANDS = {
    "run": ("run", "--json"),
    "push": ("push", "--json"),
    "only": ("push", "--json", "--only"),
    "retry": ("push", "--json", "--retry-parked"),
    "opt-outs": ("pull-unsubscribes", "--json"),
    "dry": ("run", "--dry-run", "--json"),
    "plan": ("plan", "--json"),
    "contacts": ("pull-contacts", "--json"),
    "bounces": ("bounces", "--json"),
    "clicks": ("pull-clicks", "--json"),
}
NEEDS_SOAP = frozenset({"bounces", "clicks"})
READING = frozenset({"dry", "plan"})


@dataclass(frozen=True, slots=True)
class Trouble:
    """What goes wrong in a run: nothing, faults in three of ten answers, a kill at effect `at`, or a second run or an act
    before call `at`."""

    kind: str = "none"
    at: int = 1
    act: Act | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A command, or an approval, or a consent; `again` asks for a second one right after it."""

    command: str = "run"
    trouble: Trouble = field(default_factory=Trouble)
    again: bool = False
    where: str = ""

    @property
    def calm(self) -> bool:
        """Whether nothing goes wrong."""
        return self.trouble.kind == "none"


@dataclass(frozen=True, slots=True)
class Done:
    """What was seen of a run. `run` has the trouble that came about, or none; `result` is None where it was killed; `calls` are
    those that reached the sandbox."""

    run: Run
    moment: int
    started: datetime
    before: Seen
    after: Seen
    result: Result | None
    sent: Sequence[Sent]
    calls: Sequence[Call]
    months: Sequence[str]  # in which each call was made, as this machine's clock said
    ledgers: tuple[int, int]
    until: Seen | None = None  # right before what happened meanwhile
    during: Seen | None = None  # ... and right after
    twin: Result | None = None
    observed: bool = False  # it was to look only
    importing: bool = False  # an import was under way, before or after
    outcome: str = ""

    @property
    def moments(self) -> Sequence[Seen]:
        """Both sides as they were at every moment that was seen."""
        return tuple(filter(None, (self.before, self.during, self.after)))

    @property
    def spans(self) -> Sequence[tuple[Seen, Seen]]:
        """From when to when nobody but flexsync did anything."""
        if self.until is None or self.during is None:
            return ((self.before, self.after),)
        return (self.before, self.until), (self.during, self.after)

    @property
    def listed(self) -> bool:
        """Whether Flexmail's contacts were read, all of them."""
        return any(each.operation == "GET /contacts" and "email=" not in each.query for each in self.calls)

    @property
    def read_states(self) -> bool:
        """Whether it was told of everybody who is out, and took it in."""
        asked = any(each.operation == "GetEmailAddresses" for each in self.calls)
        return asked and self.run.calm and self.run.command not in READING and self.finished("opt_outs")

    @property
    def document(self) -> dict[str, Any] | None:
        """Its JSON document, if it printed one."""
        if self.result is None or not self.result.out.lstrip().startswith("{"):
            return None
        return self.result.document

    def finished(self, step: str) -> bool:
        """Whether a step came to its end."""
        steps = (self.document or {}).get("steps", [])
        return any(each["name"] == step and each["error"] is None for each in steps)

    def counts(self, step: str) -> Counter[str]:
        """The counts of a step; all 0 where it did not run."""
        steps = (self.document or {}).get("steps", [])
        return Counter(next((each["counts"] for each in steps if each["name"] == step), {}))


def perform(run: Run, stage: Stage, model: Model, arguments: Sequence[str]) -> Done:
    """Run it, with its trouble."""
    stage.flexmail.reset_calls()
    moment = model.next()
    importing, served = stage.is_importing(), stage.flexmail.faults.served.total()
    before, started, ledger = stage.see(), stage.now(), stage.ledger()
    model.remember(before)
    twins: list[Result] = []
    told: list[str] = []
    seen: list[tuple[Seen, Seen]] = []  # right before what happened meanwhile, and right after
    if run.trouble.kind == "faults":
        _brew(stage, run.trouble.at)

    def interrupt(number: int) -> None:
        if number != run.trouble.at:
            return
        if run.trouble.kind == "twin":
            twins.append(stage.world.run("run", "--json"))
        elif run.trouble.kind == "meanwhile" and run.trouble.act is not None:
            there = stage.see()
            sentence = run.trouble.act.do(stage, model)
            if sentence:
                seen.append((there, stage.see()))
                told.append(f"meanwhile, before call {number}: {sentence}")

    result = None
    with stage.wire.watching(interrupt, run.trouble.at if run.trouble.kind == "kill" else 0), suppress(Killed):
        result = stage.world.run(*arguments)
    stage.flexmail.clear_faults()
    after = stage.see()
    model.remember(after)
    until, during = seen[0] if seen else (None, None)
    came = result is None or twins or seen or stage.flexmail.faults.served.total() > served
    return Done(
        run if came else replace(run, trouble=Trouble()),
        moment,
        started,
        before,
        after,
        result,
        tuple(stage.wire.sent),
        tuple(stage.flexmail.calls),
        tuple(stage.wire.months),
        (ledger, stage.ledger()),
        until,
        during,
        twins[0] if twins else None,
        stage.observes,
        importing or stage.is_importing(),
        "; ".join(told),
    )


def _brew(stage: Stage, seed: int) -> None:
    """Three in ten answers are bad."""
    each = 1 - 0.7 ** (1 / len(WEATHER))
    for number, (kind, status, effect) in enumerate(WEATHER):
        stage.flexmail.fault(
            kind,
            "*",
            None,
            probability=each,
            status=status or 503,
            effect=effect,
            seconds=0.05 if kind == "slow" else 60,
            seed=seed * 100 + number,
        )


def troubles() -> st.SearchStrategy[Trouble]:
    """Mostly none. A quiet run makes three calls or so, and has more effects than that."""
    effect, call = st.integers(1, 24), st.one_of(st.integers(1, 4), st.integers(1, 4), st.integers(1, 24))
    return st.one_of(
        st.just(Trouble()),
        st.just(Trouble()),
        st.just(Trouble()),
        st.builds(Trouble, kind=st.just("kill"), at=effect),
        st.builds(Trouble, kind=st.just("faults"), at=effect),
        st.builds(Trouble, kind=st.just("meanwhile"), at=call, act=acts(MEANWHILE)),
        st.builds(Trouble, kind=st.just("twin"), at=call),
    )


def runs() -> st.SearchStrategy[Run]:
    """Mostly `run`."""
    commands = ("run",) * 9 + (*COMMANDS, "approve", "consent")
    return st.builds(
        Run,
        command=st.sampled_from(commands),
        trouble=troubles(),
        again=st.sampled_from((False, False, True)),
        where=st.sampled_from([f"p{number}@example.be" for number in range(1, 8)]),
    )

"""A history: an office as it was set up, and days of acts that each end in a run. It is played on real parts, and judged."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import strategies as st

from flexsync_cli.sandbox.mailbox import Mailbox
from flexsync_cli.sandbox.serve import Sandbox
from tests.machine.acts import Act, acts
from tests.machine.checks import ENDED, check, check_nothing_more, flags
from tests.machine.checks_out import learn, told_out
from tests.machine.drawn import ADDRESSES
from tests.machine.eligibility import eligible
from tests.machine.ending import check_end
from tests.machine.mails import check_mails, so_far
from tests.machine.model import Model
from tests.machine.running import COMMANDS, NEEDS_SOAP, READING, Done, Run, perform, runs
from tests.machine.setup import Setup, setups
from tests.machine.stage import Stage, staged
from tests.machine.telling import Telling
from tests.machine.wire import Wire, tapped

PATIENCE = 12  # so many runs at the end, until nothing is left to do


@dataclass(frozen=True, slots=True)
class Day:
    """Some acts, and a run."""

    acts: tuple[Act, ...]
    run: Run


@dataclass(frozen=True, slots=True)
class History:
    """All that was drawn; the same data make the same history."""

    setup: Setup
    days: tuple[Day, ...]


@dataclass
class Figures:
    """What was played, for the report."""

    histories: int = 0
    runs: int = 0
    calls: int = 0
    writes: int = 0
    verbs: Counter[str] = field(default_factory=Counter)


def histories() -> st.SearchStrategy[History]:
    """Any of them."""
    days = st.builds(Day, st.lists(acts(), min_size=2, max_size=7).map(tuple), runs())
    return st.builds(History, setups(), st.lists(days, min_size=2, max_size=5).map(tuple))


class Player:
    """Plays histories on one sandbox and one mail box, one after the other."""

    def __init__(self, sandbox: Sandbox, box: Mailbox) -> None:
        self.sandbox = sandbox
        self.box = box
        self.figures = Figures()

    def play(self, history: History) -> None:
        """Play and judge one; an AssertionError tells it as plain sentences."""
        story: list[str] = []
        self.box.mails.clear()
        with staged(history.setup, self.sandbox, self.box, Wire) as stage, tapped(stage.wire):
            try:
                _Playing(stage, self.box, story, self.figures).play(history)
            except Exception as error:
                lines = "\n".join(f"  {number}. {line}" for number, line in enumerate(story, 1))
                error.add_note(f"The history:\n{lines}\n{history!r}")
                raise
        self.figures.histories += 1


class _Playing:
    def __init__(self, stage: Stage, box: Mailbox, story: list[str], figures: Figures) -> None:
        self.stage = stage
        self.box = box
        self.model = Model()
        self.telling = Telling()
        self.story = story
        self.figures = figures

    def play(self, history: History) -> None:
        self.story += history.setup.sentences()
        self._open(history.setup)
        for day in history.days:
            for act in day.acts:
                self._act(act)
            self._day(day.run)
        self._end()

    def _open(self, setup: Setup) -> None:
        for number in range(1, setup.relations + 1):
            self.stage.world.relation(number, ADDRESSES[number - 1], name=f"Name {number}")
        for number in range(1, setup.there + 1):
            self.stage.flexmail.add_contact(ADDRESSES[number - 1], name="There")
        if setup.early:
            self._act(Act(verb="enter_crowd"))
        self.model.remember(self.stage.see())
        if setup.begun:
            self._day(Run())

    def _act(self, act: Act) -> None:
        sentence = act.do(self.stage, self.model)
        self._tell_anew()
        if sentence:
            self.figures.verbs[act.verb] += 1
            self._tell(sentence)

    def _tell_anew(self) -> None:
        if self.model.anew:
            self.telling.begin(len(self.box.mails), so_far(self.stage, self.model, self.telling), len(self.stage.imported()))
            self.model.anew = False

    def _tell(self, sentence: str) -> None:
        self.story.append(f"{self.stage.now():%m-%d %H:%M:%S} {sentence}")

    def _day(self, run: Run) -> None:
        if run.command in NEEDS_SOAP and not self.stage.setup.soap:
            return
        if run.command == "contacts" and not (self.stage.setup.opt_in and self.stage.setup.soap):
            return
        if run.command == "consent":
            self._consent(run)
        elif run.command == "approve":
            self._approve_all(run)
        else:
            arguments = (*COMMANDS[run.command], *((run.where,) if run.command == "only" else ()))
            done = self._run(run, arguments)
            if run.again and (_well(done) or (done.observed and done.run.calm)):
                check_nothing_more(done, self._run(Run(run.command), arguments))
        self.stage.clock.shift(timedelta(minutes=10))

    def _run(self, run: Run, arguments: tuple[str, ...]) -> Done:
        self.stage.clock.shift(timedelta(seconds=1))  # none begins at the very moment at which another ends
        place = len(self.story)
        self._tell(f"flexsync {' '.join(arguments)}{'' if run.calm else f' ({run.trouble.kind} at {run.trouble.at})'}")
        done = perform(run, self.stage, self.model, arguments)
        self.figures.runs += 1
        self.figures.calls += len(done.calls)
        self.figures.writes += len(done.sent)
        self.figures.verbs[f"flexsync {run.command}" if done.run.calm else f"flexsync, {run.trouble.kind}"] += 1
        self.figures.verbs["contact import"] += sum(s.path.endswith("/start") and s.took_place for s in done.sent)
        self.figures.verbs["contact import, left under way"] += self.stage.is_importing()
        written = ", ".join(map(str, done.sent))
        self.story[place] += (
            f" -> {'killed' if done.result is None else done.result.code}: {written or 'no writes'} {done.outcome}"
        )
        learn(self.stage, self.model, done)
        try:
            check(self.stage, self.model, done)
        except AssertionError as error:
            if done.result is not None:
                error.add_note(f"{done.result.out}\n{done.result.err}")
            raise
        self._note(done)
        self.telling.note(done, self.model)
        self._settle_with(done)
        self.model.told_out |= told_out(done)
        if done.observed:
            self.model.excuse_clicks()
            self.model.deeds.excused = self.model.next()
        self.model.root(done.before, done.after)
        for sent in done.sent:
            if sent.kind == "unsubscribe":
                self._left(done, sent.contact)
        if run.command not in READING:
            if self.model.deeds.listens is None and done.finished("contacts"):
                self.model.deeds.listens = done.moment
            made = set(done.after.contacts) - set(done.before.contacts) if done.run.trouble.kind != "meanwhile" else set()
            self.model.run_ended(
                done.moment,
                made,
                outs=done.finished("opt_outs") and not done.observed,
                clicks=done.finished("clicks"),
                well=_well(done) and run.command == "run",
            )
        return done

    def _note(self, done: Done) -> None:
        """What the mails have to tell of."""
        self.model.spent.update(done.months[: len(done.calls)])
        self.model.deeds.written |= {sent.contact for sent in done.sent if sent.contact is not None}
        self.model.added += sum(len(after.rows) - len(before.rows) for before, after in done.spans)
        if done.result is None:
            self.model.untold += done.after.communications - done.before.communications
        elif done.finished("clicks"):
            self.model.untold = 0
        self.model.flags += flags(done, ticked=True) - flags(done, ticked=False)
        if done.run.command not in READING and not done.observed:
            self.model.reads_bounces = self.model.reads_bounces or done.finished("bounces")
        if not done.run.calm:
            addresses = {row.address for row in done.before.rows.values()}
            self.model.may_have_left |= {each for each in addresses if not eligible(self.stage, done.before, each)}

    def _settle_with(self, done: Done) -> None:
        """Whether this run left nothing to be done."""
        all_seen_to = _well(done) and done.run.command == "run" and done.result is not None and done.result.code == 0
        if done.run.command not in READING and not done.observed:
            self.model.shown.link(self.stage, done.moments, all_seen_to=all_seen_to)
        if done.run.command in ("approve", "consent"):
            self.model.settled.forget()
        elif all_seen_to:
            self.model.settled.keep(done.after, done.moment, listed=done.listed)

    def _left(self, done: Done, contact_id: int | None) -> None:
        contact = done.after.contacts.get(contact_id or 0)
        if contact is not None:
            self.model.left.add(contact.email)
            self.model.taint(self.stage, contact.email)

    def _consent(self, run: Run) -> None:
        arguments = ("consent", run.where, "--on", f"{self.stage.now().date()}", "--how", "by phone")
        done = self._run(Run("consent", where=run.where), arguments)
        if done.result is not None and done.result.code == 0:
            self.model.said_yes(self.stage, run.where, "consent")
            self.model.settled.forget()

    def _approve_all(self, run: Run) -> None:
        for plan_id, refusal in self.stage.plans():
            typed = ("--people", str(refusal["people"])) if refusal["kind"] == "numbers" else ()
            done = self._run(
                Run("approve", run.trouble if run.trouble.kind == "kill" else Run().trouble), ("approve", plan_id, *typed)
            )
            if done.result is not None and done.result.code not in (*ENDED, 2):
                raise AssertionError(f"approve ended with {done.result.code}: {done.result.err}")

    def _end(self) -> None:
        """Faults off, calls enough, every plan approved: the worlds come together."""
        self.stage.observe(on=False)
        self.stage.lift_budget()
        self.stage.flexmail.quirks.imports_at_once, self.stage.flexmail.quirks.import_seconds = 1, 0.0
        self._pass_a_day()
        self._run(Run(), COMMANDS["run"])  # who leaves on second sight is seen first
        if self.stage.plans():
            self._approve_all(Run("approve"))
            self._run(Run(), COMMANDS["run"])  # or now, where the guard kept all from being looked at
        self._pass_a_day()
        self._settle()
        check_end(self.stage, self.model, self.stage.see())
        check_mails(self.stage, self.model, self.telling, self.box)

    def _pass_a_day(self) -> None:
        self.stage.clock.shift(timedelta(hours=25))

    def _settle(self) -> None:
        for _ in range(PATIENCE):
            done = self._run(Run(), COMMANDS["run"])
            if self.stage.plans():
                self._approve_all(Run("approve"))
            elif not done.sent and done.before.rows == done.after.rows:
                return
        raise AssertionError(f"not at rest after {PATIENCE} runs; plans: {self.stage.plans()}")


def _well(done: Done) -> bool:
    """Whether it came to its end, undisturbed, and leaves nothing to an import that is under way, or could not be begun."""
    ended = done.result is not None and done.result.code in ENDED
    waits = done.importing or any(sent.path.endswith("/start") and not sent.took_place for sent in done.sent)
    return done.run.calm and ended and not waits and not done.observed

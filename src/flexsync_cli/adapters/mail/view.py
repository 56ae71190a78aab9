"""A summary in the words of one language: what both templates show, with nothing left to decide."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flexsync_cli.adapters.mail.texts import Texts
from flexsync_cli.domain.news import Failing
from flexsync_cli.domain.summary import Approval, Group, Mood, Row, Section, Summary
from flexsync_cli.domain.text import one_line
from flexsync_cli.errors import ExitCode

# The cause of a failure, by the exit code of its step.
CAUSES = {2: "configuration", 4: "unavailable", 7: "budget"}
# Without the opt-outs these are not done.
AFTER_OPT_OUTS = frozenset({"push", "profiles", "contacts"})
MAX_ERROR = 300

Numbers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class FailureView:
    """What failed, why, and the line for who can mend it ("" where another failure is the cause)."""

    title: str
    cause: str
    technical: str


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """A plan to approve: what it is about, and what to type."""

    text: str
    changes: str
    examples: str
    waiting: str
    command: str


@dataclass(frozen=True, slots=True)
class PersonView:
    """One line of a list: a relation, or something that is no relation's."""

    relation_id: str
    name: str
    detail: str
    new: bool


@dataclass(frozen=True, slots=True)
class GroupView:
    """People of whom the same is to be said; `more` where not all are shown."""

    title: str
    do: str
    people: Sequence[PersonView]
    more: str


@dataclass(frozen=True, slots=True)
class SectionView:
    """What was done: a title, numbers, and some of the names."""

    title: str
    numbers: Numbers
    named: str


class SummaryView:
    """The whole mail; `tone` colours it."""

    def __init__(self, data: Summary, texts: Texts) -> None:
        self.data = data
        self.texts = texts
        self.tone = data.mood.value
        self.subject = subject(data, texts)
        self.headline = texts.say(f"headline.{self.tone}", data.to_do)
        self.lead = texts.say(f"lead.{self.tone}")
        self.period = texts.say("part.period", data.runs, since=texts.moment(data.since))
        self.failing = texts.say("part.waiting" if data.mood is Mood.SPENT else "part.failing")
        self.failures = [self._failure(*each) for each in _by_cause(data).items()]
        self.leaves = texts.say("part.leaves_waiting", data.leaves_waiting) if data.leaves_waiting else ""
        self.recovered = list(self._recovered())
        self.begins = self._steps(data.begins)
        self.approvals = [self._approval(each) for each in data.approvals]
        self.todos = [self._group("todo", each) for each in data.todos]
        self.findings = [self._group("finding", each) for each in data.findings]
        self.standing = [(texts.say(f"verdict.{verdict}"), texts.number(number)) for verdict, number in data.standing]
        self.total = texts.number(data.selected)
        self.sections = [self._section(each) for each in data.sections]
        self.calls = list(self._calls())
        self.shortage = self._shortage()
        self.footer = texts.say("part.footer", at=texts.moment(data.at))

    def _failure(self, why: tuple[str, str], failing: Sequence[Failing]) -> FailureView:
        key, technical = why
        since = self.texts.say("part.failing_since", since=self.texts.moment(min(each.since for each in failing)))
        steps = self._steps(each.step for each in failing)
        return FailureView(f"{steps}, {since}", self.texts.say(f"cause.{key}"), technical)

    def _steps(self, names: Iterable[str]) -> str:
        return _capital(", ".join(map(self.texts.step, names)))

    def _recovered(self) -> Iterator[str]:
        for each in self.data.recovered:
            name = _capital(self.texts.step(each.step))
            yield self.texts.say("part.recovered_row", step=name, since=self.texts.moment(each.since))

    def _approval(self, approval: Approval) -> ApprovalView:
        say, people = self.texts.say, approval.people
        changes = [say(self.texts.known("change", change), number) for change, number in approval.changes]
        return ApprovalView(
            text=say(self.texts.known("approval", approval.kind), people, people=people, of=approval.of),
            changes=_capital(", ".join(changes)),
            examples=self._named(approval.examples, approval.people),
            waiting=f"{say('approval.since', since=self.texts.moment(approval.created))} {say('part.type_this')}",
            command=approval.command,
        )

    def _named(self, rows: Sequence[Row], number: int) -> str:
        """Some of so many people, or all of them."""
        names = ", ".join(f"{row.name} ({row.relation_id})" if row.name else row.relation_id for row in rows)
        label = self.texts.say("part.examples" if len(rows) < number else "part.named")
        return f"{label} {names}" if names else ""

    def _group(self, section: str, group: Group) -> GroupView:
        path = self.texts.known(section, group.kind)
        hidden = group.total - len(group.rows)
        place = "part.where_duplicates" if group.kind == "shadowed" else "part.where"
        more = f"{_capital(self.texts.say('part.more', hidden))}. {self.texts.say(place)}" if hidden else ""
        title = f"{self.texts.say(f'{path}.title', kind=group.kind)} ({self.texts.number(group.total)})"
        people = [self._person(section, group.kind, row) for row in group.rows]
        return GroupView(title, self.texts.say(f"{path}.do"), people, more)

    def _person(self, section: str, kind: str, row: Row) -> PersonView:
        detail = self.texts.detail(section, kind, row.data)
        if not row.relation_id:
            return PersonView("", detail, "", row.new)
        return PersonView(one_line(row.relation_id, 40), row.name, detail, row.new)

    def _section(self, section: Section) -> SectionView:
        numbers = [(self.texts.say(f"count.{count}"), self.texts.number(number)) for count, number in section.counts]
        title = self.texts.say(f"section.{section.part}")
        return SectionView(title, numbers, self._named(section.rows, max(number for _, number in section.counts)))

    def _calls(self) -> Iterator[tuple[str, str]]:
        calls = self.data.calls
        if calls is None:
            return
        yield self.texts.say("calls.month"), self.texts.number(calls.month)
        yield self.texts.say("calls.forecast"), self.texts.number(calls.forecast)
        if calls.budget:
            yield self.texts.say("calls.budget"), self.texts.number(calls.budget)
        if calls.interval is not None:
            yield self.texts.say("calls.standing", interval=self.texts.every(calls.interval)), self.texts.number(calls.standing)

    def _shortage(self) -> str:
        """What to do where the month's calls will not be enough."""
        calls = self.data.calls
        if calls is None or not calls.short:
            return ""
        if calls.longer is None:
            return f"{self.texts.say('calls.over')} {self.texts.say('calls.ask')}"
        return f"{self.texts.say('calls.over')} {self.texts.say('calls.longer', interval=self.texts.every(calls.longer))}"


def subject(data: Summary, texts: Texts) -> str:
    """The verdict, and what else somebody should know who reads no further."""
    remarks = {"works_again": bool(data.recovered), "first": data.first, "observe": data.observe}
    told = ", ".join(texts.say(f"subject.{remark}") for remark, holds in remarks.items() if holds)
    verdict = _verdict(data, texts)
    return one_line(f"{verdict} ({told})" if told else verdict)


def _verdict(data: Summary, texts: Texts) -> str:
    failed = [each for each in data.failing if each.code != ExitCode.BUDGET]
    match data.mood:
        case Mood.FAILED if not failed:
            return texts.say("subject.failed_items")
        case Mood.FAILED:
            return texts.say("subject.failed", len(failed), step=texts.step(failed[0].step), rest=len(failed) - 1)
        case Mood.SPENT:
            return texts.say("subject.spent")
        case Mood.REFUSED:
            return texts.say("subject.refused", len(data.refused), people=data.refused[0].people)
        case Mood.TODO:
            path = "subject.todo_new" if data.new_to_do else "subject.todo"
            return texts.say(path, data.to_do, new=data.new_to_do)
        case Mood.WELL:
            return texts.say("subject.well")


def _by_cause(data: Summary) -> dict[tuple[str, str], list[Failing]]:
    """Steps that failed of the same are told together: by the cause, and the line about it ("" where it is another's)."""
    found: dict[tuple[str, str], list[Failing]] = {}
    for failing in data.failing:
        key = cause(failing, data)
        technical = "" if key == "blocked" else one_line(failing.error, MAX_ERROR)
        found.setdefault((key, technical), []).append(failing)
    return found


def cause(failing: Failing, data: Summary) -> str:
    """Why a step failed, as a key of the texts."""
    blocked = failing.code != ExitCode.BUDGET and failing.step in AFTER_OPT_OUTS
    if blocked and any(other.step == "opt_outs" for other in data.failing):
        return "blocked"
    return CAUSES.get(failing.code, "other")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

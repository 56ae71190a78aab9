"""Bugs that can be planted in this process, each with a short history that meets it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from pytest import MonkeyPatch  # noqa: PT013 - a type here

from flexsync_cli.adapters.admin import communications
from flexsync_cli.adapters.admin.adapter import SqlAdmin
from flexsync_cli.domain import months, push
from flexsync_cli.domain.compare import differences
from flexsync_cli.domain.known import OutBook
from flexsync_cli.domain.model import Out, OutKind
from flexsync_cli.domain.optin import OptInPlan, TickRelation
from flexsync_cli.domain.outs import OutsPlan, due_unticks
from flexsync_cli.services import bounces, consent, contacts, profiles, unticks
from tests.machine.acts import Act
from tests.machine.history import Day, History
from tests.machine.running import Run
from tests.machine.setup import STARTS, Setup

Plant = Callable[[MonkeyPatch], None]
_A_DAY = Act(verb="wait", value=1)


@dataclass(frozen=True, slots=True)
class Bite:
    """`complaint` is what the machine says of the bug."""

    name: str
    complaint: str
    plant: Plant
    history: History


def _at(number: int) -> str:
    return f"p{number}@example.be"


def _days(setup: Setup, *days: tuple[Act, ...] | Day) -> History:
    return History(setup, tuple(day if isinstance(day, Day) else Day(day, Run()) for day in days))


def _put(target: object, name: str, value: object) -> Plant:
    return lambda patch: patch.setattr(target, name, value)


def _tick_all(patch: MonkeyPatch) -> None:
    decide = contacts._decide

    def wrong(session: Any, events: Any, present: Any) -> Any:
        plan: Any
        plan, waiting = decide(session, events, present)
        for yes in plan.changes[:1]:
            unticked = [relation for relation in session.relations() if not relation.newsletter]
            plan.changes += [TickRelation(each.id, yes.contact, each.email, yes.event) for each in unticked]
        return plan, waiting

    patch.setattr(contacts, "_decide", wrong)


def _write_garbage(patch: MonkeyPatch) -> None:
    rewrite = profiles._Merger._rewrite

    def wrong(self: Any, relation_id: Any, keys: Any, merged: Any) -> Any:
        merged.new.update({key: "GARBAGE" for key in keys if key == "name"})
        return rewrite(self, relation_id, keys, merged)

    patch.setattr(profiles._Merger, "_rewrite", wrong)


def _corrupt(patch: MonkeyPatch) -> None:
    untick = SqlAdmin.untick

    def wrong(self: Any, relation_ids: Any) -> Any:
        with self._database.writing() as connection:
            connection.exec_driver_sql("UPDATE CUSTOMER SET NAME = 'CORRUPT'")
        return untick(self, relation_ids)

    patch.setattr(SqlAdmin, "untick", wrong)


def _leave_the_blacklisted(patch: MonkeyPatch) -> None:
    def wrong(outs: Any, **options: bool) -> list[Out]:
        return [out for out in due_unticks(outs, **options) if out.kind is not OutKind.BLOCKED]

    patch.setattr(unticks, "due_unticks", wrong)


def _file_at_the_first(patch: MonkeyPatch) -> None:
    insert = communications.communication_insert
    patch.setattr(communications, "communication_insert", lambda columns, one: insert(columns, replace(one, relation_id="1")))


def _push_the_lost(patch: MonkeyPatch) -> None:
    of_relation = OutBook.of_relation

    def wrong(self: OutBook, relation_id: str, address: str) -> Any:
        out = of_relation(self, relation_id, address)
        return None if out is not None and out.kind in (OutKind.BLOCKED, OutKind.UNDELIVERABLE) else out

    patch.setattr(OutBook, "of_relation", wrong)


def _send_the_first_whole(patch: MonkeyPatch) -> None:
    keep = push._Differ._keep

    def wrong(self: Any, relation_id: str, link: Any) -> None:
        whole = bool(self.plan.changes) and relation_id == "1"
        patch.setattr(push, "differences", (lambda wanted, _base, **_blank: wanted) if whole else differences)
        keep(self, relation_id, link)

    patch.setattr(push._Differ, "_keep", wrong)


def _forget_the_first(patch: MonkeyPatch) -> None:
    midnight = months._midnight
    patch.setattr(months, "_midnight", lambda day: midnight(day.replace(day=2)))


def _tell_no_noes(patch: MonkeyPatch) -> None:
    learnt: Any = vars(OutsPlan)["learnt"]
    patch.setattr(OutsPlan, "learnt", property(lambda self: {**learnt.fget(self), "events": 0}))


BOTH = Setup(begun=True, opt_in=True, mailed=True)
MAILED = Setup(begun=True, mailed=True)
BITES = (
    Bite(
        "one opt-in ticks every unticked relation",
        "relation 4 was ticked, and nobody",
        _tick_all,
        _days(BOTH, (Act(verb="enter", who=4, where=_at(4), value=3), _A_DAY), (Act(verb="opt_in", where=_at(6)), _A_DAY)),
    ),
    Bite(
        "a profile change writes garbage",
        "has the name 'GARBAGE'",
        _write_garbage,
        _days(BOTH, (Act(verb="profile", where=_at(2), value=1), _A_DAY)),
    ),
    Bite(
        "an untick corrupts names",
        "has the name 'CORRUPT'",
        _corrupt,
        _days(MAILED, (Act(verb="opt_out", where=_at(2)), _A_DAY)),
    ),
    Bite(
        "opt-ins never reach Admin",
        "p6@example.be subscribed, and is neither",
        _put(contacts, "_decide", lambda *_: (OptInPlan(), [])),
        _days(BOTH, (Act(verb="opt_in", where=_at(6)), _A_DAY)),
    ),
    Bite(
        "profile changes never reach Admin",
        "its person said 'Self 1'",
        _put(profiles._Merger, "find", lambda *_: []),
        _days(BOTH, (Act(verb="profile", where=_at(2), value=1), _A_DAY)),
    ),
    Bite(
        "wrong addresses are never unticked",
        "p2@example.be is wrong",
        _put(bounces._Pull, "_undeliverable", lambda *_: ([], [])),
        _days(Setup(begun=True, untick_hard=True), (Act(verb="bounce", where=_at(2), value=0),)),
    ),
    Bite(
        "the blacklisted are never unticked",
        "p2@example.be is blacklisted",
        _leave_the_blacklisted,
        _days(MAILED, (Act(verb="blacklist", where=_at(2)), _A_DAY)),
    ),
    Bite(
        "a consent is not recorded",
        "is out, after a consent",
        _put(consent, "_record", lambda *_: []),
        _days(MAILED, (Act(verb="opt_out", where=_at(2)),), Day((), Run("consent", where=_at(2)))),
    ),
    Bite(
        "each click is filed at the first relation",
        r"by p2@example.be is at relation 1, not at one of \[2\]",
        _file_at_the_first,
        _days(MAILED, (Act(verb="click", where=_at(2)),)),
    ),
    Bite(
        "whoever is blacklisted or bounced out is pushed",
        "which was known to be blacklisted",
        _push_the_lost,
        _days(MAILED, (Act(verb="blacklist", where=_at(2)), _A_DAY), (Act(verb="tick", who=2),)),
    ),
    Bite(
        "the first relation is sent again with each change",
        "are there already",
        _send_the_first_whole,
        _days(MAILED, (Act(verb="rename", who=1), Act(verb="enter", who=4, where=_at(4)))),
    ),
    Bite(
        "on the first of a month no call is counted",
        "which has 20",
        _forget_the_first,
        _days(
            Setup(start=STARTS[3], begun=True, budget=20),
            (Act(verb="wait", value=0), Act(verb="rename", who=1)),
            *[(Act(verb="rename", who=who, value=value),) for value in (1, 2) for who in (1, 2, 3)],
        ),
    ),
    Bite(
        "no mail tells of a no",
        "unsubscribed or complained",
        _tell_no_noes,
        _days(MAILED, (Act(verb="opt_out", where=_at(2)),)),
    ),
)

"""Why somebody gets the newsletter or doesn't, and what the next run does."""

from datetime import UTC, datetime, timedelta

import pytest

from flexsync_cli.domain.case import Case, Happening, Outlook
from flexsync_cli.domain.explain import MOST_HAPPENINGS, explain
from flexsync_cli.domain.holder import Eligibility
from flexsync_cli.domain.model import Link, LinkStatus, Out, OutKind, OutSource, Parked, Relation
from flexsync_cli.domain.plan import KeptPlan, Leave, LeaveReason, Move, Refusal, RefusalKind, Verdict
from flexsync_cli.domain.ruling import WHY_HELD, rule

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
RELATION = Relation("12", "Peeters", "Els", "els@example.be", "N", "3", active=True, newsletter=True)


def link(status: LinkStatus = LinkStatus.OPEN) -> Link:
    return Link(7, "12", "els@example.be", NOW, status, values={"name": "Peeters", "language": "nl"})


def case(verdict: Verdict | None, *links: Link, reason: str = "", **more: object) -> Case:
    return Case("12", "els@example.be", RELATION, Eligibility.ELIGIBLE, links, outlook=Outlook(verdict, reason), **more)  # type: ignore[arg-type]  # any field


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_has_a_reason_and_an_outlook(verdict: Verdict) -> None:
    ruling = rule(case(verdict))
    assert ruling.why
    assert ruling.next_run
    assert not ruling.gets


def test_a_leave_that_waits_for_calls_says_that_it_is_mailed_until_then() -> None:
    leave = Leave("12", 7, "els@example.be", LeaveReason.UNTICKED)
    waits = Outlook(None, changes=(leave,), leave_waits=True)
    ruling = rule(Case("12", "els@example.be", RELATION, Eligibility.UNTICKED, (link(),), outlook=waits))
    assert ruling.gets
    assert ruling.next_run.startswith("unsubscribes contact 7 in Flexmail once there are calls again")


@pytest.mark.parametrize("verdict", sorted(set(Verdict) - {Verdict.OUT, Verdict.SHADOWED}))
def test_who_has_an_open_link_gets_it(verdict: Verdict) -> None:
    assert rule(case(verdict, link())).gets


def test_nobody_who_is_out_gets_it_whatever_link_is_left() -> None:
    assert not rule(case(Verdict.OUT, link())).gets


@pytest.mark.parametrize("reason", sorted(WHY_HELD))
def test_held_says_what_to_mend(reason: str) -> None:
    assert rule(case(Verdict.HELD, reason=reason)).why == WHY_HELD[reason]


@pytest.mark.parametrize(
    ("status", "gets", "why"),
    [
        (LinkStatus.KEPT, True, 'it was left subscribed in Flexmail (sync.on_leave = "keep")'),
        (LinkStatus.RETURNED, True, "but the person subscribed again in Flexmail, seen on 2026-03-02"),
        (LinkStatus.OUT, False, "the newsletter is not ticked in Admin"),
    ],
)
def test_unticked(status: LinkStatus, gets: bool, why: str) -> None:
    found = Case("12", "els@example.be", RELATION, Eligibility.UNTICKED, (link(status),))
    ruling = rule(found)
    assert ruling.gets is gets
    assert ruling.why.endswith(why)
    headline = {LinkStatus.KEPT: "still gets the newsletter", LinkStatus.RETURNED: "gets the newsletter"}
    assert explain(found).headline == headline.get(status, "does not get the newsletter")


@pytest.mark.parametrize("eligibility", [Eligibility.UNTICKED, Eligibility.INACTIVE, Eligibility.TYPE])
def test_whoever_is_out_is_told_so_though_not_selected_either(eligibility: Eligibility) -> None:
    out = Out("els@example.be", OutKind.PERSON, OutSource.EVENT, NOW, NOW)
    found = Case("12", "els@example.be", RELATION, eligibility, (link(LinkStatus.OUT),), standing=out, outs=(out,))
    assert rule(found).why.endswith(", and the person said no, on 2026-03-02; told by an event of Flexmail")
    assert [label for label, _ in explain(found).facts] == ["because", "in Admin", "in Flexmail", "next run"]


def test_an_untick_that_is_due_comes_first() -> None:
    due = Out("els@example.be", OutKind.PERSON, OutSource.EVENT, NOW, NOW)
    assert rule(case(Verdict.OUT, standing=due)).next_run == "unticks the newsletter in Admin, and leaves it alone"
    done = Out("els@example.be", OutKind.PERSON, OutSource.EVENT, NOW, NOW, unticked_at=NOW)
    assert rule(case(Verdict.OUT, standing=done)).next_run == "leaves it alone, whatever Admin says"


def test_a_leave_is_an_unsubscription_or_only_lets_go() -> None:
    leave = Outlook(changes=(Leave("12", 7, "els@example.be", LeaveReason.UNTICKED),))
    leaver = Case("12", "els@example.be", RELATION, Eligibility.UNTICKED, (link(),), outlook=leave)
    keeper = Case("12", "els@example.be", RELATION, Eligibility.UNTICKED, (link(),), outlook=leave, keeps_leavers=True)
    assert rule(leaver).next_run == "unsubscribes contact 7 in Flexmail"
    assert rule(keeper).next_run == 'lets contact 7 go, still subscribed (sync.on_leave = "keep")'


def test_a_move_names_the_relation_that_had_the_contact() -> None:
    move = Move("12", 7, "els@example.be", "9", {})
    found = Case("12", "els@example.be", RELATION, outlook=Outlook(Verdict.UPDATED, changes=(move,)))
    assert rule(found).next_run == "takes over contact 7 from relation 9"


def test_parked_without_a_field_says_so() -> None:
    parked = Parked("12", "hash", "invalid", "", NOW)
    assert rule(case(Verdict.PARKED, parked=parked)).why == (
        "Flexmail refused what Admin holds, on 2026-03-02: it did not say which field"
    )


def test_ended_outs_are_told_beside_the_reason() -> None:
    ended = Out(
        "els@example.be", OutKind.OFFICE, OutSource.LEAVE, NOW, NOW, ended_at=NOW + timedelta(days=1), ended_by="consent"
    )
    told = dict(explain(case(Verdict.UNCHANGED, link(), outs=(ended,))).facts)
    assert told["out"].endswith("; done by flexsync; ended on 2026-03-03, because a consent")


def test_what_holds_it_back_is_named() -> None:
    plan = KeptPlan("ab12", Refusal("push", RefusalKind.LIMIT, 12, 30, ()), NOW)
    told = dict(explain(case(Verdict.UNCHANGED, link(), plans=(plan,))).facts)
    assert told["next run"] == "leaves it as it is until plan ab12 is approved, or its cause is gone"


def test_the_last_events_newest_first() -> None:
    happened = tuple(Happening(NOW + timedelta(hours=hour), str(hour)) for hour in range(20))
    told = explain(case(Verdict.UNCHANGED, link(), happenings=happened)).happenings
    assert [each.text for each in told] == [str(hour) for hour in range(19, 19 - MOST_HAPPENINGS, -1)]

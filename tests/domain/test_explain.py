"""What `explain` says, word for word: it is read by people who are asked why."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flexsync_cli.domain.case import Case, Happening, Outlook
from flexsync_cli.domain.explain import Explanation, explain
from flexsync_cli.domain.holder import Eligibility
from flexsync_cli.domain.model import Consent, Link, LinkStatus, Out, OutKind, OutSource, Parked, Relation, Sighting, ToDo
from flexsync_cli.domain.plan import (
    Adopt,
    Change,
    Create,
    KeptPlan,
    Leave,
    LeaveReason,
    Readdress,
    Refusal,
    RefusalKind,
    Update,
    Verdict,
)
from flexsync_cli.domain.ruling import Ruling, rule

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ELS, OLD = "els@example.be", "els.old@example.be"
ROW = Relation("12", "Peeters", "Els", ELS, "N", "3", active=True, newsletter=True)
LINK = Link(
    7,
    "12",
    ELS,
    NOW,
    values={"email": ELS, "name": "Peeters", "first_name": "", "language": "nl", "field:acc_software": ("a", "b")},
    interests=frozenset({"vat", "tax"}),
)
SHOWN = "(name Peeters; language nl; acc software a, b; interests tax, vat)"
CASE = Case("12", ELS, ROW, Eligibility.ELIGIBLE, (LINK,))
NO = Out(ELS, OutKind.PERSON, OutSource.EVENT, NOW, NOW)
PLAN = KeptPlan("ab12", Refusal("push", RefusalKind.LIMIT, 12, 30, ()), NOW)


def facts(case: Case) -> dict[str, str]:
    return dict(explain(case).facts)


def verdict(what: Verdict | None, reason: str = "", *changes: Change, **data: str) -> Outlook:
    return Outlook(what, reason, data, changes)


# ---- all of it


def test_who_gets_it_and_why() -> None:
    todo, happening = ToDo("k", "ticked_again", NOW, "12"), Happening(NOW, "linked")
    case = replace(CASE, outlook=verdict(Verdict.UNCHANGED), todos=(todo,), happenings=(happening,))
    why = "it is active, its newsletter is ticked, its CRM type is selected and its address is valid"
    assert explain(case) == Explanation(
        title="relation 12, Els Peeters",
        headline="gets the newsletter",
        gets=True,
        facts=(
            ("because", why),
            ("in Admin", f"active, newsletter ticked, CRM type 3, {ELS}"),
            ("in Flexmail", f"contact 7, active as last seen, linked since 2026-03-02, at {ELS} {SHOWN}"),
            ("next run", "has nothing to do for this relation"),
        ),
        todos=(todo,),
        plans=(),
        happenings=(happening,),
    )


def test_an_address_that_nobody_has() -> None:
    assert explain(Case("", "niemand@example.be")) == Explanation(
        title="niemand@example.be",
        headline="does not get the newsletter",
        gets=False,
        facts=(
            ("because", "no relation in Admin has this address"),
            ("in Admin", "no relation has this address"),
            ("in Flexmail", "no contact that flexsync knows of"),
            ("next run", "has nothing to do for this relation"),
        ),
        todos=(),
        plans=(),
        happenings=(),
    )
    assert explain(Case("")).title == ""


@pytest.mark.parametrize(
    ("links", "title"),
    [
        ((), "relation 12"),
        ((replace(LINK, values={"first_name": "Els", "name": "Peeters"}),), "relation 12, Els Peeters"),
        ((LINK, replace(LINK, values={"name": "Maes"})), "relation 12, Peeters"),
    ],
)
def test_a_relation_that_is_gone_has_the_name_that_was_sent_last(links: tuple[Link, ...], title: str) -> None:
    gone = Case("12", ELS, links=links)
    assert explain(gone).title == title
    assert facts(gone)["in Admin"] == "no such relation"
    assert facts(gone)["because" if not links else "although"].startswith("Admin has no such relation any more")


def test_a_relation_without_a_name_is_its_number() -> None:
    assert explain(replace(CASE, relation=replace(ROW, name="", first_name=""))).title == "relation 12"


# ---- in Admin


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (replace(ROW, active=False, newsletter=False), f"not active, newsletter not ticked, CRM type 3, {ELS}"),
        (replace(ROW, active=None, crm_type=""), f"neither active nor inactive, newsletter ticked, {ELS}"),
        (replace(ROW, email="geen"), "active, newsletter ticked, CRM type 3, an address that is not valid"),
        (replace(ROW, email=""), "active, newsletter ticked, CRM type 3, no e-mail address"),
    ],
)
def test_what_admin_says(row: Relation, said: str) -> None:
    assert facts(replace(CASE, relation=row))["in Admin"] == said


# ---- in Flexmail


@pytest.mark.parametrize("status", LinkStatus)
def test_what_became_of_the_contact_and_when(status: LinkStatus) -> None:
    bare = replace(LINK, status=status, values={"email": ELS}, interests=frozenset())
    said = facts(replace(CASE, links=(bare,)))["in Flexmail"]
    assert said.startswith("contact 7, ")
    assert said.endswith(f" at {ELS}")
    assert "2026-03-02" in said


def test_at_most_three_contacts_are_told() -> None:
    links = tuple(replace(LINK, contact_id=number) for number in range(1, 6))
    told = [text for label, text in explain(replace(CASE, links=links)).facts if label == "in Flexmail"]
    assert [text.split(",")[0] for text in told] == ["contact 1", "contact 2", "contact 3"]


# ---- outs and consents


@pytest.mark.parametrize(
    ("ended", "said"),
    [
        ({}, ""),
        ({"ended_at": NOW + DAY, "ended_by": "active"}, "; ended on 2026-03-03, because it was active in Flexmail again"),
        ({"ended_at": NOW + DAY, "ended_by": "subscription"}, "; ended on 2026-03-03, because the person subscribed"),
        ({"ended_at": NOW + DAY, "ended_by": "x"}, "; ended on 2026-03-03, because of a later yes"),
    ],
)
def test_an_out_is_told_with_how_it_ended(ended: dict[str, object], said: str) -> None:
    out = replace(NO, **ended)  # type: ignore[arg-type]  # fields of Out
    told = f"at {ELS}: the person said no, on 2026-03-02; told by an event of Flexmail{said}"
    assert facts(replace(CASE, outlook=verdict(Verdict.UNCHANGED), outs=(out,)))["out"] == told


def test_a_consent_is_told_with_its_proof() -> None:
    consent = Consent(ELS, NOW, "letter\nof March", NOW)
    assert facts(replace(CASE, consents=(consent,)))["consent"] == "said yes on 2026-03-02: letter of March"


def test_a_no_said_at_another_address_is_told_with_it() -> None:
    told = "the person said no, on 2026-03-02; told by an event of Flexmail"
    here = replace(CASE, links=(), standing=NO, outs=(NO,), outlook=verdict(Verdict.OUT))
    assert rule(here).why == told
    assert rule(replace(here, address=OLD)).why == f"{told}. That was at {ELS}, and it holds here too"
    assert rule(replace(here, standing=None)) == Ruling("it is out", "leaves it alone, whatever Admin says")


# ---- why, and what is next


@pytest.mark.parametrize(
    ("outlook", "ruling"),
    [
        (
            Outlook(Verdict.SHADOWED, "shadowed", {"by": "9"}, holder_mailed=True),
            Ruling(
                "it shares its address with relation 9, through which the address is mailed",
                "has nothing to do for this relation",
                gets=True,
            ),
        ),
        (
            Outlook(Verdict.SHADOWED),
            Ruling(
                "it shares its address with relation ?, through which the address is mailed",
                "has nothing to do for this relation",
            ),
        ),
        (
            verdict(Verdict.PARKED),
            Ruling("Flexmail refused it", "leaves it alone until what was refused changes", gets=True),
        ),
        (
            verdict(Verdict.HELD, "anything"),
            Ruling("it is held until something is mended or approved", "leaves it as it is, on both sides", gets=True),
        ),
        (
            verdict(Verdict.WAITING, "waiting"),
            Ruling("Flexmail takes no new contacts now", "tries one new contact a day", gets=True),
        ),
        (
            verdict(Verdict.WAITING),
            Ruling(
                "it went to Flexmail by an import that is not known to be done yet",
                "asks Flexmail what became of it",
                gets=True,
            ),
        ),
    ],
)
def test_what_decides(outlook: Outlook, ruling: Ruling) -> None:
    assert rule(replace(CASE, outlook=outlook)) == ruling


def test_a_new_one_is_not_in_flexmail_yet() -> None:
    case = replace(CASE, links=(), outlook=verdict(Verdict.CREATED, "", Create("12", ELS, {})))
    assert rule(case) == Ruling(
        "it is active, its newsletter is ticked, its CRM type is selected and its address is valid; "
        "it is not in Flexmail yet, as far as flexsync has seen",
        "adds it to Flexmail, or takes over the contact that has its address already",
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Adopt("12", 7, ELS, {}), "links contact 7 to it again"),
        (Readdress("12", 7, OLD, ELS, {}), "gives contact 7 the new address"),
        (
            Update("12", 7, ELS, {}, {"name": "A", "field:acc_software": "b"}),
            "brings contact 7 up to date: acc_software, name",
        ),
    ],
)
def test_what_the_next_run_does(change: Change, said: str) -> None:
    assert rule(replace(CASE, outlook=verdict(Verdict.UPDATED, "", change))).next_run == said


def test_it_does_several_things_in_their_order() -> None:
    changes = (Readdress("12", 7, OLD, ELS, {}), Adopt("12", 7, ELS, {}))
    case = replace(CASE, outlook=verdict(Verdict.UPDATED, "", *changes))
    assert rule(case).next_run == "gives contact 7 the new address; links contact 7 to it again"


UNTICKED = replace(CASE, eligibility=Eligibility.UNTICKED)
WHY = "the newsletter is not ticked in Admin"


def test_a_leaver_gets_it_until_the_next_run() -> None:
    leaves = (Leave("12", 7, ELS, LeaveReason.UNTICKED), Leave("12", 8, ELS, LeaveReason.UNTICKED))
    case = replace(UNTICKED, outlook=verdict(None, "", *leaves))
    said = "unsubscribes contact 7 in Flexmail; unsubscribes contact 8 in Flexmail"
    assert rule(case) == Ruling(WHY, said, gets=True)
    assert explain(case).headline == "still gets the newsletter"
    assert explain(case).facts[0] == ("although", WHY)


def test_one_that_is_missed_is_left_for_a_day() -> None:
    said = "leaves it as it is; after a day it is kept as a plan to approve"
    assert rule(UNTICKED) == Ruling(WHY, said, gets=True)
    seen = replace(UNTICKED, sighting=Sighting("12", "gone", NOW))
    assert rule(seen) == Ruling(f"{WHY} since 2026-03-02", said, gets=True)


def test_one_that_was_let_go_or_came_back_gets_it() -> None:
    kept = replace(UNTICKED, links=(replace(LINK, status=LinkStatus.KEPT),))
    assert rule(kept) == Ruling(
        f'{WHY}, and it was left subscribed in Flexmail (sync.on_leave = "keep")',
        "has nothing to do for this relation",
        gets=True,
    )
    returned = replace(UNTICKED, links=(replace(LINK, status=LinkStatus.RETURNED),))
    assert rule(returned) == Ruling(
        f"{WHY}, but the person subscribed again in Flexmail, seen on 2026-03-02", "leaves it to you: tick it?", gets=True
    )


def test_who_is_not_selected_and_was_never_linked_has_nothing_to_come() -> None:
    assert rule(replace(UNTICKED, links=())) == Ruling(WHY, "has nothing to do for this relation")
    other = replace(UNTICKED, links=(), eligibility=Eligibility.NO_ADDRESS)
    assert rule(other) == Ruling("", "has nothing to do for this relation")


def test_a_refused_field_is_named_by_its_own_name() -> None:
    parked = Parked("12", "hash", "invalid", "field:acc_software", NOW)
    case = replace(CASE, outlook=verdict(Verdict.PARKED), parked=parked)
    assert rule(case).why == "Flexmail refused what Admin holds, on 2026-03-02: mend acc_software"


# ---- what holds it back


def test_plans_hold_it_back_and_what_comes_then_is_said() -> None:
    two = replace(CASE, plans=(PLAN, replace(PLAN, id="cd34")))
    held = "leaves it as it is until plan ab12 and cd34 is approved, or its cause is gone"
    assert facts(replace(two, outlook=verdict(Verdict.UNCHANGED)))["next run"] == held
    later = replace(two, outlook=verdict(Verdict.ADOPTED, "", Adopt("12", 7, ELS, {})))
    assert facts(later)["next run"] == f"{held}; then it links contact 7 to it again"
    assert explain(later).plans == two.plans


def test_a_run_that_observes_writes_nothing() -> None:
    case = replace(CASE, outlook=verdict(Verdict.UNCHANGED), observes=True)
    assert facts(case)["next run"] == ("has nothing to do for this relation; it only observes (sync.mode), and writes nothing")


def test_mail_that_came_back_for_good_is_told() -> None:
    told = facts(replace(CASE, bounced=True))["bounced"]
    assert told.startswith("mail to this address came back as undeliverable")
    assert "bounced" not in facts(CASE)

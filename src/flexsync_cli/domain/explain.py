"""Why a person does or doesn't get the newsletter, in a few plain sentences. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from flexsync_cli.domain.address import address_key
from flexsync_cli.domain.case import Case, Happening
from flexsync_cli.domain.compare import is_empty
from flexsync_cli.domain.model import FIELD, Link, LinkStatus, Out, ToDo, Value
from flexsync_cli.domain.months import day_of
from flexsync_cli.domain.plan import KeptPlan, Verdict
from flexsync_cli.domain.ruling import Ruling, rule, told_out
from flexsync_cli.domain.text import one_line

MOST_LINKS = 3
MOST_HAPPENINGS = 8
BOUNCED = "mail to this address came back as undeliverable, as Flexmail told: ask for the right one, and enter it in Admin"
NEXT_RUN_WRITES_NOTHING = "; it only observes (sync.mode), and writes nothing"
# Not to be mailed, or not as Admin has it now: who is mailed all the same is so until something is done.
AGAINST = frozenset({None, Verdict.HELD, Verdict.PARKED})

STATUS = {
    LinkStatus.OPEN: "active as last seen, linked since {since}",
    LinkStatus.OUT: "out since {since}",
    LinkStatus.KEPT: "no longer this relation's, left subscribed on {since}",
    LinkStatus.SUPERSEDED: "left behind on {since}, when another contact took its place",
    LinkStatus.RELEASED: "no longer this relation's since {since}",
    LinkStatus.DELETED: "deleted in Flexmail, seen on {since}",
    LinkStatus.RETURNED: "came back by itself, seen on {since}",
}
ENDED_BY = {"active": "it was active in Flexmail again", "subscription": "the person subscribed", "consent": "a consent"}


@dataclass(frozen=True, slots=True)
class Explanation:
    """`headline` is the answer, `facts` the sentences behind it, each with its label; `todos`, `plans` and `happenings` are
    told by whoever shows it. It holds addresses and values: for a person's eyes, never for a log."""

    title: str
    headline: str
    gets: bool
    facts: tuple[tuple[str, str], ...]
    todos: tuple[ToDo, ...]
    plans: tuple[KeptPlan, ...]
    happenings: tuple[Happening, ...]


def explain(case: Case) -> Explanation:
    """From everything that is known to sentences."""
    ruling = rule(case)
    came_back = case.link(LinkStatus.RETURNED) is not None
    against = ruling.gets and case.outlook.verdict in AGAINST and not came_back
    facts = [
        ("although" if against else "because", ruling.why),
        ("in Admin", _in_admin(case)),
        *(("in Flexmail", text) for text in _in_flexmail(case)),
        *(("out", text) for text in _outs(case)),
        *(("consent", f"said yes on {day_of(each.on)}: {one_line(each.how)}") for each in case.consents),
        *([("bounced", BOUNCED)] if case.bounced else []),
        ("next run", _next_run(case, ruling)),
    ]
    return Explanation(
        title=_title(case),
        headline=f"{'still gets' if against else 'gets' if ruling.gets else 'does not get'} the newsletter",
        gets=ruling.gets,
        facts=tuple(facts),
        todos=case.todos,
        plans=case.plans,
        happenings=tuple(sorted(case.happenings, key=lambda each: each.at, reverse=True)[:MOST_HAPPENINGS]),
    )


def _next_run(case: Case, ruling: Ruling) -> str:
    if case.observes:
        return ruling.next_run + NEXT_RUN_WRITES_NOTHING
    if not case.plans:
        return ruling.next_run
    ids = " and ".join(plan.id for plan in case.plans)
    then = f"; then it {ruling.next_run}" if case.outlook.changes else ""
    return f"leaves it as it is until plan {ids} is approved, or its cause is gone{then}"


def _title(case: Case) -> str:
    if not case.relation_id:
        return case.address or ""
    relation = case.relation
    name = one_line(f"{relation.first_name} {relation.name}") if relation else _last_name(case)
    return f"relation {case.relation_id}" + (f", {name}" if name else "")


def _last_name(case: Case) -> str:
    values = case.links[0].values if case.links else {}
    return one_line(" ".join(str(values[key]) for key in ("first_name", "name") if values.get(key)))


def _in_admin(case: Case) -> str:
    relation = case.relation
    if relation is None:
        return "no such relation" if case.relation_id else "no relation has this address"
    active = {True: "active", False: "not active", None: "neither active nor inactive"}[relation.active]
    ticked = "newsletter ticked" if relation.newsletter else "newsletter not ticked"
    parts = [active, ticked, f"CRM type {one_line(relation.crm_type)}" if relation.crm_type else ""]
    address = address_key(relation.email) or ("an address that is not valid" if relation.email else "no e-mail address")
    return ", ".join([*filter(None, parts), address])


def _in_flexmail(case: Case) -> Iterator[str]:
    if not case.links:
        yield "no contact that flexsync knows of"
    for link in case.links[:MOST_LINKS]:
        yield _contact(link)


def _contact(link: Link) -> str:
    status = STATUS[link.status].format(since=day_of(link.since))
    values = [_value(key, value) for key, value in link.values.items() if key != "email" and not is_empty(value)]
    if link.interests:
        values.append(_value("interests", tuple(sorted(link.interests))))
    shown = "; ".join(values)
    return f"contact {link.contact_id}, {status}, at {link.address}" + (f" ({shown})" if shown else "")


def _value(key: str, value: Value) -> str:
    text = ", ".join(value) if isinstance(value, tuple) else str(value)
    return f"{key.removeprefix(FIELD).replace('_', ' ')} {one_line(text)}"


def _outs(case: Case) -> Iterator[str]:
    """The one that decides is told as the reason already."""
    for out in case.outs:
        if out != case.standing:
            yield f"at {out.address}: {told_out(out)}{_ended(out)}"


def _ended(out: Out) -> str:
    if out.ended_at is None:
        return ""
    return f"; ended on {day_of(out.ended_at)}, because {ENDED_BY.get(out.ended_by, 'of a later yes')}"

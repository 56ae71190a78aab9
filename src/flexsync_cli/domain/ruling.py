"""The rule that decides whether a person gets the newsletter, and what the next run does. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from flexsync_cli.domain.case import Case
from flexsync_cli.domain.holder import Eligibility
from flexsync_cli.domain.model import FIELD, LinkStatus, Out, OutKind, OutSource
from flexsync_cli.domain.months import day_of
from flexsync_cli.domain.outs import due_unticks
from flexsync_cli.domain.plan import Adopt, Change, Create, Leave, Move, Readdress, Update, Verdict

NOTHING = "has nothing to do for this relation"

BY = {
    OutKind.PERSON: "the person said no",
    OutKind.OFFICE: "the office unsubscribed it, when it was no longer to be mailed",
    OutKind.UNDELIVERABLE: "mail to this address can't be delivered",
    OutKind.BLOCKED: "Flexmail has it on its blacklist, and why is not known",
}
LEARNT = {
    OutSource.EVENT: "told by an event of Flexmail",
    OutSource.STATE: "seen as its state in Flexmail",
    OutSource.GONE: "its contact vanished from Flexmail",
    OutSource.REFUSED: "told by a refusal of Flexmail",
    OutSource.LEAVE: "done by flexsync",
}
WHY_NOT = {
    Eligibility.UNTICKED: "the newsletter is not ticked in Admin",
    Eligibility.INACTIVE: "the relation is not active in Admin",
    Eligibility.TYPE: "its CRM type is not among those selected (sync.crm_types)",
}
WHY_HELD = {
    "no_address": "its newsletter is ticked, but it has no e-mail address: enter one in Admin",
    "bad_address": "its e-mail address is not valid: correct it in Admin",
    "active_unknown": "Admin says neither that it is active nor that it isn't: say so there",
    "missing_there": "its contact was not found in Flexmail, and what became of it is not known yet",
    "deleted_there": "its contact was deleted in Flexmail: it comes back when the newsletter is unticked and ticked again, "
    "or by flexsync push --only",
    "address_of_another": "its address is that of another relation's contact: correct one of the two in Admin",
}
WHY_PARKED = {
    "blacklisted": "Flexmail refused it as blacklisted although there is a consent: only Flexmail can lift that",
    "inactive_there": "Flexmail knows the address, but not as active: look it up there",
    "blacklist_doubted": "Flexmail refused it as blacklisted, with so many others that a person must look first",
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """Why the person gets the newsletter or doesn't; what the next run does; and which it is, as far as was seen last."""

    why: str
    next_run: str
    gets: bool = False


def rule(case: Case) -> Ruling:
    """The one rule that decides, of those of the push."""
    match case.outlook.verdict:
        case None:
            return _not_selected(case)
        case Verdict.OUT:
            return Ruling(_out(case), _kept_out(case))
        case Verdict.SHADOWED:
            why = f"it shares its address with relation {case.outlook.data.get('by', '?')}, through which the address is mailed"
            return Ruling(why, NOTHING, case.outlook.holder_mailed)
        case Verdict.PARKED:
            return Ruling(_parked(case), "leaves it alone until what was refused changes", case.is_mailed)
        case Verdict.HELD:
            why = WHY_HELD.get(case.outlook.reason, "it is held until something is mended or approved")
            return Ruling(why, "leaves it as it is, on both sides", case.is_mailed)
        case Verdict.WAITING if case.outlook.reason == "waiting":
            return Ruling("Flexmail takes no new contacts now", "tries one new contact a day", case.is_mailed)
        case Verdict.WAITING:
            why = "it went to Flexmail by an import that is not known to be done yet"
            return Ruling(why, "asks Flexmail what became of it", case.is_mailed)
        case Verdict.CREATED | Verdict.UPDATED | Verdict.ADOPTED | Verdict.UNCHANGED | Verdict.FAILED:
            return _eligible(case)
        case _:
            assert_never(case.outlook.verdict)


def _eligible(case: Case) -> Ruling:
    why = "it is active, its newsletter is ticked, its CRM type is selected and its address is valid"
    if not case.is_mailed:
        why += "; it is not in Flexmail yet, as far as flexsync has seen"
    return Ruling(why, "; ".join(_steps(case)) or NOTHING, case.is_mailed)


def _steps(case: Case) -> Iterator[str]:
    for change in case.outlook.changes:
        yield _step(change, case)


def _step(change: Change, case: Case) -> str:
    match change:
        case Create():
            return "adds it to Flexmail, or takes over the contact that has its address already"
        case Adopt():
            return f"links contact {change.contact_id} to it again"
        case Update():
            names = ", ".join(sorted(name.removeprefix(FIELD) for name in change.values))
            return f"brings contact {change.contact_id} up to date: {names}"
        case Readdress():
            return f"gives contact {change.contact_id} the new address"
        case Move():
            return f"takes over contact {change.contact_id} from relation {change.former}"
        case Leave() if case.keeps_leavers:
            return f'lets contact {change.contact_id} go, still subscribed (sync.on_leave = "keep")'
        case Leave() if case.outlook.leave_waits:
            waits = "once there are calls again: until then it is still mailed, and it comes first"
            return f"unsubscribes contact {change.contact_id} in Flexmail {waits}"
        case Leave():
            return f"unsubscribes contact {change.contact_id} in Flexmail"
        case _:
            assert_never(change)


def _out(case: Case) -> str:
    """A no follows its person to a changed address, and is told with the one it was said at."""
    if case.standing is None:
        return "it is out"
    moved = case.standing.address != case.address
    return told_out(case.standing) + (f". That was at {case.standing.address}, and it holds here too" if moved else "")


def _kept_out(case: Case) -> str:
    due = case.standing is not None and due_unticks([case.standing])
    return "unticks the newsletter in Admin, and leaves it alone" if due else "leaves it alone, whatever Admin says"


def _not_selected(case: Case) -> Ruling:
    why = WHY_NOT.get(case.eligibility, "") if case.eligibility else _without_row(case)
    why += f", and {_out(case)}" if case.standing else ""
    steps = "; ".join(_steps(case))
    if steps:
        return Ruling(why, steps, case.is_mailed)
    if case.is_mailed:
        since = f" since {day_of(case.sighting.since)}" if case.sighting else ""
        return Ruling(f"{why}{since}", "leaves it as it is; after a day it is kept as a plan to approve", gets=True)
    if case.link(LinkStatus.KEPT):
        return Ruling(f'{why}, and it was left subscribed in Flexmail (sync.on_leave = "keep")', NOTHING, gets=True)
    if returned := case.link(LinkStatus.RETURNED):
        day = day_of(returned.since)
        return Ruling(
            f"{why}, but the person subscribed again in Flexmail, seen on {day}", "leaves it to you: tick it?", gets=True
        )
    return Ruling(why, NOTHING)


def _without_row(case: Case) -> str:
    return "Admin has no such relation any more" if case.relation_id else "no relation in Admin has this address"


def _parked(case: Case) -> str:
    parked = case.parked
    if parked is None:
        return "Flexmail refused it"
    if parked.problem in WHY_PARKED:
        return WHY_PARKED[parked.problem]
    named = parked.field.removeprefix(FIELD)
    mend = f"mend {named}" if named else "it did not say which field"
    return f"Flexmail refused what Admin holds, on {day_of(parked.since)}: {mend}"


def told_out(out: Out) -> str:
    """An out in words: why, since when, and where from."""
    return f"{BY[out.kind]}, on {day_of(out.at)}; {LEARNT[out.source]}"

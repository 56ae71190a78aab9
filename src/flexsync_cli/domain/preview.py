"""What a plan says to a person: five groups on a first run, and the relations behind every number."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import assert_never

from flexsync_cli.domain.model import ContactId
from flexsync_cli.domain.plan import Adopt, Change, Create, Leave, Move, Readdress, Update
from flexsync_cli.domain.push import PushPlan


@dataclass(frozen=True, slots=True)
class Adoption:
    """Both sides as they are when they meet first, in persons; `not_to_be_mailed` are active in Flexmail against Admin's no."""

    equal: int
    differing: int
    only_admin: int
    only_flexmail: int
    not_to_be_mailed: int


def adoption(plan: PushPlan, listed: Collection[ContactId]) -> Adoption:
    """Sort a plan, and the contacts Flexmail listed, into the five groups."""
    equal = [change.contact_id for change in plan.changes if isinstance(change, Adopt)]
    differing = [change.contact_id for change in plan.changes if isinstance(change, Update)]
    offered = [leave.contact_id for leave in plan.offered]
    return Adoption(
        equal=len(equal),
        differing=len(differing),
        only_admin=sum(isinstance(change, Create) for change in plan.changes),
        only_flexmail=len(set(listed).difference(equal, differing, offered)),
        not_to_be_mailed=len(offered),
    )


def part_of(change: Change) -> str:
    """The part of the summary that tells of a change; "" for what is not told by name."""
    match change:
        case Create():
            return "created"
        case Update() | Readdress() | Move():
            return "updated"
        case Leave():
            return "left"
        case Adopt():
            return ""
        case _:
            assert_never(change)

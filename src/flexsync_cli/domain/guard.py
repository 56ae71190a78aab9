"""The limit on mass change, in either direction: no --force, only the approval of just these people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from flexsync_cli.domain.compare import is_empty
from flexsync_cli.domain.plan import (
    Adopt,
    Change,
    Create,
    Guarded,
    Leave,
    Move,
    Readdress,
    Refusal,
    RefusalKind,
    Update,
)
from flexsync_cli.domain.push import PushPlan

OVERWRITE_PERCENT = 50


@dataclass(frozen=True, slots=True)
class Limits:
    """Refused is what is strictly above both: `percent` of the links, and `count` persons."""

    percent: float = 10
    count: int = 10

    def passed(self, people: int, of: int, percent: float | None = None) -> bool:
        """Whether that many people are too many to be changed without a person's word."""
        return people > self.count and people * 100 > (self.percent if percent is None else percent) * of


@dataclass(frozen=True, slots=True)
class History:
    """What the guard remembers of the last push: its links, its eligible relations, whether nothing was left to create."""

    links: int
    eligible: int
    settled: bool


def guarded(change: Change) -> Guarded:
    """A change as a kept plan remembers it."""
    contact_id = None if isinstance(change, Create) else change.contact_id
    return Guarded(type(change).__name__.lower(), change.relation_id, contact_id)


def people(items: Iterable[Guarded]) -> int:
    """Distinct persons; whoever has no relation any more counts by contact."""
    return len({item.relation_id or item.contact_id for item in items})


def inspect_push(plan: PushPlan, history: History, limits: Limits, approval: Refusal | None = None) -> list[Refusal]:
    """What of this push must not be done now, but for what was approved."""
    whole = _numbers(plan, history, limits) or [*_limit(plan, history, limits), *_overwrite(plan, history, limits)]
    own = [
        *_own_plan(RefusalKind.ABSENT, map(guarded, plan.departures.absent), history),
        *_own_plan(RefusalKind.OFFER, map(guarded, plan.offered), history),
        *_own_plan(RefusalKind.BLOCKED, plan.doubted, history),
    ]
    return [left for refusal in [*whole, *own] if (left := without(refusal, approval))]


def _numbers(plan: PushPlan, history: History, limits: Limits) -> list[Refusal]:
    """An empty Admin over known links, or half of the eligible gone since last time."""
    if history.links == 0:
        return []
    lost = history.eligible - plan.selection.eligible
    halved = lost > limits.count and lost * 2 >= history.eligible
    if plan.selection.relations and not halved:
        return []
    items = tuple(guarded(leave) for leave in [*_leaves(plan), *plan.departures.missing])
    count = max(people(items), lost) if plan.selection.relations else history.links
    return [Refusal("push", RefusalKind.NUMBERS, count, history.links, items)]


def _leaves(plan: PushPlan) -> list[Leave]:
    return [change for change in plan.changes if isinstance(change, Leave)]


def _limit(plan: PushPlan, history: History, limits: Limits) -> list[Refusal]:
    """Leaves and blanked values; at adoption against the contacts that were matched."""
    items = tuple(guarded(change) for change in plan.changes if isinstance(change, Leave) or _blanks(change))
    matched = sum(isinstance(change, Adopt | Update) for change in plan.changes)
    return limit("push", items, history.links or matched, limits)


def _blanks(change: Change) -> bool:
    return isinstance(change, Update) and any(is_empty(value) for value in change.values.values())


def _overwrite(plan: PushPlan, history: History, limits: Limits) -> list[Refusal]:
    """Creates, or overwrites, of more than half the account, once everybody had been created; both in one plan."""
    if not history.settled or not history.links:
        return []
    creates = [guarded(change) for change in plan.changes if isinstance(change, Create)]
    overwrites = [guarded(change) for change in plan.changes if _overwrites(change)]
    passed = [items for items in (creates, overwrites) if limits.passed(people(items), history.links, OVERWRITE_PERCENT)]
    return _own_plan(RefusalKind.OVERWRITE, chain.from_iterable(passed), history)


def _overwrites(change: Change) -> bool:
    if isinstance(change, Update):
        return any(not is_empty(change.base.get(name)) for name in change.values)
    return isinstance(change, Readdress | Move)


def _own_plan(kind: RefusalKind, guarded_changes: Iterable[Guarded], history: History) -> list[Refusal]:
    items = tuple(guarded_changes)
    return [Refusal("push", kind, people(items), history.links, items)] if items else []


def without(refusal: Refusal, approval: Refusal | None) -> Refusal | None:
    """What is left of a refusal when the approved changes are taken out; nothing where they were all of it."""
    if approval is None:
        return refusal
    if refusal.kind is RefusalKind.NUMBERS and approval.kind is not RefusalKind.NUMBERS:
        return refusal
    approved = frozenset(approval.items)
    items = tuple(item for item in refusal.items if item not in approved)
    if not items and (refusal.items or refusal.people <= approval.people):
        return None
    return Refusal(refusal.step, refusal.kind, people(items) if items else refusal.people, refusal.of, items)


def limit(step: str, items: Sequence[Guarded], of: int, limits: Limits, approval: Refusal | None = None) -> list[Refusal]:
    """The plain limit on one step's guarded changes."""
    if not limits.passed(people(items), of):
        return []
    left = without(Refusal(step, RefusalKind.LIMIT, people(items), of, tuple(items)), approval)
    return [left] if left else []

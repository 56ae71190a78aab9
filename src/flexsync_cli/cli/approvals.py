"""What the guard held back and what waits for a person's word: how many, who, and the line to type."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console

from flexsync_cli.bootstrap import english
from flexsync_cli.cli.console import say
from flexsync_cli.cli.tables import examples
from flexsync_cli.domain.plan import OFFERS, STOPPING, Guarded, KeptPlan, Refusal, RefusalKind
from flexsync_cli.domain.typed import approve_command
from flexsync_cli.services.run import Report


@dataclass(frozen=True, slots=True)
class Waiting:
    """A refusal, and the kept plan that stands for it; "" where a dry run or a push of one relation keeps none."""

    refusal: Refusal
    plan_id: str = ""
    config: str = ""

    @property
    def command(self) -> str:
        """What to type."""
        return approve_command(self.plan_id, self.refusal.people, typed=self.refusal.typed, config=self.config)

    @property
    def is_offer(self) -> bool:
        """Whether nothing was stopped by it."""
        return self.refusal.kind in OFFERS


def waiting(report: Report) -> list[Waiting]:
    """Every plan that stands, and what this run refused without keeping one."""
    refused = [refusal for outcome in report.outcomes for refusal in outcome.refusals]
    kept = {_subject(plan.refusal) for plan in report.plans}
    standing = [Waiting(plan.refusal, plan.id, report.config) for plan in report.plans if not _is_over(plan, report, refused)]
    return [*standing, *(Waiting(refusal) for refusal in refused if _subject(refusal) not in kept)]


def _subject(refusal: Refusal) -> tuple[str, RefusalKind]:
    return refusal.step, refusal.kind


def _is_over(plan: KeptPlan, report: Report, refused: Sequence[Refusal]) -> bool:
    """A dry run withdraws nothing: its cause is gone where the same step no longer stops."""
    ran = any(outcome.name == plan.refusal.step and outcome.error is None for outcome in report.outcomes)
    return ran and plan.refusal.kind in STOPPING and _subject(plan.refusal) not in map(_subject, refused)


def tell_waiting(console: Console, found: Sequence[Waiting]) -> None:
    """Three lines each: what, who, and the way out."""
    words = english()
    for each in found:
        refusal = each.refusal
        what = words.say(words.known("approval", refusal.kind), refusal.people, people=refusal.people, of=refusal.of)
        say(console, f"{'to approve' if each.is_offer else 'held back'}: {refusal.step}: {what}", "yellow")
        for change, count in Counter(item.change for item in refusal.items).items():
            people = examples(_person(item) for item in refusal.items if item.change == change)
            say(console, f"{words.say(words.known('change', change), count)}: {people}", indent=2)
        if each.plan_id:
            say(console, f"after a look, do it with: {each.command}", "bold", indent=2, whole=each.command)
        else:
            say(console, "the next push or run keeps it as a plan to approve", indent=2)


def _person(item: Guarded) -> str:
    return item.relation_id or f"contact {item.contact_id}"

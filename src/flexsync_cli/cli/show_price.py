"""What a plan costs, in calls and minutes, on one line."""

from flexsync_cli.domain.push import PushPlan
from flexsync_cli.services.run import Report

# Counts of what is written to Flexmail.
WRITES = ("created", "updated", "left", "subscribed", "unsubscribed")


def price_line(report: Report, price: int) -> str:
    """`price` is the most that it takes, as far as nothing is refused."""
    time = f"{report.minutes} minute{'s' * (report.minutes > 1)}" if report.minutes else "under a minute"
    return f"price: {_about(report)}{_least(report.push, price)}{price} calls, {time}{_by_import(report.push)}"


def _about(report: Report) -> str:
    """What is written may cost more, where Flexmail refuses it."""
    return "about " if any(each.counts[key] for each in report.outcomes for key in WRITES) else ""


def _least(plan: PushPlan | None, price: int) -> str:
    """What goes by import costs less where Flexmail is quick with it."""
    spared = plan.route.price - plan.route.least if plan is not None and plan.route is not None else 0
    return f"{price - spared} to " if spared else ""


def _by_import(plan: PushPlan | None) -> str:
    """What goes together, and what that spares."""
    if plan is None or plan.route is None or not plan.route.imported:
        return ""
    together = f"; {len(plan.route.imported)} contacts go by import, if Flexmail takes it"
    return f"{together}: one by one they would cost at least {plan.route.saved} calls more"

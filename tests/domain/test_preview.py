"""The groups of a first run, and the part of the mail that each change is told in."""

import pytest

from flexsync_cli.domain.leaves import Departures
from flexsync_cli.domain.plan import Adopt, Change, Create, Leave, LeaveReason, Move, Readdress, Update
from flexsync_cli.domain.preview import Adoption, adoption, part_of
from flexsync_cli.domain.push import PushPlan
from flexsync_cli.domain.selection import Selection


def test_both_sides_are_sorted_into_five_groups() -> None:
    changes: list[Change] = [Adopt(str(number), number, "", {}) for number in range(1, 6)]
    changes += [Update(str(number), number, "", {}, {}) for number in range(10, 14)]
    changes += [Create(str(number), "", {}) for number in range(20, 23)]
    plan = PushPlan(Selection(), Departures(), changes=changes)
    plan.offered = [Leave(str(number), number, "", LeaveReason.OFFERED) for number in (30, 31)]
    listed = [*range(1, 6), *range(10, 14), 30, 31, 40]
    assert adoption(plan, listed) == Adoption(equal=5, differing=4, only_admin=3, only_flexmail=1, not_to_be_mailed=2)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (Create("1", "", {}), "created"),
        (Update("1", 7, "", {}, {}), "updated"),
        (Readdress("1", 7, "", "", {}), "updated"),
        (Move("1", 7, "", "2", {}), "updated"),
        (Leave("1", 7, "", LeaveReason.UNTICKED), "left"),
        (Adopt("1", 7, "", {}), ""),
    ],
)
def test_a_change_is_told_in_its_part_of_the_mail(change: Change, part: str) -> None:
    assert part_of(change) == part

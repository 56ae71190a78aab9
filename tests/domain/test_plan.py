"""How a kept plan is approved."""

import pytest

from flexsync_cli.domain.plan import KeptPlan, Refusal, RefusalKind
from tests.domain.people import NOW


@pytest.mark.parametrize("kind", RefusalKind)
def test_the_number_of_people_is_typed_where_a_side_is_empty_or_half_gone(kind: RefusalKind) -> None:
    kept = KeptPlan("p7", Refusal("push", kind, 812, 900, ()), NOW)
    typed = kind is RefusalKind.NUMBERS
    assert kept.command() == ("flexsync approve p7 --people 812" if typed else "flexsync approve p7")


def test_the_configuration_is_named_where_one_was_given() -> None:
    kept = KeptPlan("p7", Refusal("push", RefusalKind.LIMIT, 12, 900, ()), NOW)
    assert kept.command("/srv/de kust/config.toml") == 'flexsync --config "/srv/de kust/config.toml" approve p7'

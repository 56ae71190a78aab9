"""The duplicate report: all relations whose address occurs more than once, and which of them is sent."""

from collections.abc import Iterable

from flexsync_cli.domain.duplicates import DuplicateRow, groups, report, standings
from flexsync_cli.domain.model import Relation
from flexsync_cli.domain.selection import Rules
from flexsync_cli.ports import State


def duplicates(relations: Iterable[Relation], state: State, rules: Rules) -> list[DuplicateRow]:
    """Its rows, by address and role. No call is spent."""
    shared = groups(relations)
    return report(shared, standings(shared, state.links.all(), rules.crm_types, rules.crm_type_order))

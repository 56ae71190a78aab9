"""The duplicate report: all relations whose address occurs more than once, and which of them is sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flexsync_cli.domain.duplicates import DuplicateRow, group_fingerprint, groups, report, standings
from flexsync_cli.domain.model import AddressKey, Relation
from flexsync_cli.domain.selection import Rules
from flexsync_cli.ports import State

REPORTED = "duplicates_reported"  # the fact: the fingerprints of the groups that the last report was about


@dataclass(frozen=True, slots=True)
class Duplicates:
    """The report's rows, by address and role; the fingerprints of its groups by address, and the addresses that are new: not
    in the last report, or shared by others than then."""

    rows: list[DuplicateRow]
    fingerprints: Mapping[AddressKey, str]
    new: frozenset[AddressKey]

    @property
    def new_rows(self) -> list[DuplicateRow]:
        """Those of the new groups."""
        return [row for row in self.rows if row.address in self.new]


def duplicates(relations: Iterable[Relation], state: State, rules: Rules) -> Duplicates:
    """Make it. No call is spent, and nothing is remembered yet."""
    shared = groups(relations)
    rows = report(shared, standings(shared, state.links.all(), rules.crm_types, rules.crm_type_order))
    prints = {address: group_fingerprint(address, (each.id for each in members)) for address, members in shared.items()}
    known = frozenset(state.facts.get(REPORTED) or ())
    return Duplicates(rows, prints, frozenset(address for address, print_ in prints.items() if print_ not in known))


def remember(state: State, shown: Duplicates) -> None:
    """A report was made, with or without --new: either way a person has what is new, so the next --new begins here."""
    state.facts.put(REPORTED, sorted(shown.fingerprints.values()))

"""Who is to be mailed, as the office sees it."""

from tests.machine.setup import SELECTED
from tests.machine.stage import Row, Seen, Stage


def eligible(stage: Stage, seen: Seen, address: str) -> list[Row]:
    """The relations to be mailed at an address."""
    return [row for row in seen.rows.values() if row.address == address and is_eligible(stage, row)]


def is_eligible(stage: Stage, row: Row) -> bool:
    """Active, ticked, of a selected type, with a valid address."""
    return row.active is True and "@" in row.address and is_selected(stage, row)


def is_selected(stage: Stage, row: Row) -> bool:
    """Ticked, of a selected type, and not inactive."""
    return row.ticked and row.active is not False and (not stage.setup.typed or row.crm_type == SELECTED)

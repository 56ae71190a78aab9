"""Asks SQL Server which rights the login has, against those that flexsync needs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, select

from flexsync_cli.adapters.admin.describe import Right, needed_rights, quoted_table
from flexsync_cli.adapters.admin.mapping import AdminMapping

# SELECT is left out: who may read more than the mapped tables is asked nothing about them.
WRITES = ("INSERT", "UPDATE", "DELETE", "ALTER")


@dataclass(frozen=True, slots=True)
class RightsGap:
    """What the login may not do and must, and what it may do to the mapped tables and needn't."""

    lacking: tuple[Right, ...]
    needless: tuple[Right, ...]


def rights_gap(connection: Connection, mapping: AdminMapping) -> RightsGap:
    """Ask for every right that is needed, and for every write that isn't."""
    needed = needed_rights(mapping, opt_in=mapping.opt_in)
    lacking = tuple(right for right in needed if not _has(connection, right))
    return RightsGap(lacking, tuple(right for right in _not_needed(needed) if _has(connection, right)))


def question(right: Right, column: str = "") -> Select[Any]:
    """1 where the login has the right: on the whole table, or on one column; NULL where it sees no such table."""
    securable = quoted_table(right.table)
    of_column = (column, "COLUMN") if column else ()
    return select(func.HAS_PERMS_BY_NAME(securable, "OBJECT", right.action, *of_column))


def _has(connection: Connection, right: Right) -> bool:
    return all(connection.scalar(question(right, column)) == 1 for column in right.columns or ("",))


def _not_needed(needed: list[Right]) -> Iterator[Right]:
    """An UPDATE that is needed of some columns only is too much for a whole table."""
    for table in dict.fromkeys(right.table for right in needed):
        for action in WRITES:
            if Right(action, table) not in needed:
                yield Right(action, table)

"""The newsletter flag, compare-and-set: read, write where it still says what was read, read again.

Row counts are not looked at: on a table with triggers they may be a trigger's.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Select, Update, func, insert, select, types, update
from sqlalchemy.exc import DBAPIError

from flexsync_cli.adapters.admin.database import undo
from flexsync_cli.adapters.admin.faults import is_refusal
from flexsync_cli.adapters.admin.flags import FlagForm, is_ticked, learn, opposite, parse
from flexsync_cli.adapters.admin.tables import AdminTables
from flexsync_cli.adapters.admin.values import as_id, as_key, from_id, real_type, to_id
from flexsync_cli.domain.model import RelationId
from flexsync_cli.ports import FlagResult

IDS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class FlagRow:
    """One row of the newsletter table, as it stands."""

    owner: object
    flag: object


def set_newsletter(
    connection: Connection, tables: AdminTables, relation_ids: Collection[RelationId], *, wanted: bool
) -> dict[RelationId, FlagResult]:
    """Set the flag of all of them, or, if one is refused, of none: then the transaction has been undone."""
    before = read_flags(connection, tables, relation_ids)
    results = {one: FlagResult.ALREADY if one in before else FlagResult.GONE for one in relation_ids}
    due = {one: rows for one, rows in before.items() if not _stands(rows, wanted=wanted)}
    if due:
        written = _write(connection, tables, due, wanted=wanted)
        results |= dict.fromkeys(due, FlagResult.WRITTEN if written else FlagResult.REFUSED)
    return results


def read_flags(
    connection: Connection, tables: AdminTables, relation_ids: Collection[RelationId]
) -> dict[RelationId, list[FlagRow]]:
    """The newsletter rows of those of the relations that there are."""
    ids = [raw for one in relation_ids if (raw := from_id(one, tables.id)) is not None]
    found: dict[RelationId, list[FlagRow]] = {}
    for batch in _batches(ids):
        for raw_id, owner, flag in connection.execute(flag_select(tables, batch)):
            rows = found.setdefault(to_id(raw_id), [])
            rows += [] if owner is None else [FlagRow(owner, flag)]
    return found


def flag_select(tables: AdminTables, ids: Sequence[object]) -> Select[Any]:
    """Relation, newsletter row's owner (NULL = there is no row) and flag."""
    clause = tables.relations
    columns = select(tables.id.label("id"), tables.newsletter_id.label("owner"), tables.flag.label("flag"))
    if tables.newsletter_is_own:
        return columns.select_from(clause).where(as_id(tables.id).in_(ids))
    joined = clause.outerjoin(tables.newsletter, as_key(tables.newsletter_id) == as_key(tables.id))
    return columns.select_from(joined).where(as_id(tables.id).in_(ids))


def flag_update(tables: AdminTables, owners: Sequence[object], old: object, new: object) -> Update:
    """Write where the flag still says what was read."""
    unchanged = tables.flag.is_(None) if old is None else tables.flag == old
    return update(tables.newsletter).where(tables.newsletter_id.in_(owners), unchanged).values({tables.flag: new})


def learn_form(connection: Connection, column: Column[Any]) -> FlagForm:
    """How a column says yes and no, by its type and by what it holds."""
    kind = real_type(column)
    if isinstance(kind, types.Boolean):
        return FlagForm(yes=1, no=0)
    counted = connection.execute(select(column, func.count().label("rows")).group_by(column)).all()
    by_frequency = [row[0] for row in sorted(counted, key=lambda row: -row[1])]
    return learn(by_frequency, textual=isinstance(kind, types.String))


def _write(connection: Connection, tables: AdminTables, due: Mapping[RelationId, list[FlagRow]], *, wanted: bool) -> bool:
    """Write and read back; whether all of it stands. If not, everything has been undone."""
    try:
        _update_rows(connection, tables, due, wanted=wanted)
        if wanted:
            _add_rows(connection, tables, [one for one, rows in due.items() if not rows])
    except DBAPIError as error:
        if not is_refusal(error):
            raise
        undo(connection)
        return False
    after = read_flags(connection, tables, due)
    if all(_stands(after.get(one, ()), wanted=wanted) for one in due):
        return True
    undo(connection)
    return False


def _update_rows(connection: Connection, tables: AdminTables, due: Mapping[RelationId, list[FlagRow]], *, wanted: bool) -> None:
    owners: dict[object, list[object]] = defaultdict(list)
    for rows in due.values():
        for row in rows:
            if is_ticked(row.flag) is not wanted:
                owners[row.flag].append(row.owner)
    for old, same in owners.items():
        new = _new_flag(connection, tables, old, wanted=wanted)
        for batch in _batches(same):
            connection.execute(flag_update(tables, batch, old, new))


def _new_flag(connection: Connection, tables: AdminTables, old: object, *, wanted: bool) -> object:
    """No in the form of the yes that stood there; a yes, or anything over what is neither, in the form of the column."""
    if not wanted and parse(old):
        return opposite(old)
    return learn_form(connection, tables.flag).of(wanted=wanted)


def _add_rows(connection: Connection, tables: AdminTables, relation_ids: Sequence[RelationId]) -> None:
    if relation_ids:
        yes = learn_form(connection, tables.flag).yes
        for one in relation_ids:
            row = {tables.newsletter_id: from_id(one, tables.newsletter_id), tables.flag: yes}
            connection.execute(insert(tables.newsletter).inline().values(row))


def _stands(rows: Sequence[FlagRow], *, wanted: bool) -> bool:
    """Ticked: all rows are, and there is one. Unticked: none is."""
    return all(is_ticked(row.flag) is wanted for row in rows) and (bool(rows) or not wanted)


def _batches(ids: Sequence[object]) -> Iterator[Sequence[object]]:
    return (ids[start : start + IDS_AT_ONCE] for start in range(0, len(ids), IDS_AT_ONCE))

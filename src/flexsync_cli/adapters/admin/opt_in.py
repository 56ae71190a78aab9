"""What comes from Flexmail into Admin: new relations, and changed values of known ones."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from unicodedata import normalize
from uuid import uuid4

from sqlalchemy import Column, ColumnElement, Connection, FromClause, Table, func, insert, select, true, types, update
from sqlalchemy.exc import DBAPIError

from flexsync_cli.adapters.admin.database import undo
from flexsync_cli.adapters.admin.faults import is_refusal
from flexsync_cli.adapters.admin.newsletter import learn_form, set_newsletter
from flexsync_cli.adapters.admin.reading import read_relations
from flexsync_cli.adapters.admin.reflect import match
from flexsync_cli.adapters.admin.tables import AdminTables, MappedColumn
from flexsync_cli.adapters.admin.values import as_id, bound, from_id, from_value, real_type, to_id, to_text
from flexsync_cli.domain.model import FIELD, Relation, RelationId, Value
from flexsync_cli.errors import AdminUnavailable
from flexsync_cli.ports import FlagResult, NewRelation

_Row = dict[Column[Any], object]
_Rows = dict[FromClause, _Row]


def add_relation(connection: Connection, tables: AdminTables, new: NewRelation) -> RelationId:
    """Create a relation, active and ticked, with its newsletter row and its rows in tables of fields; its id."""
    try:
        rows = _new_rows(connection, tables, new)
    except ValueError as error:
        raise AdminUnavailable(f"Admin's database: a new relation can't be stored: {error}") from None
    relation_id = _insert_relation(connection, tables, rows.pop(tables.relations))
    for table, row in rows.items():
        _put_row(connection, tables, table, relation_id, row)
    # A trigger may have made the newsletter row already.
    ticked = set_newsletter(connection, tables, [relation_id], wanted=True)[relation_id]
    if ticked in (FlagResult.REFUSED, FlagResult.GONE):
        raise AdminUnavailable("Admin's database created a relation, but did not let its newsletter flag be ticked; undone")
    return relation_id


def rewrite(
    connection: Connection,
    tables: AdminTables,
    relation_id: RelationId,
    expected: Mapping[str, Value],
    new: Mapping[str, Value],
) -> FlagResult:
    """Compare-and-set values of a relation; REFUSED, and undone, where one is not as expected, or afterwards not as wanted."""
    before = _read(connection, tables, relation_id)
    if before is None:
        return FlagResult.GONE
    if _holds(before, new):
        return FlagResult.ALREADY
    if not _holds(before, expected):
        return FlagResult.REFUSED
    try:
        _write_values(connection, tables, relation_id, new)
    except (DBAPIError, ValueError) as error:
        if isinstance(error, DBAPIError) and not is_refusal(error):
            raise
        undo(connection)
        return FlagResult.REFUSED
    after = _read(connection, tables, relation_id)
    if after is not None and _holds(after, new):
        return FlagResult.WRITTEN
    undo(connection)
    return FlagResult.REFUSED


def _read(connection: Connection, tables: AdminTables, relation_id: RelationId) -> Relation | None:
    return next(iter(list(read_relations(connection, tables, relation_id))), None)


def _holds(relation: Relation, values: Mapping[str, Value]) -> bool:
    return all(_comparable(_value_of(relation, key)) == _comparable(value) for key, value in values.items())


def _value_of(relation: Relation, key: str) -> Value:
    if key.startswith(FIELD):
        return relation.fields.get(key.removeprefix(FIELD))
    own = {"name": relation.name, "first_name": relation.first_name, "email": relation.email, "language": relation.language}
    return own[key]


def _comparable(value: Value) -> str:
    """Equal for values that are the same to a reader: a number as its text, accents composed or not, no text and none."""
    return normalize("NFC", to_text(", ".join(value) if isinstance(value, tuple) else value))


def _new_rows(connection: Connection, tables: AdminTables, new: NewRelation) -> _Rows:
    """What to insert, by table. What is mapped wins over the constants; an empty value leaves a column to its default."""
    values: dict[str, Value] = {"name": new.name, "first_name": new.first_name, "email": new.email, "language": new.language}
    values |= {FIELD + name: value for name, value in new.fields.items()}
    rows: _Rows = defaultdict(dict)
    rows[tables.relations] = _constants(tables, new.values)
    for key, value in values.items():
        place = tables.place(key)
        if place is not None and (value not in (None, "") or place.column.info["required"]):
            rows[place.column.table] |= _stored(connection, place, value)
    flags = [tables.own["active"], *([tables.flag] if tables.newsletter_is_own else [])]
    rows[tables.relations] |= {flag: learn_form(connection, flag).yes for flag in flags}
    return rows


def _constants(tables: AdminTables, values: Mapping[str, Value]) -> _Row:
    columns = tables.relations.columns
    found = {match(name, columns.keys()): value for name, value in values.items()}
    return {columns[name]: bound(from_value(value, columns[name])) for name, value in found.items() if name is not None}


def _stored(connection: Connection, place: MappedColumn, value: Value) -> _Row:
    """The column and what it shall hold: a label's code; nothing where the office has no such label."""
    if place.label is None or value in (None, ""):
        return {place.column: bound(from_value(value, place.column))}
    text = func.rtrim(func.ltrim(place.label.text))
    code = connection.execute(select(place.label.key).where(text == _comparable(value))).scalars().first()
    return {} if code is None else {place.column: code}


def _insert_relation(connection: Connection, tables: AdminTables, row: _Row) -> RelationId:
    if tables.id.info["automatic"]:
        return _insert_numbered(connection, tables, row)
    new_id = _next_id(connection, tables.id)
    connection.execute(insert(tables.relations).inline().values({**row, tables.id: new_id}))
    return to_id(new_id)


def _insert_numbered(connection: Connection, tables: AdminTables, row: _Row) -> RelationId:
    """Where the database gives the id. What a trigger selects may come as the answer in its place: then it is another's."""
    known = {to_id(raw) for raw in connection.execute(select(tables.id)).scalars()}
    try:
        inserted = connection.execute(insert(tables.relations).values(row)).inserted_primary_key
    except (TypeError, ValueError):  # no number at all
        inserted = None
    if not inserted or inserted[0] is None or to_id(inserted[0]) in known:
        raise AdminUnavailable(
            "Admin's database created a relation without telling its id; undone. A trigger on that table that selects rows "
            "answers in its place: it must not"
        )
    return to_id(inserted[0])


def _next_id(connection: Connection, column: Column[Any]) -> object:
    """The highest number and one; as text, as wide as that; a UUID where those are the ids."""
    kind = real_type(column)
    if isinstance(kind, types.Uuid):
        return str(uuid4()).upper()  # as the driver reads it
    if isinstance(kind, types.Integer | types.Numeric):
        return int(connection.execute(select(func.max(column))).scalar() or 0) + 1
    numbers = [text for raw in connection.execute(select(column)).scalars() if (text := to_id(raw)).isdecimal()]
    highest = max(numbers, key=int, default="0")
    return str(int(highest) + 1).zfill(len(highest))


def _write_values(connection: Connection, tables: AdminTables, relation_id: RelationId, new: Mapping[str, Value]) -> None:
    rows: _Rows = defaultdict(dict)
    for key, value in new.items():
        if place := tables.place(key):
            rows[place.column.table] |= _stored(connection, place, value)
    for table, row in rows.items():
        _put_row(connection, tables, table, relation_id, row)


def _put_row(connection: Connection, tables: AdminTables, table: FromClause, relation_id: RelationId, row: _Row) -> None:
    """Update the relation's row where it stands as read just now; insert one where there is none."""
    if not row:
        return
    owner = tables.id if table is tables.relations else tables.owner_of(table)
    key = from_id(relation_id, owner)
    present = connection.execute(select(*row).where(as_id(owner) == key)).first()
    target = owner.table
    assert isinstance(target, Table)  # noqa: S101 - mapped columns are of real tables
    if present is None:
        connection.execute(insert(target).inline().values({owner: key, **row}))
    else:
        unchanged = [_is(column, raw) for column, raw in zip(row, present, strict=True)]
        connection.execute(update(target).where(as_id(owner) == key, *unchanged).values(row))


def _is(column: Column[Any], raw: object) -> ColumnElement[bool]:
    if isinstance(real_type(column), types.Text):  # SQL Server can't compare its old text types
        return true()
    return column.is_(None) if raw is None else column == raw

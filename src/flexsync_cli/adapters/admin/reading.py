"""Relations as Admin has them now: two statements, whatever the number of relations."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, FromClause, Row, Select, null, select

from flexsync_cli.adapters.admin.flags import is_ticked, parse
from flexsync_cli.adapters.admin.tables import RELATION_KEYS, AdminTables, MappedColumn
from flexsync_cli.adapters.admin.values import as_id, as_key, from_id, reader, real_type, to_id, to_text
from flexsync_cli.domain.model import NO_VALUES, Relation, RelationId, Value

Reader: TypeAlias = Callable[[object], Value]

ROWS_AT_ONCE = 1000
_NO_INTERESTS: frozenset[str] = frozenset()  # one for all: Python makes each empty set anew
_FLAG = 1 + len(RELATION_KEYS)  # in a row: the id, RELATION_KEYS, the flag, then the custom fields


def relation_select(tables: AdminTables) -> Select[Any]:
    """Every relation in the order of its id, with flag and custom fields.

    A relation has a row for each of its newsletter rows: `read_relations` makes one of them.
    """
    joins = _Joins(tables)
    if not tables.newsletter_is_own:
        joins.join(tables.newsletter, as_key(tables.newsletter_id) == as_key(tables.id))
    own = [tables.own[key].label(key) if key in tables.own else null().label(key) for key in RELATION_KEYS]
    fields = [joins.value(field).label(f"field_{number}") for number, field in enumerate(tables.fields.values())]
    columns = [tables.id.label("id"), *own, tables.flag.label("flag"), *fields]
    return select(*columns).select_from(joins.clause).where(tables.id.is_not(None)).order_by(tables.id)


def interest_select(tables: AdminTables) -> Select[Any] | None:
    """Every interest of every relation; None where none are mapped."""
    if tables.interests is None:
        return None
    joins = _Joins(tables)
    owner = tables.interests.relation_id
    joins.join(owner.table, as_key(owner) == as_key(tables.id), outer=False)
    value = joins.value(tables.interests.interest)
    return select(tables.id.label("id"), value.label("interest")).select_from(joins.clause).order_by(tables.id)


def read_relations(connection: Connection, tables: AdminTables, relation_id: RelationId | None = None) -> Iterator[Relation]:
    """All relations, or the one with this id.

    Interests are read first, as one small set a relation: a SQL Server connection has one open result, and merging two
    streams would hang on how the server sorts text.
    """
    only = [] if relation_id is None else [as_id(tables.id) == from_id(relation_id, tables.id)]
    interests = _read_interests(connection, tables, only)
    readers = {name: _reader(field) for name, field in tables.fields.items()}
    rows = _stream(connection, relation_select(tables).where(*only))
    for raw_id, same in groupby(rows, key=itemgetter(0)):
        relation_id = to_id(raw_id)
        yield _relation(relation_id, list(same), readers, interests.pop(relation_id, _NO_INTERESTS))


class _Joins:
    """What a statement reads from, as it grows: each table of fields once, each label by itself."""

    def __init__(self, tables: AdminTables) -> None:
        self.clause: FromClause = tables.relations
        self._tables = tables
        self._joined: set[FromClause] = {tables.relations}

    def join(self, table: FromClause, condition: ColumnElement[bool], *, outer: bool = True) -> None:
        """One more table, by a condition; nothing where it is there already."""
        if table in self._joined:
            return
        self.clause = self.clause.join(table, condition, isouter=outer)
        self._joined.add(table)

    def value(self, mapped: MappedColumn) -> ColumnElement[Any]:
        """The element that reads a mapped value, its tables joined."""
        self._join_fields(mapped.column.table)
        code = mapped.column
        if mapped.label is None:
            return code
        labels = mapped.label.key.table.alias()
        self.join(labels, labels.c[mapped.label.key.key] == code)
        return labels.c[mapped.label.text.key]

    def _join_fields(self, table: FromClause) -> None:
        if table not in self._joined:
            self.join(table, as_key(self._tables.owner_of(table)) == as_key(self._tables.id))


def _stream(connection: Connection, statement: Select[Any]) -> Iterator[Row[Any]]:
    with connection.execute(statement, execution_options={"yield_per": ROWS_AT_ONCE}) as rows:
        for part in rows.partitions():
            yield from part


def _read_interests(
    connection: Connection, tables: AdminTables, only: Sequence[ColumnElement[bool]]
) -> dict[RelationId, frozenset[str]]:
    """Interests by relation; equal sets are one object, since many relations share theirs."""
    statement = interest_select(tables)
    if statement is None:
        return {}
    shared: dict[frozenset[str], frozenset[str]] = {}
    found = {}
    for raw_id, rows in groupby(_stream(connection, statement.where(*only)), key=itemgetter(0)):
        interests = frozenset(filter(None, (to_text(row.interest) for row in rows)))
        found[to_id(raw_id)] = shared.setdefault(interests, interests)
    return found


def _relation(
    relation_id: RelationId, rows: Sequence[Sequence[Any]], readers: Mapping[str, Reader], interests: frozenset[str]
) -> Relation:
    # Where a table of fields has several rows: always the same one, whatever the server's order.
    row = rows[0] if len(rows) == 1 else min(rows, key=repr)
    _, name, first_name, email, language, crm_type, active, flag, *raws = row
    flags = (is_ticked(flag),) if len(rows) == 1 else [is_ticked(row[_FLAG]) for row in rows]
    newsletter = False not in flags
    return Relation(
        id=relation_id,
        name=to_text(name),
        first_name=to_text(first_name),
        email=to_text(email),
        language=to_text(language),
        crm_type=to_text(crm_type),
        # A flag that says neither yes nor no is no leave, and no mail either: the relation is held.
        active=None if newsletter and None in flags else parse(active),
        newsletter=newsletter,
        fields=_fields(readers, raws) if readers else NO_VALUES,
        interests=interests,
    )


def _reader(field: MappedColumn) -> Reader:
    return reader(real_type(field.label.text if field.label else field.column))


def _fields(readers: Mapping[str, Reader], raws: Iterable[object]) -> dict[str, Value]:
    return {name: read(raw) for (name, read), raw in zip(readers.items(), raws, strict=True)}

"""Relations as Admin has them now: two statements, whatever the number of relations."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby, repeat
from operator import itemgetter
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, FromClause, Select, null, select

from flexsync_cli.adapters.admin.flags import is_ticked, parse
from flexsync_cli.adapters.admin.tables import RELATION_KEYS, AdminTables, MappedColumn
from flexsync_cli.adapters.admin.values import as_id, as_key, from_id, reader, real_type, to_id, to_text
from flexsync_cli.domain.model import NO_VALUES, Relation, RelationId, Value

Reader: TypeAlias = Callable[[object], Value]
Rows: TypeAlias = Sequence[Sequence[Any]]  # of a statement; the id comes first

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
    parts = _stream(connection, relation_select(tables).where(*only))
    for rows in _whole(parts):
        yield from _relations(_one_each(rows), readers, interests)


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


def _stream(connection: Connection, statement: Select[Any]) -> Iterator[Rows]:
    """The rows in parts, since there may be many."""
    with connection.execute(statement, execution_options={"yield_per": ROWS_AT_ONCE}) as rows:
        yield from rows.partitions()


def _whole(parts: Iterable[Rows]) -> Iterator[Rows]:
    """The same rows in parts that don't tear apart those of one id."""
    kept: list[Sequence[Any]] = []
    for part in parts:
        rows = [*kept, *part]
        last, end = rows[-1][0], len(rows) - 1
        while end and rows[end - 1][0] == last:
            end -= 1
        yield rows[:end]
        kept = rows[end:]
    yield kept


def _one_each(rows: Rows) -> Rows:
    """One row an id."""
    if len({row[0] for row in rows}) == len(rows):
        return rows
    return [_merged(list(same)) for _, same in groupby(rows, key=itemgetter(0))]


def _merged(rows: Rows) -> Sequence[Any]:
    """Of several rows of a table of fields always the same one, whatever the server's order; a flag that says no goes before
    one that says neither, and that before a yes."""
    row, flags = min(rows, key=repr), [row[_FLAG] for row in rows]
    flag = min(flags, key=lambda flag: (False, None, True).index(is_ticked(flag)))
    return (*row[:_FLAG], flag, *row[_FLAG + 1 :])


def _read_interests(
    connection: Connection, tables: AdminTables, only: Sequence[ColumnElement[bool]]
) -> dict[RelationId, frozenset[str]]:
    """Interests by relation; equal sets are one object, since many relations share theirs."""
    statement = interest_select(tables)
    if statement is None:
        return {}
    shared: dict[frozenset[str], frozenset[str]] = {}
    found = {}
    rows = chain.from_iterable(_stream(connection, statement.where(*only)))
    for raw_id, same in groupby(rows, key=itemgetter(0)):
        interests = frozenset(filter(None, (to_text(interest) for _, interest in same)))
        found[to_id(raw_id)] = shared.setdefault(interests, interests)
    return found


def _relations(rows: Rows, readers: Mapping[str, Reader], interests: Mapping[RelationId, frozenset[str]]) -> Iterator[Relation]:
    """Relations of rows, column by column: there can be 100,000, and a function called for each value takes its time."""
    if not rows:
        return iter(())
    raw_ids, names, first_names, emails, languages, crm_types, actives, flags, *fields = zip(*rows, strict=True)
    ids = [to_id(raw) for raw in raw_ids]
    ticked = [is_ticked(flag) for flag in flags]
    return map(
        Relation,
        ids,
        _texts(names),
        _texts(first_names),
        _texts(emails),
        _texts(languages),
        _texts(crm_types),
        # A flag that says neither yes nor no is no leave, and no mail either: the relation is held.
        [None if flag is None else parse(active) for flag, active in zip(ticked, actives, strict=True)],
        [flag is not False for flag in ticked],
        _fields(readers, fields) if readers else repeat(NO_VALUES),
        [interests.get(relation_id, _NO_INTERESTS) for relation_id in ids] if interests else repeat(_NO_INTERESTS),
    )


def _texts(raws: Iterable[object]) -> list[str]:
    return [raw.strip() if isinstance(raw, str) else to_text(raw) for raw in raws]  # what is frequent without a call


def _fields(readers: Mapping[str, Reader], columns: Sequence[Sequence[object]]) -> list[Mapping[str, Value]]:
    read = (map(reader, raws) for reader, raws in zip(readers.values(), columns, strict=True))
    return [dict(zip(readers, values, strict=True)) for values in zip(*read, strict=True)]


def _reader(field: MappedColumn) -> Reader:
    return reader(real_type(field.label.text if field.label else field.column))

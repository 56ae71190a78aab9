"""The tables of the mapping as the database has them: looked at once, with everything that lacks told at once."""

import sys
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, inspect, types
from sqlalchemy.engine.interfaces import ReflectedColumn
from sqlalchemy.engine.reflection import Inspector, ObjectKind
from sqlalchemy.exc import DBAPIError, SAWarning

from flexsync_cli.adapters.admin.mapping import AdminMapping, Need, needs, split_name
from flexsync_cli.domain.text import shortlist
from flexsync_cli.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Catalog:
    """Tables by the name the configuration gives them, in lower case; `views` are those that are views."""

    tables: Mapping[str, Table]
    views: frozenset[str]

    def table(self, name: str) -> Table:
        """A table the mapping names."""
        return self.tables[name.casefold()]

    def column(self, table: str, name: str) -> Column[Any]:
        """A column the mapping names."""
        columns = self.table(table).columns
        found = match(name, columns.keys())
        assert found is not None, "every need was checked"  # noqa: S101 - read_catalog refuses the mapping otherwise
        return columns[found]


def read_catalog(connection: Connection, mapping: AdminMapping) -> Catalog:
    """Look at all tables of the mapping. Raises Misconfigured with all that lacks."""
    wanted = list(needs(mapping))
    found = _find(inspect(connection), {need.table for need in wanted})
    catalog = _catalog(connection, found, mapping)
    problems = [*_missing_tables(wanted, catalog, found), *_missing_columns(wanted, catalog), *_written_views(mapping, catalog)]
    if problems:
        raise Misconfigured(list(dict.fromkeys(problems)))
    return catalog


def match(name: str, names: Iterable[str]) -> str | None:
    """The name as the database spells it: exactly so, else in another case."""
    candidates = list(names)
    return name if name in candidates else next((one for one in candidates if one.casefold() == name.casefold()), None)


def nearest(name: str, names: Iterable[str]) -> str:
    """What to put behind "there is no such name": the one that is near, else those there are; "" where there is none."""
    spelled = {one.casefold(): one for one in names}
    if close := get_close_matches(name.casefold(), spelled, n=1, cutoff=0.6):
        return f', did you mean "{spelled[close[0]]}"?'
    return f"; there is {shortlist(name, spelled.values())}" if spelled else ""


@dataclass(frozen=True, slots=True)
class _Found:
    """What there is in the schemas that matter; names by schema."""

    names: Mapping[str | None, list[str]]
    views: frozenset[tuple[str | None, str]]

    def spellings(self) -> list[str]:
        return [f"{schema}.{name}" if schema else name for schema, names in self.names.items() for name in names]


def _find(inspector: Inspector, tables: Iterable[str]) -> _Found:
    schemas: list[str | None] = [None, *sorted({schema for schema, _ in map(split_name, tables) if schema})]
    names, views = {}, set()
    for schema in schemas:
        own_tables, own_views = _list_schema(inspector, schema)
        names[schema] = [*own_tables, *own_views]
        views |= {(schema, view) for view in own_views}
    return _Found(names, frozenset(views))


def _list_schema(inspector: Inspector, schema: str | None) -> tuple[list[str], list[str]]:
    try:
        return inspector.get_table_names(schema), inspector.get_view_names(schema)
    except DBAPIError as error:
        if schema is None or error.connection_invalidated:
            raise
        return [], []  # no such schema or database


def _catalog(connection: Connection, found: _Found, mapping: AdminMapping) -> Catalog:
    loose = connection.dialect.name == "sqlite"  # whose columns hold what their types don't say
    by_config_name = {need.table: _place(need.table, found, loose=loose) for need in needs(mapping)}
    actual = {table: (schema, match(name, found.names[schema])) for table, (schema, name) in by_config_name.items()}
    columns = _columns(inspect(connection), {(schema, name) for schema, name in actual.values() if name})
    metadata, tables, views = MetaData(), {}, set()
    for table, (schema, name) in actual.items():
        if name:
            id_column = mapping.relations.id if table.casefold() == mapping.relations.table.casefold() else ""
            tables[table.casefold()] = _table(metadata, schema, name, columns[schema, name], id_column, loose=loose)
            views |= {table.casefold()} if (schema, name) in found.views else set()
    return Catalog(tables, frozenset(views))


def _place(table: str, found: _Found, *, loose: bool) -> tuple[str | None, str]:
    """Schema and name of a table. SQLite has no schemas: there "dbo.CUSTOMER" is CUSTOMER, unless that is attached."""
    schema, name = split_name(table)
    return (None, name) if loose and schema is not None and not found.names[schema] else (schema, name)


def _columns(inspector: Inspector, tables: set[tuple[str | None, str]]) -> dict[tuple[str | None, str], list[ReflectedColumn]]:
    columns: dict[tuple[str | None, str], list[ReflectedColumn]] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # types that SQLAlchemy doesn't know, of columns that are not ours
        for schema in {schema for schema, _ in tables}:
            names = [name for own, name in tables if own == schema]
            columns |= inspector.get_multi_columns(schema=schema, filter_names=names, kind=ObjectKind.ANY)
    return columns


def _table(
    metadata: MetaData, schema: str | None, name: str, columns: list[ReflectedColumn], id_column: str, *, loose: bool
) -> Table:
    """A table whose statements never use OUTPUT, which SQL Server refuses where a table has triggers."""
    key = f"{schema}.{name}" if schema else name
    if key in metadata.tables:
        return metadata.tables[key]
    built = [_column(column, is_id=column["name"].casefold() == id_column.casefold(), loose=loose) for column in columns]
    return Table(name, metadata, *built, schema=schema, implicit_returning=False)


def _is_row_version(kind: types.TypeEngine[Any]) -> bool:
    """Filled by SQL Server itself. Its dialect takes a while to import: it is there where the server is."""
    dialect = sys.modules.get("sqlalchemy.dialects.mssql")
    return dialect is not None and isinstance(kind, dialect.TIMESTAMP)


def _column(reflected: ReflectedColumn, *, is_id: bool, loose: bool) -> Column[Any]:
    kind, nullable = reflected["type"], reflected["nullable"]
    automatic = _is_numbered(reflected)
    filled = automatic or reflected.get("default") is not None or "computed" in reflected or _is_row_version(kind)
    info = {"type": kind, "required": not nullable and not filled, "automatic": automatic, "loose": loose}
    keeps_type = isinstance(kind, types.String | types.Integer) and not isinstance(kind, types.Enum)
    seen_as = kind if keeps_type else types.NullType()
    return Column(
        reflected["name"], seen_as, nullable=nullable, primary_key=is_id, autoincrement=is_id and automatic, info=info
    )


def _is_numbered(reflected: ReflectedColumn) -> bool:
    """Whether the database gives the numbers: an identity column, or SQLite's INTEGER PRIMARY KEY."""
    if "identity" in reflected or reflected.get("autoincrement") is True:
        return True
    return reflected.get("primary_key") == 1 and type(reflected["type"]) is types.INTEGER


def _missing_tables(wanted: list[Need], catalog: Catalog, found: _Found) -> list[str]:
    return [
        f'{need.table_path}: no table "{need.table}" that this login may read{nearest(need.table, found.spellings())}'
        for need in wanted
        if need.table.casefold() not in catalog.tables
    ]


def _missing_columns(wanted: list[Need], catalog: Catalog) -> list[str]:
    problems = []
    for need in wanted:
        table = catalog.tables.get(need.table.casefold())
        if table is not None and not match(need.column, table.columns.keys()):
            hint = nearest(need.column, table.columns.keys())
            problems.append(f'{need.path}: no column "{need.column}" in table {need.table}{hint}')
    return problems


def _written_views(mapping: AdminMapping, catalog: Catalog) -> list[str]:
    paths = {mapping.newsletter.table: "admin.newsletter.table"}
    paths |= {mapping.communications.table: "admin.communications.table"} if mapping.communications else {}
    paths |= {mapping.relations.table: "admin.relations.table"} if mapping.opt_in else {}
    written = [(path, table) for table, path in paths.items() if table.casefold() in catalog.views]
    return [f'{path}: "{table}" is a view, and flexsync writes here: name the table' for path, table in written]

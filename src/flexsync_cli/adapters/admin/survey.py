"""A look at an unknown Admin: its tables, its columns, and the shape of a sample; no value leaves this module."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, Table, column, inspect, select, types
from sqlalchemy.engine.interfaces import ReflectedColumn
from sqlalchemy.engine.reflection import Inspector, ObjectKind
from sqlalchemy.exc import DBAPIError, SAWarning

from flexsync_cli.adapters.admin.connect import make_engine
from flexsync_cli.adapters.admin.database import Database
from flexsync_cli.domain.mapping_proposal import ColumnShape, Survey, TableShape, looks_useful

SAMPLE = 200
MOST_TABLES = 60
_FLAGS = frozenset({"0", "1", "-1", "j", "n", "y", "true", "false"})
_SYSTEM = frozenset({"information_schema", "sys", "guest"})


def survey(connection: str, password: str | None, base: Path) -> Survey:
    """All tables with their columns, and the shape of those that may hold what flexsync needs.

    Raises Misconfigured and Admin's errors.
    """
    database = Database(make_engine(connection, password, base))
    try:
        with database.reading(autocommit=True) as session:
            return _survey(session)
    finally:
        database.close()


def _survey(connection: Connection) -> Survey:
    inspector = inspect(connection)
    found = [
        (schema, table, columns) for schema in _schemas(inspector) for table, columns in _tables(inspector, schema).items()
    ]
    names = {_name(schema, table): tuple(each["name"] for each in columns) for schema, table, columns in found}
    useful = [each for each in found if looks_useful(each[1], names[_name(*each[:2])])]
    shapes = (
        TableShape(_name(schema, table), tuple(_sampled(connection, schema, table, columns)))
        for schema, table, columns in useful[:MOST_TABLES]
    )
    return Survey(tuple(shapes), names)


def _name(schema: str | None, table: str) -> str:
    return f"{schema}.{table}" if schema else table


def _schemas(inspector: Inspector) -> list[str | None]:
    """On SQLite the one there is; elsewhere each by its name, so that the configuration doesn't hang on a login's default."""
    if inspector.engine.dialect.name == "sqlite":
        return [None]
    return [name for name in inspector.get_schema_names() if name.casefold() not in _SYSTEM and not name.startswith("db_")]


def _tables(inspector: Inspector, schema: str | None) -> Mapping[str, list[ReflectedColumn]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # types that SQLAlchemy doesn't know, of columns that are not ours
        found = inspector.get_multi_columns(schema=schema, kind=ObjectKind.ANY)
    return {table: columns for (_, table), columns in sorted(found.items(), key=lambda item: item[0][1])}


def _sampled(
    connection: Connection, schema: str | None, table: str, columns: Sequence[ReflectedColumn]
) -> Iterator[ColumnShape]:
    names = [each["name"] for each in columns if not isinstance(each["type"], types.LargeBinary)]
    source = Table(table, MetaData(), schema=schema)
    try:
        rows: Sequence[Sequence[Any]] = connection.execute(select(*map(column, names)).select_from(source).limit(SAMPLE)).all()
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        rows = []  # a table that this login may not read: its names alone are known
    for number, name in enumerate(names):
        yield _shape(name, [str(row[number]).strip() for row in rows if row[number] not in (None, "")])


def _shape(name: str, values: Sequence[str]) -> ColumnShape:
    if not values:
        return ColumnShape(name)
    return ColumnShape(
        name,
        distinct=len(set(values)) / len(values),
        addresses=sum("@" in value for value in values) / len(values),
        flags=sum(value.casefold() in _FLAGS for value in values) / len(values),
    )

"""A table of settings in Admin's database: a column of names and one of values."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, MetaData, String, Table, cast, inspect, select

from flexsync_cli.adapters.admin.connect import make_engine
from flexsync_cli.adapters.admin.database import Database
from flexsync_cli.adapters.admin.mapping import split_name
from flexsync_cli.adapters.admin.reflect import match, nearest
from flexsync_cli.domain.legacy import NAME_KEYS, VALUE_KEYS, Setting
from flexsync_cli.domain.legacy_names import plain
from flexsync_cli.errors import Misconfigured

MOST_ROWS = 10_000

# "dbo.SETTINGS", or with its columns: "dbo.SETTINGS(NAME, VALUE)".
_NAMED = re.compile(r"\s*(?P<table>[^()]+?)\s*(?:\(\s*(?P<name>[^(),]+?)\s*,\s*(?P<value>[^(),]+?)\s*\))?\s*")


def read_table(connection: str, password: str | None, base: Path, name: str) -> Sequence[Setting]:
    """All rows of a table given as "TABLE" or "TABLE(NAME_COLUMN, VALUE_COLUMN)". Raises Misconfigured and Admin's errors."""
    named = _NAMED.fullmatch(name)
    if named is None:
        raise Misconfigured("--from-table: give the table, or with its two columns: dbo.SETTINGS(NAME, VALUE)")
    database = Database(make_engine(connection, password, base))
    try:
        with database.reading() as session:
            return _rows(session, named["table"], named["name"], named["value"])
    finally:
        database.close()


def _rows(connection: Connection, table: str, name: str | None, value: str | None) -> list[Setting]:
    schema, wanted = split_name(table)
    inspector = inspect(connection)
    tables = [*inspector.get_table_names(schema), *inspector.get_view_names(schema)]
    found = match(wanted, tables)
    if found is None:
        raise Misconfigured(f'--from-table: no table "{table}" that this login may read{nearest(wanted, tables)}')
    columns = [column["name"] for column in inspector.get_columns(found, schema)]
    names: Column[Any] = Column(_column(columns, name, NAME_KEYS))
    values: Column[Any] = Column(_column(columns, value, VALUE_KEYS))
    own = Table(found, MetaData(), names, values, schema=schema)
    query = select(own.c[names.name], cast(own.c[values.name], String(4000))).limit(MOST_ROWS + 1)
    rows = [(str(row[0] or "").strip(), str(row[1] or "").strip()) for row in connection.execute(query)]
    if len(rows) > MOST_ROWS:
        raise Misconfigured(f'--from-table: "{table}" has more than {MOST_ROWS} rows: that is no table of settings')
    return [Setting((found, setting), text) for setting, text in rows if setting]


def _column(columns: Sequence[str], wanted: str | None, usual: frozenset[str]) -> str:
    if wanted:
        found = match(wanted, columns)
    else:
        found = next((column for column in columns if plain(column) in usual), None)
        found = found or next((column for column in columns if any(word in plain(column) for word in usual)), None)
    if found is None:
        there = f"its columns of names and values were not found; there is {', '.join(columns)}"
        hint = f'no column "{wanted}"{nearest(wanted, columns)}' if wanted else there
        raise Misconfigured(f"--from-table: {hint}; name them: TABLE(NAME, VALUE)")
    return found

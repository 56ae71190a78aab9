"""Rows of a table as the frozen class whose fields are named as its columns."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Table, insert, select

from flexsync_cli.adapters.state.database import Database

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Record = TypeVar("Record", bound="DataclassInstance")


class Records(Generic[Record]):
    """Reads and writes whole records of one kind."""

    def __init__(self, database: Database, table: Table, kind: type[Record]) -> None:
        self._database = database
        self._make: Callable[..., Record] = kind
        self._names = tuple(column.name for column in fields(kind))
        self._select = select(*(table.c[name] for name in self._names))
        self._replace = insert(table).prefix_with("OR REPLACE")
        self._insert = insert(table)

    def read(
        self, *criteria: ColumnElement[bool], order: tuple[ColumnElement[Any], ...], limit: int | None = None
    ) -> list[Record]:
        """Those that meet all criteria, in that order."""
        statement = self._select.where(*criteria).order_by(*order).limit(limit)
        return self._database.read(statement, self._make)

    def save(self, records: Iterable[Record]) -> None:
        """Insert, or replace by primary key; all or none."""
        self._database.write_many(self._replace, self._rows(records))

    def add(self, records: Iterable[Record]) -> Sequence[int]:
        """Insert under new ids, which are returned in their order; the records' own are not looked at."""
        rows = [{name: value for name, value in row.items() if name != "id"} for row in self._rows(records)]
        return self._database.write_new(self._insert, rows)

    def _rows(self, records: Iterable[Record]) -> Iterator[Mapping[str, object]]:
        values = attrgetter(*self._names)
        return (dict(zip(self._names, values(record), strict=True)) for record in records)

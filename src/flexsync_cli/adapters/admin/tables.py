"""The mapping and the catalogue together: where each thing lies, as columns to put into statements."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, FromClause, Table

from flexsync_cli.adapters.admin.mapping import AdminMapping, CommunicationsMapping, Label, RelationsMapping
from flexsync_cli.adapters.admin.reflect import Catalog, match
from flexsync_cli.domain.model import FIELD, Value

RELATION_KEYS = ("name", "first_name", "email", "language", "crm_type", "active")


@dataclass(frozen=True, slots=True)
class LabelColumns:
    """Where the text of a code lies; both are of one table."""

    key: Column[Any]
    text: Column[Any]


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """Where a value lies: a column, and where that holds a code, the code's label."""

    column: Column[Any]
    label: LabelColumns | None = None


@dataclass(frozen=True, slots=True)
class InterestColumns:
    """The table of interests: a row an interest of a relation."""

    relation_id: Column[Any]
    interest: MappedColumn


@dataclass(frozen=True, slots=True)
class CommunicationColumns:
    """The log of relations. `constants` are the values of other columns, by name."""

    table: Table
    relation_id: Column[Any]
    day: Column[Any]
    subject: Column[Any]
    text: Column[Any]
    reference: Column[Any] | None
    constants: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class AdminTables:
    """Everything mapped. `own` has the columns of RELATION_KEYS that there are, `fields` the custom fields by name."""

    relations: Table
    id: Column[Any]
    own: Mapping[str, Column[Any]]
    newsletter: Table
    newsletter_id: Column[Any]
    flag: Column[Any]
    fields: Mapping[str, MappedColumn]
    interests: InterestColumns | None
    communications: CommunicationColumns | None

    @property
    def newsletter_is_own(self) -> bool:
        """Whether the flag is a column of the relations' table."""
        return self.newsletter is self.relations

    def place(self, key: str) -> MappedColumn | None:
        """Where the value lies that `Admin.rewrite` calls so; None where it isn't mapped."""
        if key.startswith(FIELD):
            return self.fields.get(key.removeprefix(FIELD))
        return MappedColumn(self.own[key]) if key in self.own else None

    def owner_of(self, table: FromClause) -> Column[Any]:
        """The column of a table of fields that holds the relation's id."""
        found = match(self.id.name, table.columns.keys())
        assert found is not None, "checked with the other columns"  # noqa: S101 - reflect.py refuses the mapping otherwise
        column = table.columns[found]
        assert isinstance(column, Column)  # noqa: S101 - the tables are real ones
        return column


def resolve(mapping: AdminMapping, catalog: Catalog) -> AdminTables:
    """Find every column of the mapping; the catalogue has them all."""
    relations, newsletter, interests = mapping.relations, mapping.newsletter, mapping.interests
    return AdminTables(
        relations=catalog.table(relations.table),
        id=catalog.column(relations.table, relations.id),
        own=_own(relations, catalog),
        newsletter=catalog.table(newsletter.table),
        newsletter_id=catalog.column(newsletter.table, newsletter.relation_id),
        flag=catalog.column(newsletter.table, newsletter.flag),
        fields={name: _field(mapping, catalog, column) for name, column in mapping.fields.items()},
        interests=InterestColumns(
            catalog.column(interests.table, interests.relation_id), _mapped(catalog, interests.table, interests.interest)
        )
        if interests
        else None,
        communications=_communications(mapping.communications, catalog) if mapping.communications else None,
    )


def _own(relations: RelationsMapping, catalog: Catalog) -> dict[str, Column[Any]]:
    names = {key: getattr(relations, key) for key in RELATION_KEYS}
    return {key: catalog.column(relations.table, name) for key, name in names.items() if name}


def _field(mapping: AdminMapping, catalog: Catalog, column: str | Label) -> MappedColumn:
    if isinstance(column, str):
        return MappedColumn(catalog.column(*mapping.place(column)))
    table, name = mapping.place(column.column)
    return _mapped(catalog, table, Label(name, column.source, column.key, column.label))


def _mapped(catalog: Catalog, table: str, column: str | Label) -> MappedColumn:
    if isinstance(column, str):
        return MappedColumn(catalog.column(table, column))
    label = LabelColumns(catalog.column(column.source, column.key), catalog.column(column.source, column.label))
    return MappedColumn(catalog.column(table, column.column), label)


def _communications(section: CommunicationsMapping, catalog: Catalog) -> CommunicationColumns:
    def column(name: str) -> Column[Any]:
        return catalog.column(section.table, name)

    return CommunicationColumns(
        table=catalog.table(section.table),
        relation_id=column(section.relation_id),
        day=column(section.date),
        subject=column(section.subject),
        text=column(section.text),
        reference=column(section.reference) if section.reference else None,
        constants={column(name).name: value for name, value in section.values.items()},
    )

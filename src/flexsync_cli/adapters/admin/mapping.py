"""Where Admin keeps what: names of tables and columns as the configuration gives them, and what they demand of the database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields

from flexsync_cli.domain.model import Value


@dataclass(frozen=True, slots=True)
class Label:
    """A column that holds a code; its text is `label` of the row of table `source` whose `key` is that code."""

    column: str
    source: str
    key: str
    label: str


@dataclass(frozen=True, slots=True)
class RelationsMapping:
    """`[admin.relations]`; "" where the office's Admin has no such column."""

    table: str
    id: str
    name: str
    email: str
    active: str
    first_name: str = ""
    language: str = ""
    crm_type: str = ""


@dataclass(frozen=True, slots=True)
class NewsletterMapping:
    """`[admin.newsletter]`; may be the relations' own table."""

    table: str
    relation_id: str
    flag: str


@dataclass(frozen=True, slots=True)
class InterestsMapping:
    """`[admin.interests]`."""

    table: str
    relation_id: str
    interest: str | Label


@dataclass(frozen=True, slots=True)
class CommunicationsMapping:
    """`[admin.communications]`; `values` are other columns and their constants."""

    table: str
    relation_id: str
    date: str
    subject: str
    text: str
    reference: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AdminMapping:
    """All of it. `fields` by the Flexmail field's name; `created_columns` are those of `[opt_in.values]`, for `opt_in`."""

    relations: RelationsMapping
    newsletter: NewsletterMapping
    interests: InterestsMapping | None = None
    communications: CommunicationsMapping | None = None
    fields: Mapping[str, str | Label] = field(default_factory=dict)
    created_columns: tuple[str, ...] = ()
    opt_in: bool = False

    def place(self, column: str) -> tuple[str, str]:
        """Table and column of a mapped column: of the relations' table unless it names another."""
        table, _, name = column.rpartition(".")
        return table or self.relations.table, name


@dataclass(frozen=True, slots=True)
class Need:
    """A column that must exist, and the places in the configuration that name it and its table."""

    table: str
    column: str
    path: str
    table_path: str


def split_name(table: str) -> tuple[str | None, str]:
    """Schema (None = the login's own) and name of a table; a database before the schema stays with the schema."""
    schema, _, name = table.rpartition(".")
    return schema or None, name


def needs(mapping: AdminMapping) -> Iterator[Need]:
    """Every column the mapping names, in the order of the configuration."""
    relations = mapping.relations
    yield from _section("admin.relations", relations.table, relations)
    yield from _section("admin.newsletter", mapping.newsletter.table, mapping.newsletter)
    if mapping.interests:
        yield from _interests(mapping.interests)
    if mapping.communications:
        yield from _communications(mapping.communications)
    for name, column in mapping.fields.items():
        yield from _field(mapping, f"fields.{name}", column)
    for column in mapping.created_columns if mapping.opt_in else ():
        yield Need(relations.table, column, f"opt_in.values.{column}", "admin.relations.table")


def _section(path: str, table: str, section: RelationsMapping | NewsletterMapping) -> Iterator[Need]:
    for key in fields(section):
        column = getattr(section, key.name)
        if key.name != "table" and column:
            yield Need(table, column, f"{path}.{key.name}", f"{path}.table")


def _interests(section: InterestsMapping) -> Iterator[Need]:
    path, table_path = "admin.interests", "admin.interests.table"
    yield Need(section.table, section.relation_id, f"{path}.relation_id", table_path)
    if isinstance(section.interest, Label):
        yield Need(section.table, section.interest.column, f"{path}.interest.column", table_path)
        yield from _label(f"{path}.interest", section.interest)
    else:
        yield Need(section.table, section.interest, f"{path}.interest", table_path)


def _communications(section: CommunicationsMapping) -> Iterator[Need]:
    path, table_path = "admin.communications", "admin.communications.table"
    for key in ("relation_id", "date", "subject", "text", "reference"):
        if column := getattr(section, key):
            yield Need(section.table, column, f"{path}.{key}", table_path)
    for column in section.values:
        yield Need(section.table, column, f"{path}.values.{column}", table_path)


def _field(mapping: AdminMapping, path: str, column: str | Label) -> Iterator[Need]:
    column_path = f"{path}.column" if isinstance(column, Label) else path
    column_name = column.column if isinstance(column, Label) else column
    table, name = mapping.place(column_name)
    # A table that no field names is the relations'.
    yield Need(table, name, column_path, column_path if "." in column_name else "admin.relations.table")
    if table.casefold() != mapping.relations.table.casefold():
        yield Need(table, mapping.relations.id, column_path, column_path)
    if isinstance(column, Label):
        yield from _label(path, column)


def _label(path: str, label: Label) -> Iterator[Need]:
    yield Need(label.source, label.key, f"{path}.key", f"{path}.from")
    yield Need(label.source, label.label, f"{path}.label", f"{path}.from")

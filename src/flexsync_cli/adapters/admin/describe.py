"""What `flexsync check` tells of the mapping: tables, columns nobody fills, and the rights to give."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import URL

from flexsync_cli.adapters.admin.mapping import AdminMapping, Label, needs, split_name
from flexsync_cli.adapters.admin.reflect import Catalog, match

_PREPARER = URL.create("mssql+pyodbc").get_dialect()().identifier_preparer


@dataclass(frozen=True, slots=True)
class TableUse:
    """A table, the columns used of it, and whether it is a view."""

    table: str
    columns: tuple[str, ...]
    is_view: bool


def describe_tables(mapping: AdminMapping, catalog: Catalog) -> tuple[TableUse, ...]:
    """Every table of the mapping with the columns used, as the database spells them."""
    used: dict[str, dict[str, None]] = defaultdict(dict)
    for need in needs(mapping):
        used[need.table.casefold()][catalog.column(need.table, need.column).name] = None
    return tuple(
        TableUse(catalog.table(name).fullname, tuple(columns), name in catalog.views) for name, columns in used.items()
    )


def unmapped_required_columns(mapping: AdminMapping, catalog: Catalog) -> dict[str, tuple[str, ...]]:
    """Columns that are NOT NULL, have no default and are filled by nothing, of the tables flexsync inserts into."""
    lacking: dict[str, tuple[str, ...]] = {}
    for table in sorted(_inserted(mapping)):
        filled = [need.column for need in needs(mapping) if need.table.casefold() == table.casefold()]
        columns = catalog.table(table).columns
        lacks = tuple(column.name for column in columns if column.info["required"] and not match(column.name, filled))
        lacking |= {table: lacks} if lacks else {}
    return lacking


def grant_script(mapping: AdminMapping, login: str, *, opt_in: bool) -> str:
    """The rights that flexsync's login needs, and no others, as T-SQL. It needs no connection: reading may be what lacks."""
    granted = dict.fromkeys(_grants(mapping, opt_in=opt_in))
    return "\n".join(f"GRANT {right} TO {_quote(login)};" for right in granted) + "\n"


def _inserted(mapping: AdminMapping) -> set[str]:
    tables = {mapping.communications.table} if mapping.communications else set()
    return tables | ({mapping.relations.table, mapping.newsletter.table} if mapping.opt_in else set())


def _grants(mapping: AdminMapping, *, opt_in: bool) -> Iterator[str]:
    for need in needs(mapping):
        yield f"SELECT ON {_quoted_table(need.table)}"
    newsletter, relations = mapping.newsletter, mapping.relations
    yield f"UPDATE ({_quote(newsletter.flag)}) ON {_quoted_table(newsletter.table)}"
    if mapping.communications:
        yield f"INSERT ON {_quoted_table(mapping.communications.table)}"
    if opt_in:
        yield f"INSERT ON {_quoted_table(relations.table)}"
        yield f"INSERT ON {_quoted_table(newsletter.table)}"
        for table, columns in _rewritten(mapping).items():
            yield f"UPDATE ({', '.join(map(_quote, columns))}) ON {_quoted_table(table)}"


def _rewritten(mapping: AdminMapping) -> dict[str, list[str]]:
    relations = mapping.relations
    own = [relations.name, relations.first_name, relations.email, relations.language]
    columns: dict[str, list[str]] = {relations.table: [name for name in own if name]}
    for field in mapping.fields.values():
        table, name = mapping.place(field.column if isinstance(field, Label) else field)
        columns.setdefault(table, []).append(name)
    return columns


def _quoted_table(name: str) -> str:
    schema, table = split_name(name)
    return ".".join([*map(_quote, schema.split(".") if schema else ()), _quote(table)])


def _quote(name: str) -> str:
    return _PREPARER.quote_identifier(name)

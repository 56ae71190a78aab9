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


@dataclass(frozen=True, slots=True)
class Right:
    """SELECT, INSERT or UPDATE on a table as the configuration names it; of just these columns, where there are any."""

    action: str
    table: str
    columns: tuple[str, ...] = ()

    def __str__(self) -> str:
        of = f" of {', '.join(self.columns)}" if self.columns else ""
        return f"{self.action}{of} on {self.table}"


def needed_rights(mapping: AdminMapping, *, opt_in: bool) -> list[Right]:
    """The rights that flexsync's login needs, and no others."""
    return list(dict.fromkeys(_needed(mapping, opt_in=opt_in)))


def grant_script(mapping: AdminMapping, login: str, *, opt_in: bool) -> str:
    """Those rights as T-SQL. It needs no connection: reading may be what lacks."""
    granted = dict.fromkeys(f"GRANT {_granted(right)} TO {_quote(login)};" for right in needed_rights(mapping, opt_in=opt_in))
    return "\n".join(granted) + "\n"


def _granted(right: Right) -> str:
    columns = f" ({', '.join(map(_quote, right.columns))})" if right.columns else ""
    return f"{right.action}{columns} ON {quoted_table(right.table)}"


def _inserted(mapping: AdminMapping) -> set[str]:
    tables = {mapping.communications.table} if mapping.communications else set()
    return tables | ({mapping.relations.table, mapping.newsletter.table} if mapping.opt_in else set())


def _needed(mapping: AdminMapping, *, opt_in: bool) -> Iterator[Right]:
    for need in needs(mapping):
        yield Right("SELECT", need.table)
    newsletter, relations = mapping.newsletter, mapping.relations
    yield Right("UPDATE", newsletter.table, (newsletter.flag,))
    if mapping.communications:
        yield Right("INSERT", mapping.communications.table)
    if opt_in:
        yield Right("INSERT", relations.table)
        yield Right("INSERT", newsletter.table)
        for table, columns in _rewritten(mapping).items():
            yield Right("UPDATE", table, tuple(columns))


def _rewritten(mapping: AdminMapping) -> dict[str, list[str]]:
    relations = mapping.relations
    own = [relations.name, relations.first_name, relations.email, relations.language]
    columns: dict[str, list[str]] = {relations.table: [name for name in own if name]}
    for field in mapping.fields.values():
        table, name = mapping.place(field.column if isinstance(field, Label) else field)
        columns.setdefault(table, []).append(name)
    return columns


def quoted_table(name: str) -> str:
    """A table's name as T-SQL takes it, each part quoted."""
    schema, table = split_name(name)
    return ".".join([*map(_quote, schema.split(".") if schema else ()), _quote(table)])


def _quote(name: str) -> str:
    return _PREPARER.quote_identifier(name)

"""Which tables and columns of an unknown Admin hold what: by their names, and by the shape of what stands in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from flexsync_cli.domain.legacy_names import plain
from flexsync_cli.domain.mapping_words import COLUMNS, NOBODYS, TABLES

Sections: TypeAlias = dict[str, dict[str, str]]

# Names that say the opposite of what they hold a word of: INACTIVE, NIET_ACTIEF.
_OPPOSITE = ("inact", "nietact", "nonact", "notact")
_ENOUGH = 0.5
_LITTLE = 0.1
_FLAGS = ("active", "flag")


@dataclass(frozen=True, slots=True)
class ColumnShape:
    """A column and what a sample of it looks like: which shares of its values, 0 to 1, differ from each other, are addresses,
    are yes or no; None where nothing is known."""

    name: str
    distinct: float | None = None
    addresses: float | None = None
    flags: float | None = None


@dataclass(frozen=True, slots=True)
class TableShape:
    """A table, by the name to put into the configuration."""

    name: str
    columns: tuple[ColumnShape, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """What there is: the tables that may hold what is sought, with their shapes; and the columns of all tables."""

    tables: tuple[TableShape, ...]
    columns: Mapping[str, Sequence[str]]


def looks_useful(table: str, columns: Iterable[str]) -> bool:
    """Whether a table is worth a sample: its own name, or one of a column, tells of something that is sought."""
    by_table = any(_likeness(_bare(table), names) >= _ENOUGH for names in TABLES.values())
    return by_table or any(_likeness(name, COLUMNS[key]) >= _ENOUGH for name in columns for key in ("email", "flag"))


def propose_mapping(tables: Sequence[TableShape]) -> Sections:
    """The sections [admin.relations] and so on, as far as they are likely; empty where not even the relations are."""
    relations = _best(tables, TABLES["relations"], ("id", "name", "email", "active"))
    if relations is None:
        return {}
    table, found = relations
    own_id = found["id"]
    optional = {key: _column(table, key) or "" for key in ("first_name", "language", "crm_type")}
    sections: Sections = {"admin.relations": {"table": table.name, **found, **optional}}
    for name, keys, extra in (
        ("newsletter", ("flag",), ()),
        ("interests", ("interest",), ()),
        ("communications", ("date", "subject", "text"), ("reference",)),
    ):
        section = _beside(tables, TABLES[name], keys, own_id)
        if section is not None:
            below, columns = section
            further = {key: column for key in extra if (column := _column(below, key))}
            owner = _owner(below, own_id) or own_id
            sections[f"admin.{name}"] = {"table": below.name, "relation_id": owner, **columns, **further}
    return sections


def _beside(
    tables: Sequence[TableShape], names: Sequence[str], keys: Sequence[str], own_id: str
) -> tuple[TableShape, dict[str, str]] | None:
    """The best table that has a row, or rows, a relation."""
    return _best([table for table in tables if _owner(table, own_id)], names, keys)


def _owner(table: TableShape, own_id: str) -> str | None:
    """Its column with the relation's id: named as that one, else as ids of relations are."""
    same = next((column.name for column in table.columns if plain(column.name) == plain(own_id)), None)
    named = (column.name for column in table.columns if plain(column.name) in frozenset(COLUMNS["id"]) - NOBODYS)
    return same or next(named, None)


def _best(tables: Sequence[TableShape], names: Sequence[str], keys: Sequence[str]) -> tuple[TableShape, dict[str, str]] | None:
    candidates = []
    for table in tables:
        columns = {key: column for key in keys if (column := _column(table, key))}
        if len(columns) == len(keys):
            prefix = _prefix(table)
            fit = sum(_fit(column, key, prefix) for key in keys for column in table.columns if column.name == columns[key])
            candidates.append((_likeness(_bare(table.name), names) * 2 + fit, table, columns))
    # Of equals the shortest name: CUSTOMER before CUSTOMER_OLD.
    best = max(candidates, key=lambda each: (each[0], -len(each[1].name)), default=None)
    return (best[1], best[2]) if best else None


def _column(table: TableShape, key: str) -> str | None:
    prefix = _prefix(table)
    fits = [(_fit(column, key, prefix), -number, column.name) for number, column in enumerate(table.columns)]
    best = max(fits, default=None)
    return best[2] if best and best[0] >= _ENOUGH else None


def _prefix(table: TableShape) -> str:
    """What all names of columns begin with: REL_ in REL_ID, REL_NAAM, REL_TAAL; "" where they share nothing."""
    starts = {column.name.partition("_")[0] for column in table.columns}
    return starts.pop() + "_" if len(starts) == 1 else ""


def _fit(column: ColumnShape, key: str, prefix: str) -> float:
    """How well a column fits: its name, raised or lowered by what stands in it."""
    fit = max(_likeness(column.name, COLUMNS[key]), _likeness(column.name[len(prefix) :], COLUMNS[key]) - _LITTLE)
    if key == "email" and column.addresses is not None:
        fit += 0.5 if column.addresses >= _ENOUGH else -0.6
    if key in _FLAGS and column.flags is not None:
        fit += 0.2 if column.flags >= _ENOUGH else -0.6
    if key == "id" and column.distinct is not None and column.distinct < 1:
        fit -= 0.6
    return fit


def _likeness(name: str, names: Sequence[str]) -> float:
    """1 for the first of the known names, a little less for the others, half for one that holds a known name."""
    bare = plain(name)
    if any(word in bare for word in _OPPOSITE):
        return 0
    if bare in names:
        return 1 - names.index(bare) / 100
    return _ENOUGH if any(len(known) > 3 and known in bare for known in names) else 0


def _bare(table: str) -> str:
    return table.rpartition(".")[2]

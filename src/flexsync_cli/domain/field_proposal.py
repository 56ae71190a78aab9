"""Which columns of Admin may hold Flexmail's custom fields: by their names alone."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from flexsync_cli.domain.legacy_names import plain

# A column, or {"column", "from", "key", "label"} of a code with the table of its labels: as under [fields].
FieldColumn: TypeAlias = str | dict[str, str]

_KEYS = ("id", "code", "nr", "key", "sleutel", "cle")
_LABELS = ("label", "name", "naam", "nom", "libelle", "omschrijving", "description", "text", "tekst")


def propose_fields(fields: Iterable[str], relations: str, tables: Mapping[str, Sequence[str]]) -> dict[str, FieldColumn]:
    """For each field the relations' column of the same name, whatever its case and separators; a column that has a table of
    labels of its own name is taken for a code. Fields without such a column are left out."""
    columns = {plain(column): column for column in tables.get(relations, ())}
    found = ((field, columns.get(plain(field))) for field in fields)
    return {field: _with_label(column, relations, tables) for field, column in found if column}


def _with_label(column: str, relations: str, tables: Mapping[str, Sequence[str]]) -> FieldColumn:
    wanted = plain(column)
    for table, names in tables.items():
        own = plain(table.rpartition(".")[2])
        key, label = _first(names, (*_KEYS, wanted)), _first(names, (*_LABELS, wanted))
        if table != relations and own in (wanted, f"{wanted}s") and key and label and key != label:
            return {"column": column, "from": table, "key": key, "label": label}
    return column


def _first(names: Sequence[str], known: Sequence[str]) -> str | None:
    by_name = {plain(name): name for name in names}
    return next((by_name[each] for each in known if each in by_name), None)

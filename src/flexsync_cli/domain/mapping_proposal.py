"""Which tables and columns of an unknown Admin hold what: by their names, and by the shape of what stands in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from flexsync_cli.domain.legacy_names import plain

Sections: TypeAlias = dict[str, dict[str, str]]

_COLUMNS: Mapping[str, Sequence[str]] = {
    "id": ("customerid", "relationid", "relatieid", "klantid", "clientid", "idclient", "contactid", "id"),
    "name": ("name", "naam", "nom", "lastname", "achternaam", "companyname", "customername", "relatienaam"),
    "first_name": ("firstname", "voornaam", "prenom"),
    "email": ("mail", "mailaddress", "mailadres", "adressemail", "courriel"),
    "language": ("language", "taal", "langue", "lang", "languagecode", "taalcode", "languageid"),
    "crm_type": ("crmtype", "customercrmtype", "crmtypeid", "typecrm", "relatietype", "customertype"),
    "active": ("isactive", "active", "actief", "actif", "isactief", "estactif"),
    "flag": ("newsletter", "nieuwsbrief", "infolettre", "isnewsletter", "newsletters", "mailing"),
    "interest": ("interest", "interesse", "interet", "interestid", "centreinteret"),
    "date": ("date", "datum", "dateaction", "jour", "communicationdate"),
    "subject": ("subject", "onderwerp", "sujet", "objet", "title", "titel"),
    "text": ("text", "tekst", "texte", "body", "description", "omschrijving", "remarks", "memo"),
    "reference": ("reference", "referentie", "externalreference", "externid"),
}
_TABLES: Mapping[str, Sequence[str]] = {
    "relations": (
        "customer",
        "customers",
        "relation",
        "relations",
        "relatie",
        "relaties",
        "klant",
        "klanten",
        "client",
        "clients",
    ),
    "newsletter": ("customerpermanent", "permanent", "permanentdossier", "dossierpermanent", "permanentfile"),
    "interests": ("customerinterest", "interest", "interests", "interesse", "interesses", "relatieinteresse", "crminterest"),
    "communications": ("communication", "communications", "communicatie", "communicaties", "customercommunication"),
}
_ENOUGH = 0.5
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


def looks_useful(table: str, columns: Iterable[str]) -> bool:
    """Whether a table is worth a sample: its own name, or one of a column, tells of something that is sought."""
    by_table = any(_likeness(_bare(table), names) >= _ENOUGH for names in _TABLES.values())
    return by_table or any(_likeness(name, _COLUMNS[key]) >= _ENOUGH for name in columns for key in ("email", "flag"))


def propose_mapping(tables: Sequence[TableShape]) -> Sections:
    """The sections [admin.relations] and so on, as far as they are likely; empty where not even the relations are."""
    relations = _best(tables, _TABLES["relations"], ("id", "name", "email", "active"))
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
        section = _beside(tables, _TABLES[name], keys, own_id)
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
    named = (column.name for column in table.columns if plain(column.name) in _COLUMNS["id"][:-1])
    return same or next(named, None)


def _best(tables: Sequence[TableShape], names: Sequence[str], keys: Sequence[str]) -> tuple[TableShape, dict[str, str]] | None:
    candidates = []
    for table in tables:
        columns = {key: column for key in keys if (column := _column(table, key))}
        if len(columns) == len(keys):
            fit = sum(_fit(column, key) for key in keys for column in table.columns if column.name == columns[key])
            candidates.append((_likeness(_bare(table.name), names) * 2 + fit, table, columns))
    # Of equals the shortest name: CUSTOMER before CUSTOMER_OLD.
    best = max(candidates, key=lambda each: (each[0], -len(each[1].name)), default=None)
    return (best[1], best[2]) if best else None


def _column(table: TableShape, key: str) -> str | None:
    fits = [(_fit(column, key), -number, column.name) for number, column in enumerate(table.columns)]
    best = max(fits, default=(0.0, 0, ""))
    return best[2] if best[0] >= _ENOUGH else None


def _fit(column: ColumnShape, key: str) -> float:
    """How well a column fits: its name, raised or lowered by what stands in it."""
    fit = _likeness(column.name, _COLUMNS[key])
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
    if bare in names:
        return 1 - names.index(bare) / 100
    return _ENOUGH if any(len(known) > 3 and known in bare for known in names) else 0


def _bare(table: str) -> str:
    return table.rpartition(".")[2]

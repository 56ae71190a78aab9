"""The questions of `init` about single tables and columns; what there is, is shown by its names alone."""

from collections.abc import Mapping, Sequence
from functools import partial

from flexsync_cli.cli.ask import Person
from flexsync_cli.cli.console import say
from flexsync_cli.cli.tables import print_table
from flexsync_cli.domain.mapping_proposal import Survey
from flexsync_cli.domain.text import shortlist
from flexsync_cli.errors import Misconfigured

_OPTIONAL = frozenset({"first_name", "language", "crm_type"})
_MOST = 10  # tables that are shown where none was found


def show_tables(person: Person, survey: Survey) -> None:
    """What is there, by names alone: those that tell of something first."""
    telling = [shape.name for shape in survey.tables]
    others = [name for name in survey.columns if name not in telling]
    shown = [*telling, *others][:_MOST]
    say(
        person.console, "Not all that is needed was found by its name. Name the tables and columns; the database has:", "yellow"
    )
    print_table(person.console, ("table", "columns"), [(name, ", ".join(survey.columns[name])) for name in shown])
    if more := len(survey.columns) - len(shown):
        say(person.console, f"and {more} tables more.")


def ask_names(person: Person, section: str, keys: Sequence[str], known: Mapping[str, str], survey: Survey) -> dict[str, str]:
    """The table, which may be any that the login sees, and its columns."""
    names: dict[str, str] = {}
    for key in keys:
        there = survey.columns if key == "table" else _columns(survey, names["table"])
        names[key] = person.until_good(partial(_name, person, f"{section}.{key}", known.get(key, ""), tuple(there)))
    return names


def _columns(survey: Survey, table: str) -> Sequence[str]:
    return next((columns for name, columns in survey.columns.items() if name.casefold() == table.casefold()), ())


def _name(person: Person, key: str, proposed: str, names: Sequence[str], _first: bool) -> str:  # noqa: FBT001 - `until_good` says it
    kind = key.rpartition(".")[2]
    optional = kind in _OPTIONAL
    usual = proposed or ("-" if optional else None)
    if usual is None and not person.asks:
        raise Misconfigured(f"{key}: not found by its name; give it as --set {key}=NAME")
    answer = person.text(key + (" (- for none)" if optional else ""), usual)
    if answer == "-" and optional:
        return ""
    spelled = {name.rpartition(".")[2].casefold(): name for name in names} | {name.casefold(): name for name in names}
    if spelled and answer.casefold() not in spelled and "." not in answer:
        raise Misconfigured(
            f'there is no {"table" if kind == "table" else "column"} "{answer}"; there is {shortlist(answer, names)}'
        )
    return spelled.get(answer.casefold(), answer)

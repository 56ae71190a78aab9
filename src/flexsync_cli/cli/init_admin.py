"""The questions of `init` about Admin: its database, and where it keeps what."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from flexsync_cli.bootstrap.init import Answers, reach_admin, try_mapping
from flexsync_cli.cli.ask import Person
from flexsync_cli.cli.console import say
from flexsync_cli.cli.init_names import ask_names, show_tables
from flexsync_cli.cli.tables import print_table
from flexsync_cli.domain.legacy_connection import DRIVER
from flexsync_cli.domain.mapping_proposal import Sections, Survey, propose_mapping

_EXAMPLE = f"Driver={{{DRIVER}}};Server=SQL01;Database=Admin;Trusted_Connection=yes (or UID=name for a SQL login)"
_NEEDED: Mapping[str, Sequence[str]] = {
    "admin.relations": ("table", "id", "name", "first_name", "email", "language", "crm_type", "active"),
    "admin.newsletter": ("table", "relation_id", "flag"),
}
_PURPOSES: Mapping[str, str] = {
    "admin.relations": "The table or view with companies and persons:",
    "admin.newsletter": "The table with the tick of the newsletter (permanent dossier, diversen, nieuwsbrief), or the same:",
}


def ask_admin(person: Person, answers: Answers, folder: Path, connection: str | None) -> Survey:
    """Reach the database, propose the mapping, and see that all of it is there; what the database has."""
    survey = person.until_good(lambda first: _reach(person, answers, folder, connection if first else None))
    sections = propose_mapping(survey.tables)
    for name, values in answers.document.items():  # given as options
        if name in _NEEDED or name in sections:
            sections[name] = sections.get(name, {}) | {key: str(value) for key, value in values.items()}
    person.until_good(lambda first: _map(person, answers, folder, sections, survey, first=first))
    return survey


def _reach(person: Person, answers: Answers, folder: Path, given: str | None) -> Survey:
    if given is None and person.asks:
        say(person.console, f"Admin's database, such as {_EXAMPLE}")
    connection = given or person.text("An ODBC string as above, or an address such as sqlite:///admin.db")
    lowered = connection.lower()
    needs_password = "uid=" in lowered and "pwd=" not in lowered
    password = person.secret("admin.password", "Password of its login", first=given is not None) if needs_password else ""
    survey = reach_admin(answers, connection, password, folder)
    say(person.console, "The database answers.")
    return survey


def _map(person: Person, answers: Answers, folder: Path, proposed: Sections, survey: Survey, *, first: bool) -> None:
    sections = {name: dict(values) for name, values in proposed.items()}
    rows = [(name, key, value or "(none)") for name, values in sections.items() for key, value in values.items()]
    if first and rows:
        print_table(person.console, ("proposed", "", "by names and by the shape of the data"), rows)
    complete = all(key in sections.get(name, {}) for name, keys in _NEEDED.items() for key in keys)
    if first and not complete:
        show_tables(person, survey)
    if not (first and complete and person.agrees("Is this right? (n = give the names yourself)")):
        for name, keys in _NEEDED.items():
            known = sections.get(name, {})
            say(person.console, _PURPOSES[name])
            sections[name] = ask_names(person, name, keys, known, survey)
    try_mapping(answers, sections, folder)
    say(person.console, "All tables and columns are there.")

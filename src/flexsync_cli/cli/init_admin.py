"""The questions of `init` about Admin: its database, and where it keeps what."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from flexsync_cli.bootstrap.init import Answers, reach_admin, try_mapping
from flexsync_cli.cli.ask import Person
from flexsync_cli.cli.console import say
from flexsync_cli.cli.tables import print_table
from flexsync_cli.domain.mapping_proposal import Sections

_NEEDED: Mapping[str, Sequence[str]] = {
    "admin.relations": ("table", "id", "name", "first_name", "email", "language", "crm_type", "active"),
    "admin.newsletter": ("table", "relation_id", "flag"),
}
_OPTIONAL = frozenset({"first_name", "language", "crm_type"})


def ask_admin(person: Person, answers: Answers, folder: Path, connection: str | None) -> None:
    """Reach the database, propose the mapping, and see that all of it is there."""
    sections = person.until_good(lambda first: _reach(person, answers, folder, connection if first else None))
    person.until_good(lambda first: _map(person, answers, folder, sections, first=first))


def _reach(person: Person, answers: Answers, folder: Path, given: str | None) -> Sections:
    connection = given or person.text("Admin's database: an ODBC string, or an address such as sqlite:///admin.db")
    lowered = connection.lower()
    needs_password = "uid=" in lowered and "pwd=" not in lowered
    password = person.secret("admin.password", "Password of its login", first=given is not None) if needs_password else ""
    sections = reach_admin(answers, connection, password, folder)
    say(person.console, "The database answers.")
    return sections


def _map(person: Person, answers: Answers, folder: Path, proposed: Sections, *, first: bool) -> None:
    sections = {name: dict(values) for name, values in proposed.items()}
    if first:
        rows = [(name, key, value or "(none)") for name, values in sections.items() for key, value in values.items()]
        print_table(person.console, ("proposed", "", "by names and by the shape of the data"), rows)
    complete = all(key in sections.get(name, {}) for name, keys in _NEEDED.items() for key in keys)
    if not (first and complete and person.agrees("Is this right?")):
        for name, keys in _NEEDED.items():
            known = sections.get(name, {})
            sections[name] = {key: _name(person, name, key, known.get(key, "")) for key in keys}
    try_mapping(answers, sections, folder)
    say(person.console, "All tables and columns are there.")


def _name(person: Person, section: str, key: str, proposed: str) -> str:
    optional = key in _OPTIONAL
    answer = person.text(f"{section}.{key}" + (" (- for none)" if optional else ""), proposed or ("-" if optional else None))
    return "" if answer == "-" and optional else answer

"""The question of `init` about custom fields: which columns of Admin go along."""

from pathlib import Path

from flexsync_cli.bootstrap.init import Answers, FlexmailProbe, try_mapping
from flexsync_cli.cli.ask import Person
from flexsync_cli.cli.console import say
from flexsync_cli.cli.tables import print_table
from flexsync_cli.domain.field_proposal import FieldColumn, propose_fields
from flexsync_cli.domain.mapping_proposal import Survey

_ADMIN = ("admin.relations", "admin.newsletter", "admin.interests", "admin.communications")


def ask_fields(person: Person, answers: Answers, probe: FlexmailProbe, survey: Survey, folder: Path) -> None:
    """Offer the custom fields of the account whose names match columns; the others are named."""
    token = answers.secrets["flexmail.token"]
    fields = [each.placeholder or each.name for each in probe.custom_fields(int(answers.text("flexmail.account_id")), token)]
    given = {name: str(column) for name, column in answers.document.pop("fields", {}).items()}
    proposed = propose_fields(fields, answers.text("admin.relations.table"), survey.columns)
    if proposed:
        rows = [(name, _shown(column)) for name, column in proposed.items()]
        print_table(person.console, ("custom field in Flexmail", "column in Admin of the same name"), rows)
    taken = proposed if proposed and person.agrees("Send these along?") else {}
    sections = {name: _texts(answers, name) for name in _ADMIN if name in answers.document}
    try_mapping(answers, sections, folder, {**taken, **given})
    if others := [name for name in fields if name not in taken and name not in given]:
        say(
            person.console, f"Flexmail's other custom fields: {', '.join(others)}. Each can get a column later, under [fields]."
        )


def _texts(answers: Answers, section: str) -> dict[str, str]:
    return {key: str(value) for key, value in answers.document[section].items()}


def _shown(column: FieldColumn) -> str:
    return column if isinstance(column, str) else f"{column['column']}, its label {column['label']} from {column['from']}"

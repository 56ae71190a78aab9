"""The last questions of `init`, and the file that its answers make."""

import os
from pathlib import Path

from flexsync_cli.bootstrap.init import Answers, finish
from flexsync_cli.cli.ask import Person
from flexsync_cli.cli.console import say
from flexsync_cli.domain.legacy_config import VARIABLES

LANGUAGES, PLACES = ("nl", "fr", "en"), ("env", "file", "keyring")


def ask_language(person: Person, answers: Answers, given: str | None) -> None:
    """Of the mails to the office."""
    usual = given or answers.text("summary.language")
    question = f"Language of the mails to the office ({', '.join(LANGUAGES)})"
    answers.set("summary.language", usual or person.text(question, LANGUAGES[0], LANGUAGES))


def write_answers(person: Person, answers: Answers, target: Path, secrets: str | None, *, overwrite: bool) -> None:
    """Keep the secrets, write the file, and say what comes next."""
    where = secrets or _place_of_secrets(person, answers)
    kept = finish(answers, target, where, overwrite=overwrite)
    say(person.console, f"Written: {target}" + (f"; the old one is {kept}" if kept else ""))
    for key in answers.secrets if where == "env" else ():
        say(person.console, f"Set {VARIABLES[key]} ({key}) for the account that flexsync runs under.", indent=2)
    say(person.console, f"Next: flexsync --config {target} check, then plan. It only observes until you set sync.mode to sync.")


def _place_of_secrets(person: Person, answers: Answers) -> str:
    """The environment where they are set already, or nobody can be asked; else a file, which works under every account."""
    known = all(VARIABLES[key] in os.environ for key in answers.secrets)
    question = "Where to keep passwords and tokens: env (variables that you set), file (beside config.toml), keyring"
    return person.text(question, "env" if known or not person.asks else "file", PLACES)

"""`flexsync init`: a few questions, each answer tested at once, and a config.toml."""

import os
from pathlib import Path

import click

from flexsync_cli.bootstrap.init import REST_URL, SOAP_URL, Answers, finish, open_probe
from flexsync_cli.cli.ask import Person
from flexsync_cli.cli.console import say, stderr_console
from flexsync_cli.cli.context import GlobalOptions
from flexsync_cli.cli.init_admin import ask_admin
from flexsync_cli.cli.init_flexmail import ask_flexmail
from flexsync_cli.config.load import NAME
from flexsync_cli.domain.legacy_config import VARIABLES
from flexsync_cli.errors import Misconfigured

LANGUAGES, PLACES = ("nl", "fr", "en"), ("env", "file", "keyring")
EPILOG = f"Passwords and tokens are asked for, or taken from {', '.join(list(VARIABLES.values())[:3])}; never given as options."


@click.command("init", epilog=EPILOG)
@click.option("--output", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="Where to write it.")
@click.option("--overwrite", is_flag=True, help="Replace a file that is there; the old one is kept as .bak-<time>.")
@click.option(
    "--connection", metavar="TEXT", help="Admin's database: an ODBC string, or an address such as sqlite:///admin.db."
)
@click.option("--account-id", metavar="N", help='The "Id gebruiker" of the Flexmail account.')
@click.option("--source", metavar="NAME", help="The Flexmail source of new contacts.")
@click.option("--mail-language", type=click.Choice(LANGUAGES), help="The language of the mails to the office.")
@click.option("--secrets", type=click.Choice(PLACES), help="Where passwords and tokens are to be kept.")
@click.option("--no-input", is_flag=True, help="Ask nothing: what is not given is proposed, or refused.")
@click.option("--rest-url", default=REST_URL, hidden=True, help="Another Flexmail, for tests.")
@click.option("--soap-url", default=SOAP_URL, hidden=True, help="Its SOAP interface.")
@click.pass_obj
def command(
    options: GlobalOptions,
    output: Path | None,
    connection: str | None,
    account_id: str | None,
    source: str | None,
    mail_language: str | None,
    secrets: str | None,
    rest_url: str,
    soap_url: str,
    *,
    overwrite: bool,
    no_input: bool,
) -> int:
    """Ask the few questions, test each answer, and write the configuration. Nothing is written before the last answer."""
    target = (output or options.config or Path(NAME)).absolute()
    if target.exists() and not overwrite:
        raise Misconfigured(f"{target} is there already; give another --output, or --overwrite, which keeps the old one too")
    answers, person = Answers(), Person(stderr_console(), asks=not no_input)
    ask_admin(person, answers, target.parent, connection)
    with open_probe(rest_url, soap_url) as probe:
        ask_flexmail(person, answers, probe, account_id, source)
    for key, url, usual in (("flexmail.rest_url", rest_url, REST_URL), ("flexmail.soap_url", soap_url, SOAP_URL)):
        if url != usual:
            answers.set(key, url)
    language = mail_language or person.text(f"Language of the mails to the office ({', '.join(LANGUAGES)})", "nl", LANGUAGES)
    answers.set("summary.language", language)
    answers.set("sync.mode", "observe")
    where = secrets or _place_of_secrets(person, answers)
    kept = finish(answers, target, where, overwrite=overwrite)
    say(person.console, f"Written: {target}" + (f"; the old one is {kept}" if kept else ""))
    for key in answers.secrets if where == "env" else ():
        say(person.console, f"Set {VARIABLES[key]} ({key}) for the account that flexsync runs under.", indent=2)
    say(person.console, f"Next: flexsync --config {target} check, then plan. It only observes until you set sync.mode to sync.")
    return 0


def _place_of_secrets(person: Person, answers: Answers) -> str:
    """The environment where they are set already, or nobody can be asked; else a file, which works under every account."""
    known = all(VARIABLES[key] in os.environ for key in answers.secrets)
    question = "Where to keep passwords and tokens: env (variables that you set), file (beside config.toml), keyring"
    return person.text(question, "env" if known or not person.asks else "file", PLACES)

"""`flexsync init`: a few questions, each answer tested at once, and a config.toml."""

from pathlib import Path

import click

from flexsync_cli.bootstrap.init import REST_URL, SOAP_URL, Answers, open_probe
from flexsync_cli.cli.ask import Person
from flexsync_cli.cli.console import stderr_console
from flexsync_cli.cli.context import GlobalOptions
from flexsync_cli.cli.init_admin import ask_admin
from flexsync_cli.cli.init_end import LANGUAGES, PLACES, ask_language, write_answers
from flexsync_cli.cli.init_fields import ask_fields
from flexsync_cli.cli.init_flexmail import ask_flexmail
from flexsync_cli.cli.init_mail import ask_mail
from flexsync_cli.config.load import NAME
from flexsync_cli.domain.legacy_config import VARIABLES
from flexsync_cli.errors import Misconfigured

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
@click.option("--set", "settings", metavar="KEY=VALUE", multiple=True, help="Any other key, such as smtp.host=...; repeatable.")
@click.option("--secrets", type=click.Choice(PLACES), help="Where passwords and tokens are to be kept.")
@click.option("--no-input", is_flag=True, help="Ask nothing: what is not given is proposed, or refused.")
@click.option("--rest-url", metavar="URL", default=REST_URL, help="Another Flexmail, such as the sandbox.")
@click.option("--soap-url", metavar="URL", default=SOAP_URL, help="Its SOAP interface.")
@click.pass_obj
def command(
    options: GlobalOptions,
    output: Path | None,
    connection: str | None,
    account_id: str | None,
    source: str | None,
    mail_language: str | None,
    secrets: str | None,
    settings: tuple[str, ...],
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
    for setting in settings:
        answers.give(setting)
    survey = ask_admin(person, answers, target.parent, connection)
    with open_probe(rest_url, soap_url) as probe:
        ask_flexmail(person, answers, probe, account_id, source)
        ask_fields(person, answers, probe, survey, target.parent)
    ask_mail(person, answers)
    for key, url, usual in (("flexmail.rest_url", rest_url, REST_URL), ("flexmail.soap_url", soap_url, SOAP_URL)):
        if url != usual:
            answers.set(key, url)
    ask_language(person, answers, mail_language)
    answers.document.setdefault("sync", {}).setdefault("mode", "observe")
    write_answers(person, answers, target, secrets, overwrite=overwrite)
    return 0

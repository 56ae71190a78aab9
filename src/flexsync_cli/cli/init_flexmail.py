"""The questions of `init` about Flexmail: the account, its tokens, and the source of new contacts."""

from collections.abc import Sequence

from flexsync_cli.bootstrap.init import Answers, FlexmailProbe
from flexsync_cli.cli.ask import Person
from flexsync_cli.cli.console import say
from flexsync_cli.domain.legacy_values import account_id as account_number
from flexsync_cli.domain.model import Source
from flexsync_cli.errors import Misconfigured

_LETTERS = {"N": "nl", "F": "fr", "E": "en", "D": "de"}
_USUAL = "nl"


def ask_flexmail(person: Person, answers: Answers, probe: FlexmailProbe, account_id: str | None, source: str | None) -> None:
    """Log in over REST and, with a SOAP token, over SOAP; choose the source."""
    sources = person.until_good(lambda first: _log_in(person, answers, probe, account_id if first else None, first=first))
    person.until_good(lambda first: _log_in_to_soap(person, answers, probe, first=first))
    person.until_good(lambda first: _choose_source(person, answers, sources, source if first else None))
    _map_languages(answers, probe)


def _log_in(person: Person, answers: Answers, probe: FlexmailProbe, given: str | None, *, first: bool) -> Sequence[Source]:
    number = account_number(given or person.text("Id gebruiker of the Flexmail account, such as 12345"))
    if number is None:
        raise Misconfigured('the Id gebruiker must be a number, or a text such as "D-12345"')
    token = person.secret("flexmail.token", "Gebruikerstoken (REST)", first=first)
    sources = probe.sources(number, token)
    answers.set("flexmail.account_id", number)
    answers.secrets["flexmail.token"] = token
    say(person.console, "Flexmail accepts the account and the token.")
    return sources


def _log_in_to_soap(person: Person, answers: Answers, probe: FlexmailProbe, *, first: bool) -> None:
    question = "SOAP token (empty = none: no bounces, no clicks)"
    token = person.secret("flexmail.soap_token", question, first=first, needed=False)
    if token:
        probe.list_id(int(answers.text("flexmail.account_id")), token)
        answers.secrets["flexmail.soap_token"] = token
        say(person.console, "Flexmail accepts the SOAP token.")


def _map_languages(answers: Answers, probe: FlexmailProbe) -> None:
    """The letters that Admin may hold for the languages of the account, and one of these for who has none."""
    there = probe.languages(int(answers.text("flexmail.account_id")), answers.secrets["flexmail.token"])
    letters: dict[str, object] = {letter: code for letter, code in _LETTERS.items() if code in there}
    answers.document["languages"] = letters | answers.document.get("languages", {})
    if there and not answers.text("flexmail.language"):
        answers.set("flexmail.language", _USUAL if _USUAL in there else there[0])


def _choose_source(person: Person, answers: Answers, sources: Sequence[Source], given: str | None) -> None:
    names = {name: source.name for source in sources for name in (source.name, str(source.id))}
    if not names:
        raise Misconfigured("the account has no source; make one in Flexmail, and begin again")
    listed = ", ".join(dict.fromkeys(names.values()))
    usual = next((name for name in names.values() if name.casefold() == "admin"), next(iter(names.values())))
    name = given or person.text(f"Source of new contacts; the account has {listed}", usual)
    if name not in names:
        raise Misconfigured(f'Flexmail has no source "{name}"; it has {listed}')
    answers.set("flexmail.source", names[name])

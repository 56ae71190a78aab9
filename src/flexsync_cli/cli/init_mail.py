"""The questions of `init` about the office's mail server."""

from flexsync_cli.bootstrap.init import Answers, try_mail_server
from flexsync_cli.cli.ask import Person
from flexsync_cli.cli.console import say
from flexsync_cli.domain.legacy_values import address, port
from flexsync_cli.errors import Misconfigured

_SECURITY = ("starttls", "tls", "none")
_TLS_FROM_THE_START = 465


def ask_mail(person: Person, answers: Answers) -> None:
    """Which server takes flexsync's mails, tested by its login; none may be given."""
    given = dict(answers.document.pop("smtp", {}))
    person.until_good(lambda first: _server(person, answers, given, first=first))


def _server(person: Person, answers: Answers, given: dict[str, object], *, first: bool) -> None:
    host = _text(person, given, "host", "Mail server for flexsync's mails (- for none: the summary is only printed)", "-")
    if host == "-":
        answers.document.pop("smtp", None)
        answers.secrets.pop("smtp.password", None)
        say(person.console, "No mail server: nobody gets a mail until [smtp] is filled in.")
        return
    number = port(_text(person, given, "port", "Its port", "587"))
    if number is None:
        raise Misconfigured("smtp.port must be a number from 1 to 65535")
    usual = "tls" if number == _TLS_FROM_THE_START else "starttls"
    security = _text(person, given, "security", f"Its security ({', '.join(_SECURITY)})", usual)
    username = _text(person, given, "username", "Name of its login (- for none)", "-")
    answers.document["smtp"] = {"host": host, "port": number, "security": security}
    if username == "-":
        answers.secrets.pop("smtp.password", None)
    else:
        answers.set("smtp.username", username)
        answers.secrets["smtp.password"] = person.secret("smtp.password", "Its password", first=first)
    sender = address(_text(person, given, "sender", "Address that flexsync's mails come from", None))
    if sender is None:
        raise Misconfigured("smtp.sender must be one valid e-mail address")
    answers.set("smtp.sender", sender)
    try_mail_server(answers)
    say(person.console, "The mail server takes the login." if username != "-" else "The mail server answers.")


def _text(person: Person, given: dict[str, object], key: str, question: str, usual: str | None) -> str:
    """What was given as an option is not asked the first time; what was answered is proposed the next time."""
    known = str(given[key]) if key in given else usual
    if not person.asks and known is None:
        raise Misconfigured(f"{question}: give it as --set smtp.{key}=...")
    answer = person.text(question, known, _SECURITY if key == "security" else ())
    given[key] = answer
    return answer

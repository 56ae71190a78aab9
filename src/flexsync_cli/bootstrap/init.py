"""Builds what `init` tests its answers with, and the file it makes: with `bootstrap`, what knows both sides."""

import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from flexsync_cli.adapters.admin.adapter import open_admin
from flexsync_cli.adapters.admin.mapping import (
    AdminMapping,
    CommunicationsMapping,
    InterestsMapping,
    Label,
    NewsletterMapping,
    RelationsMapping,
)
from flexsync_cli.adapters.admin.survey import survey
from flexsync_cli.adapters.clock import SystemClock
from flexsync_cli.adapters.flexmail.http import Door
from flexsync_cli.adapters.flexmail.rest import RestFlexmail
from flexsync_cli.adapters.state.state import memory_state
from flexsync_cli.config.notes import FREE
from flexsync_cli.config.secrets import store_in_keyring
from flexsync_cli.config.write import problems_of, render, write
from flexsync_cli.domain.field_proposal import FieldColumn
from flexsync_cli.domain.legacy import Document
from flexsync_cli.domain.legacy_config import VARIABLES, refer
from flexsync_cli.domain.legacy_connection import understand
from flexsync_cli.domain.mapping_proposal import Survey
from flexsync_cli.domain.model import CustomField, Source
from flexsync_cli.errors import Misconfigured
from flexsync_cli.ports import Events
from flexsync_cli.services.tally import Tally

REST_URL, SOAP_URL = "https://api.flexmail.eu", "https://soap.flexmail.eu/3.0.0/flexmail.php"
_HEAD = (
    "flexsync's configuration. All keys with their meaning: config.example.toml.",
    'It observes only (sync.mode = "observe"): nothing is written to Admin or Flexmail until you set mode = "sync".',
)


@dataclass(slots=True)
class Answers:
    """What was answered so far; `secrets` by their keys."""

    document: Document = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict, repr=False)

    def set(self, key: str, value: object) -> None:
        """Answer a dotted key."""
        table, _, name = key.rpartition(".")
        self.document.setdefault(table, {})[name] = value

    def give(self, setting: str) -> None:
        """Answer by "key=value", where the value is TOML, or else a text. Raises Misconfigured."""
        key, equals, value = setting.partition("=")
        table, name = _place(key.strip())
        if not (equals and table and name):
            raise Misconfigured("--set: give KEY=VALUE, such as smtp.host=smtp.example.be")
        if secret := next((each for each in VARIABLES if f"{key.strip()}.".startswith(f"{each}.")), None):
            raise Misconfigured(f"--set {secret}: no secret is given as an option; set {VARIABLES[secret]}")
        self.document.setdefault(table, {})[name] = _value(value.strip())

    def text(self, key: str) -> str:
        """An answer that was given as a text; "" where none was."""
        table, _, name = key.rpartition(".")
        return str(self.document.get(table, {}).get(name, ""))


def _place(key: str) -> tuple[str, str]:
    """Table and name of a dotted key; what stands under [fields] and its like may have dots of its own."""
    for table in FREE:
        if key.startswith(f"{table}."):
            return table, key.removeprefix(f"{table}.")
    table, _, name = key.rpartition(".")
    return table, name


def _value(text: str) -> object:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def reach_admin(answers: Answers, connection: str, password: str, base: Path) -> Survey:
    """Connect to the database, and look what there is. A password in the connection is taken out of it."""
    found = understand(connection)
    if found is None:
        raise Misconfigured("this is neither an ODBC string (Driver=...;Server=...;Database=...) nor an SQLAlchemy URL")
    password = password or found.password
    seen = survey(found.text, password or None, base)
    answers.set("admin.connection", found.text)
    if password:
        answers.secrets["admin.password"] = password
    return seen


def try_mapping(
    answers: Answers, sections: Mapping[str, Mapping[str, str]], base: Path, fields: Mapping[str, FieldColumn] | None = None
) -> None:
    """Look whether all tables and columns are there. Raises Misconfigured with each that lacks."""
    interests, communications = sections.get("admin.interests"), sections.get("admin.communications")
    mapping = AdminMapping(
        RelationsMapping(**sections["admin.relations"]),
        NewsletterMapping(**sections["admin.newsletter"]),
        interests=InterestsMapping(**interests) if interests else None,
        communications=_communications(communications) if communications else None,
        fields={name: _column(column) for name, column in (fields or {}).items()},
    )
    open_admin(answers.text("admin.connection"), answers.secrets.get("admin.password"), mapping, base).close()
    for name, section in sections.items():
        answers.document[name] = dict(section)
    if fields:
        answers.document["fields"] = dict(fields)


def _column(column: FieldColumn) -> str | Label:
    return column if isinstance(column, str) else Label(column["column"], column["from"], column["key"], column["label"])


def _communications(section: Mapping[str, str]) -> CommunicationsMapping:
    return CommunicationsMapping(
        table=section["table"],
        relation_id=section["relation_id"],
        date=section["date"],
        subject=section["subject"],
        text=section["text"],
        reference=section.get("reference", ""),
    )


@dataclass(frozen=True, slots=True)
class FlexmailProbe:
    """Tries the account's number and tokens on Flexmail, a call each."""

    door: Door
    rest_url: str
    soap_url: str

    def sources(self, account_id: int, token: str) -> Sequence[Source]:
        """Log in over REST; the sources of the account."""
        rest = self._rest(account_id, token)
        rest.owner()
        return rest.sources()

    def languages(self, account_id: int, token: str) -> Sequence[str]:
        """The contact languages of the account, by their codes."""
        return self._rest(account_id, token).languages()

    def custom_fields(self, account_id: int, token: str) -> Sequence[CustomField]:
        """The fields that the account has."""
        return self._rest(account_id, token).custom_fields()

    def list_id(self, account_id: int, soap_token: str) -> int:
        """Log in over SOAP; the id of the account's list. Misconfigured where Flexmail has not converted the account."""
        from flexsync_cli.adapters.flexmail.soap import SoapEvents  # zeep is slow to import, and not every office has a token

        events: Events = SoapEvents(
            self.door, url=self.soap_url, account_id=account_id, token=soap_token, clock=SystemClock(), database_id=None
        )
        return events.database_id()

    def _rest(self, account_id: int, token: str) -> RestFlexmail:
        return RestFlexmail(self.door, base_url=self.rest_url, account_id=account_id, token=token)


def try_mail_server(answers: Answers) -> None:
    """Greet the mail server as a mail would, and send none. Raises Unavailable."""
    from flexsync_cli.adapters.mail.smtp import SmtpMailer  # only who has a mail server needs it

    smtp = answers.document["smtp"]
    username, password = answers.text("smtp.username"), answers.secrets.get("smtp.password", "")
    SmtpMailer(str(smtp["host"]), int(str(smtp["port"])), smtp["security"], username, password).log_in()  # type: ignore[arg-type]  # one of the choices


@contextmanager
def open_probe(rest_url: str, soap_url: str) -> Iterator[FlexmailProbe]:
    """A door of its own, before there is a state to count calls in."""
    state = memory_state()
    try:
        with Door(Tally(state.ledger), SystemClock(), per_minute=60, on_wait=lambda _: None) as door:
            yield FlexmailProbe(door, rest_url, soap_url)
    finally:
        state.close()


def finish(answers: Answers, output: Path, where: str, *, overwrite: bool) -> Path | None:
    """Keep the secrets as `where` says ("env", "file" or "keyring"), and write the file; where the old one is kept."""
    for key in VARIABLES:
        if key in answers.secrets:
            refer(answers.document, key, _reference(answers, key, where))
    text = render(answers.document, _HEAD)
    if problems := problems_of(text, output.name):
        raise Misconfigured(problems)
    if output.exists() and not overwrite:
        raise Misconfigured(f"{output} is there already; give another --output, or --overwrite, which keeps the old one too")
    for key, value in answers.secrets.items():
        _keep(answers, key, value, output.parent, where)
    return write(output, text, overwrite=overwrite, now=SystemClock().now())


def _reference(answers: Answers, key: str, where: str) -> dict[str, str]:
    if where == "env":
        return {"env": VARIABLES[key]}
    return {"file": _file(key)} if where == "file" else {"keyring": _entry(answers, key)}


def _keep(answers: Answers, key: str, value: str, folder: Path, where: str) -> None:
    if where == "keyring":
        store_in_keyring(_entry(answers, key), SecretStr(value))
    elif where == "file":
        _write_secret(folder / _file(key), value)


def _write_secret(path: Path, value: str) -> None:
    """Readable for its owner only, from the first moment."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(value)
    except OSError as error:
        raise Misconfigured(f"can't write {path}: {error.strerror}") from None


def _file(key: str) -> str:
    return f"{key.replace('.', '-')}.secret"


def _entry(answers: Answers, key: str) -> str:
    return f"flexsync-{answers.text('flexmail.account_id')}/{key}"

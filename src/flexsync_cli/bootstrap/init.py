"""Builds what `init` tests its answers with, and the file it makes: with `bootstrap`, what knows both sides."""

import os
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
    NewsletterMapping,
    RelationsMapping,
)
from flexsync_cli.adapters.admin.survey import survey
from flexsync_cli.adapters.clock import SystemClock
from flexsync_cli.adapters.flexmail.http import Door
from flexsync_cli.adapters.flexmail.rest import RestFlexmail
from flexsync_cli.adapters.state.state import memory_state
from flexsync_cli.config.secrets import store_in_keyring
from flexsync_cli.config.write import problems_of, render, write
from flexsync_cli.domain.legacy import Document
from flexsync_cli.domain.legacy_config import VARIABLES, refer
from flexsync_cli.domain.legacy_connection import understand
from flexsync_cli.domain.mapping_proposal import Sections, propose_mapping
from flexsync_cli.domain.model import Source
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

    def text(self, key: str) -> str:
        """An answer that was given as a text; "" where none was."""
        table, _, name = key.rpartition(".")
        return str(self.document.get(table, {}).get(name, ""))


def reach_admin(answers: Answers, connection: str, password: str, base: Path) -> Sections:
    """Connect to the database, and propose where it keeps what. A password in the connection is taken out of it."""
    found = understand(connection)
    if found is None:
        raise Misconfigured("this is neither an ODBC string (Driver=...;Server=...;Database=...) nor an SQLAlchemy URL")
    password = password or found.password
    sections = propose_mapping(survey(found.text, password or None, base))
    answers.set("admin.connection", found.text)
    if password:
        answers.secrets["admin.password"] = password
    return sections


def try_mapping(answers: Answers, sections: Mapping[str, Mapping[str, str]], base: Path) -> None:
    """Look whether all tables and columns are there. Raises Misconfigured with each that lacks."""
    interests, communications = sections.get("admin.interests"), sections.get("admin.communications")
    mapping = AdminMapping(
        RelationsMapping(**sections["admin.relations"]),
        NewsletterMapping(**sections["admin.newsletter"]),
        interests=InterestsMapping(**interests) if interests else None,
        communications=_communications(communications) if communications else None,
    )
    open_admin(answers.text("admin.connection"), answers.secrets.get("admin.password"), mapping, base).close()
    for name, section in sections.items():
        answers.document[name] = dict(section)


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
        rest = RestFlexmail(self.door, base_url=self.rest_url, account_id=account_id, token=token)
        rest.owner()
        return rest.sources()

    def list_id(self, account_id: int, soap_token: str) -> int:
        """Log in over SOAP; the id of the account's list. Misconfigured where Flexmail has not converted the account."""
        from flexsync_cli.adapters.flexmail.soap import SoapEvents  # zeep is slow to import, and not every office has a token

        events: Events = SoapEvents(
            self.door, url=self.soap_url, account_id=account_id, token=soap_token, clock=SystemClock(), database_id=None
        )
        return events.database_id()


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

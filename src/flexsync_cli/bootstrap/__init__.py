"""Builds a run from a configuration: the only place that knows both sides."""

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from flexsync_cli import log
from flexsync_cli.adapters.clock import SystemClock
from flexsync_cli.adapters.lock import FileLock
from flexsync_cli.adapters.mail.texts import Texts
from flexsync_cli.adapters.state import SqlState, open_state
from flexsync_cli.adapters.stop import StopOnSignal
from flexsync_cli.adapters.windows_service import WindowsService, can_ask
from flexsync_cli.bootstrap.translation import mapping, settings
from flexsync_cli.config.load import find, load, named
from flexsync_cli.config.model import Configuration, Smtp
from flexsync_cli.config.secrets import resolve_all
from flexsync_cli.domain.legacy_connection import names_server, server_of
from flexsync_cli.errors import Misconfigured
from flexsync_cli.ports import Clock, Events, Reporter
from flexsync_cli.services.post import Post
from flexsync_cli.services.session import Session
from flexsync_cli.services.summary import MailSettings
from flexsync_cli.services.tally import Tally

# Adapters with a driver are imported where they are opened: a command that needs no driver must not wait for one.
if TYPE_CHECKING:
    from flexsync_cli.adapters.admin.adapter import SqlAdmin
    from flexsync_cli.adapters.flexmail.http import Door
    from flexsync_cli.adapters.flexmail.rest import RestFlexmail
    from flexsync_cli.adapters.mail.smtp import SmtpMailer


@dataclass(frozen=True, slots=True)
class Office:
    """A configuration with its secrets, ready to be opened; `config` is its path where it was given, else ""."""

    configuration: Configuration
    secrets: dict[str, SecretStr]
    logs: log.Log
    config: str = ""

    def secret(self, key: str) -> str | None:
        """One secret by its key's path, where it is configured."""
        value = self.secrets.get(key)
        return None if value is None else value.get_secret_value()


@dataclass(frozen=True, slots=True)
class Opened:
    """A session, the lock under which it is to run, and the office it is of."""

    session: Session
    lock: FileLock
    office: Office


def read_office(path: Path | None, verbosity: int, reporter: Reporter) -> Office:
    """Find and check the configuration, fetch its secrets, begin the log. Misconfigured has every problem."""
    configuration = load(find(path))
    fetched = _secrets(configuration)
    logs = log.configure(configuration.log_path, configuration.log.format, verbosity)
    return replace(begin(configuration, fetched, logs, reporter), config=str(named(path) or ""))


def begin(configuration: Configuration, fetched: dict[str, SecretStr], logs: log.Log, reporter: Reporter) -> Office:
    """Keep these secrets out of the log, and warn of what the configuration would better not say."""
    for value in fetched.values():
        logs.hide(value.get_secret_value())
    for warning in configuration.warnings:
        reporter.warn(warning)
    return Office(configuration, fetched, logs)


def _secrets(configuration: Configuration) -> dict[str, SecretStr]:
    try:
        return resolve_all(configuration.secrets, configuration.folder, os.environ)
    except Misconfigured as error:
        problems = [f"{configuration.path.name}: {problem}" for problem in error.problems]
    raise Misconfigured(problems)


@contextmanager
def open_session(office: Office, command: str, reporter: Reporter, *, dry_run: bool = False) -> Iterator[Opened]:
    """Everything a run works through, closed when it ends."""
    from flexsync_cli.adapters.flexmail.http import Door

    configuration = office.configuration
    with ExitStack() as stack:
        stop = stack.enter_context(StopOnSignal())
        clock = SystemClock(stop)
        kept = open_state(configuration.state_path)
        stack.callback(kept.close)
        tally = Tally(kept.ledger, configuration.flexmail.calls_per_month)
        door = stack.enter_context(
            Door(tally, clock, per_minute=configuration.flexmail.calls_per_minute, on_wait=reporter.waiting)
        )
        admin = open_relations(office)
        stack.callback(admin.close)
        session = Session(
            admin=admin,
            flexmail=rest(office, door),
            events=soap(office, door, clock, kept.facts.get("database_id")),
            state=kept.snapshot() if dry_run else kept,
            clock=clock,
            reporter=reporter,
            stop=stop,
            tally=tally,
            settings=replace(settings(configuration), config=office.config),
            run_id=secrets.token_hex(6),
            command=command,
            applies=not dry_run and configuration.sync.mode == "sync",
            dry_run=dry_run,
            old_service=None if (service := old_service(configuration)) is None else service.state,
        )
        office.logs.begin(session.run_id)
        yield Opened(session, FileLock(configuration.state_path), office)


def open_post(office: Office) -> Post:
    """Who writes the office's mails, and who sends them."""
    from flexsync_cli.adapters.mail.letters import JinjaLetters  # only commands that mail need the templates

    configuration = office.configuration
    smtp, summary = configuration.smtp, configuration.summary
    return Post(
        JinjaLetters(),
        None if smtp is None else smtp_mailer(office, smtp),
        MailSettings(summary.to, summary.language, summary.when, summary.include, smtp.sender if smtp else ""),
        notify=configuration.bounces.notify or "",
    )


def smtp_mailer(office: Office, smtp: Smtp) -> "SmtpMailer":
    """The office's mail server."""
    from flexsync_cli.adapters.mail.smtp import SmtpMailer  # likewise

    return SmtpMailer(smtp.host, smtp.port, smtp.security, smtp.username, office.secret("smtp.password") or "")


def open_relations(office: Office) -> "SqlAdmin":
    """The office's database."""
    from flexsync_cli.adapters.admin.adapter import open_admin

    configuration = office.configuration
    return open_admin(
        configuration.admin.connection.get_secret_value(),
        office.secret("admin.password"),
        mapping(configuration),
        configuration.folder,
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """The state alone, its lock, and the present moment."""

    state: SqlState
    lock: FileLock
    now: datetime


@contextmanager
def open_kept(office: Office) -> Iterator[Kept]:
    """For commands that call nobody."""
    state = open_state(office.configuration.state_path)
    try:
        yield Kept(state, FileLock(office.configuration.state_path), SystemClock().now())
    finally:
        state.close()


def rest(office: Office, door: "Door") -> "RestFlexmail":
    """Flexmail's REST interface."""
    from flexsync_cli.adapters.flexmail.rest import RestFlexmail

    flexmail = office.configuration.flexmail
    return RestFlexmail(
        door, base_url=flexmail.rest_url, account_id=flexmail.account_id, token=office.secret("flexmail.token") or ""
    )


def soap(office: Office, door: "Door", clock: Clock, database_id: int | None = None) -> Events | None:
    """Its SOAP interface; None without a token. `database_id` is what an earlier run was told."""
    token = office.secret("flexmail.soap_token")
    if token is None:
        return None
    from flexsync_cli.adapters.flexmail.soap import SoapEvents  # zeep is slow to import, and not every office has a token

    flexmail = office.configuration.flexmail
    return SoapEvents(
        door,
        url=flexmail.soap_url,
        account_id=flexmail.account_id,
        token=token,
        clock=clock,
        database_id=database_id,
    )


def old_service(configuration: Configuration) -> WindowsService | None:
    """The service that flexsync replaces, on the database's server; None where it can't be seen from here."""
    connection = configuration.admin.connection.get_secret_value()
    return WindowsService(server_of(connection)) if can_ask() and names_server(connection) else None


def english() -> Texts:
    """The words of the mails, for the console: a thing has one name wherever it is told."""
    return Texts("en")

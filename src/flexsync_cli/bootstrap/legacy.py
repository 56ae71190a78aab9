"""Builds what takes the old module over: with `bootstrap`, what knows both sides."""

import os
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from flexsync_cli.adapters.admin.settings_table import read_table
from flexsync_cli.adapters.admin.survey import survey
from flexsync_cli.adapters.clock import SystemClock
from flexsync_cli.adapters.legacy.read import read_file
from flexsync_cli.adapters.state import open_state
from flexsync_cli.adapters.windows_service import WindowsService, can_ask
from flexsync_cli.bootstrap import Office, old_service
from flexsync_cli.config.admin import Newsletter, Relations
from flexsync_cli.config.load import load
from flexsync_cli.config.secrets import resolve, store_in_keyring
from flexsync_cli.config.write import problems_of, render, write
from flexsync_cli.domain.legacy import Left, Migration, Setting, migrate
from flexsync_cli.domain.legacy_config import REQUIRED, Proposal, propose, refer
from flexsync_cli.domain.legacy_connection import has_server, names_server, server_of
from flexsync_cli.domain.legacy_service import ServiceState
from flexsync_cli.domain.mapping_proposal import Sections, propose_mapping
from flexsync_cli.errors import FlexsyncError, Misconfigured
from flexsync_cli.services.check import Finding
from flexsync_cli.services.check_legacy import check_old_service
from flexsync_cli.services.legacy import remember, remembered_state

ADMIN_CONNECTION = "FLEXSYNC_ADMIN_CONNECTION"
ADMIN_PASSWORD = "FLEXSYNC_ADMIN_PASSWORD"  # noqa: S105 - the variable's name
_HEAD = (
    "flexsync's configuration, made of the old module's settings.",
    'It observes only (sync.mode = "observe"): nothing is written to Admin or Flexmail until you set mode = "sync".',
    "All keys with their meaning: config.example.toml.",
)


@dataclass(frozen=True, slots=True)
class TakeOver:
    """What was read, and the file it makes; `text` holds no secret."""

    migration: Migration
    proposal: Proposal
    text: str

    @property
    def server(self) -> str | None:
        """The database's server; "" is this machine, None where it isn't known."""
        return _server(str(self.proposal.document["admin"]["connection"] or ""))

    @property
    def incomplete(self) -> bool:
        """Whether a person must fill something in."""
        return bool(self.proposal.missing)


@dataclass(frozen=True, slots=True)
class Found:
    """The old settings, and where Admin keeps what, as far as its database could be looked at."""

    settings: Sequence[Setting]
    mapping: Sections = field(default_factory=dict)


def settings_from_table(name: str, config: Path) -> Found:
    """The rows of a table of Admin's database, which the environment names or a configuration that is there already; the
    connection itself where they tell none."""
    connection, password, base = _admin(config)
    settings = list(read_table(connection, password, base, name))
    if "connection" not in migrate(settings).document.get("admin", {}):
        settings.append(Setting(("connection",), connection))
        settings += [Setting(("database password",), password)] if password else []
    return Found(settings, propose_mapping(survey(connection, password, base).tables))


def settings_from_file(path: Path) -> Found:
    """The settings in a file."""
    return Found(read_file(path))


def take_over(found: Found, *, keyring: bool) -> TakeOver:
    """Understand the settings, and lay out the file. Raises Misconfigured where there is nothing of the old module's."""
    settings = found.settings
    migration = migrate(settings)
    if not migration.taken:
        raise Misconfigured(
            f"none of the {len(settings)} settings is one of the old module's (Id gebruiker, gebruikerstoken, interval, ...); "
            "give another file or table, or begin anew with: flexsync init"
        )
    usual = {"admin.relations": Relations().model_dump(), "admin.newsletter": Newsletter().model_dump()}
    mapping = {**usual, **found.mapping}
    proposal = propose(migration, mapping)
    if keyring:
        for key in migration.secrets:
            refer(proposal.document, key, {"keyring": keyring_name(proposal, key)})
    return TakeOver(migration, proposal, _text(migration, proposal))


def keyring_name(proposal: Proposal, key: str) -> str:
    """Where a secret is kept; by account, because several offices may share a machine."""
    return f"flexsync-{proposal.document['flexmail']['account_id'] or 'office'}/{key}"


def save(taken: TakeOver, output: Path, *, overwrite: bool, keyring: bool) -> Path | None:
    """Store the secrets where that was asked for, then write the file; where the old one is kept."""
    if output.exists() and not overwrite:
        raise Misconfigured(f"{output} is there already; give another --output, or --overwrite, which keeps the old one too")
    if keyring:
        for key, value in taken.migration.secrets.items():
            store_in_keyring(keyring_name(taken.proposal, key), SecretStr(value))
    return write(output, taken.text, overwrite=overwrite, now=SystemClock().now())


def service_on(server: str | None) -> WindowsService | None:
    """The old service there; None where that isn't known, or this machine has no way to see it."""
    return WindowsService(server) if server is not None and can_ask() else None


def server_of_configuration(path: Path) -> str | None:
    """The database's server by a configuration that is there; None where none is, or it can't be read."""
    try:
        return _server(load(path).admin.connection.get_secret_value())
    except Misconfigured:
        return None


def _server(connection: str) -> str | None:
    return server_of(connection) if names_server(connection) else None


def can_remember(config: Path) -> bool:
    """Whether the configuration is there and whole, and so has a state."""
    try:
        load(config)
    except Misconfigured:
        return False
    return True


def remember_service(config: Path, state: ServiceState) -> None:
    """What is known of it, for the runs of this configuration."""
    with closing(open_state(load(config).state_path)) as kept:
        remember(kept.facts, state)


def legacy_findings(office: Office) -> Iterator[Finding]:
    """What `check` says of the old service."""
    connection = office.configuration.admin.connection.get_secret_value()
    service = old_service(office.configuration)
    state = ServiceState.UNKNOWN if service is None else service.state()
    if state is ServiceState.UNKNOWN and office.configuration.state_path.is_file():
        with suppress(FlexsyncError), closing(open_state(office.configuration.state_path)) as kept:  # told by its own check
            state = remembered_state(kept.facts)
    if has_server(connection) or state is not ServiceState.UNKNOWN:
        yield from check_old_service(state, server_of(connection), ignored=office.configuration.legacy.ignore)


def _admin(config: Path) -> tuple[str, str | None, Path]:
    if connection := os.environ.get(ADMIN_CONNECTION):
        return connection, os.environ.get(ADMIN_PASSWORD), Path.cwd()
    if not config.is_file():
        raise Misconfigured(f"--from-table: set {ADMIN_CONNECTION} to Admin's connection string, and {ADMIN_PASSWORD}")
    admin = load(config).admin
    password = resolve(admin.password, config.parent, os.environ) if admin.password else None
    return admin.connection.get_secret_value(), password.get_secret_value() if password else None, config.parent


def _text(migration: Migration, proposal: Proposal) -> str:
    """The file; a value that the configuration refuses after all is left, so that what is written loads."""
    while True:
        text = render(proposal.document, _HEAD, _rest(migration.left))
        refused = [key for key in map(_key_of, problems_of(text, "config.toml")) if key not in proposal.missing]
        dropped = [key for key in refused if _drop(proposal, key, migration)]
        if not dropped:
            return text


def _key_of(problem: str) -> str:
    return problem.partition(": ")[0].partition(", item")[0]


def _drop(proposal: Proposal, key: str, migration: Migration) -> bool:
    """Whether there was such a value to take out; a required one is missing then."""
    document = proposal.document
    table = next((name for name in sorted(document, key=len, reverse=True) if key.startswith(f"{name}.")), "")
    name = key.removeprefix(f"{table}.").strip('"')
    if not table or document[table].get(name) is None:
        return False
    value = document[table].pop(name)
    if key in REQUIRED:
        document[table][name] = None
        proposal.missing.append(key)
    migration.left.append(Left(Setting((key,), str(value)), "the configuration does not take it"))
    migration.taken = [taken for taken in migration.taken if taken.key != key]
    return True


def _rest(left: Sequence[Left]) -> tuple[str, ...]:
    if not left:
        return ()
    heading = "What was not understood of the old settings, kept so that nothing is lost (*** hides what may be a secret):"
    return (heading, *(f"  {each.setting.name} = {each.setting.masked}  ({each.why})" for each in left))

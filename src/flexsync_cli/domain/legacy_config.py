"""From what was taken over to a whole configuration: references for secrets, what is supposed, and what is still missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flexsync_cli.domain.legacy import Document, Left, Migration, Setting

VARIABLES = {
    "admin.password": "FLEXSYNC_ADMIN_PASSWORD",
    "flexmail.token": "FLEXSYNC_TOKEN",
    "flexmail.soap_token": "FLEXSYNC_SOAP_TOKEN",
    "smtp.password": "FLEXSYNC_SMTP_PASSWORD",
}
_SUPPOSED = {
    "flexmail.source": "Admin",
    "flexmail.language": "nl",
    "sync.interval": "1h",
    "sync.interests": True,
    "sync.opt_in": False,
}
REQUIRED = ("admin.connection", "flexmail.account_id")


@dataclass(slots=True)
class Proposal:
    """A configuration to write: `references` are the secrets' keys, `supposed` the keys that got a default, `missing` those
    that a person must fill in."""

    document: Document
    references: list[str] = field(default_factory=list)
    supposed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def propose(migration: Migration, mapping: Mapping[str, Mapping[str, object]]) -> Proposal:
    """The whole configuration; `mapping` has the names of Admin's tables and columns to begin with.

    It observes at first. What can't stand in it goes back to the migration's rest.
    """
    _mail_server_or_none(migration)
    proposal = Proposal({name: dict(values) for name, values in migration.document.items()})
    for table, values in mapping.items():
        proposal.document.setdefault(table, dict(values))
        proposal.supposed.append(table)
    for key, value in _SUPPOSED.items():
        if _set(proposal.document, key, value):
            proposal.supposed.append(key)
    for key in REQUIRED:
        if _set(proposal.document, key, None):
            proposal.missing.append(key)
    _set(proposal.document, "sync.mode", "observe")
    _refer(proposal, migration)
    return proposal


def refer(document: Document, key: str, reference: Mapping[str, str]) -> None:
    """Say where a secret is."""
    table, _, name = key.rpartition(".")
    document.setdefault(table, {})[name] = dict(reference)


def _refer(proposal: Proposal, migration: Migration) -> None:
    needed = {"flexmail.token"} | ({"flexmail.soap_token"} if proposal.document["sync"]["opt_in"] else set())
    proposal.references = [key for key in VARIABLES if key in needed or key in migration.secrets]
    proposal.missing += [key for key in proposal.references if key not in migration.secrets]
    for key in proposal.references:
        refer(proposal.document, key, {"env": VARIABLES[key]})


def _set(document: Document, key: str, value: object) -> bool:
    """Whether it was not there before."""
    table, _, name = key.rpartition(".")
    values = document.setdefault(table, {})
    new = name not in values
    values.setdefault(name, value)
    return new


def _mail_server_or_none(migration: Migration) -> None:
    """A mail server is of use with its name and a sender; a login with its name and a password."""
    smtp = migration.document.get("smtp", {})
    if not {"host", "sender"} <= smtp.keys():
        _give_back(migration, list(smtp), "a mail server needs its name and a sender: see [smtp]")
        migration.document.pop("smtp", None)
        _forget(migration, "smtp.password")
    elif ("username" in smtp) != ("smtp.password" in migration.secrets):
        _give_back(migration, ["username"] if "username" in smtp else [], "a login needs a name and a password")
        smtp.pop("username", None)
        _forget(migration, "smtp.password")


def _give_back(migration: Migration, names: list[str], why: str) -> None:
    for name in names:
        value = str(migration.document["smtp"][name])
        migration.left.append(Left(Setting(("smtp", name), value), why))
    keys = {f"smtp.{name}" for name in names}
    migration.taken = [taken for taken in migration.taken if taken.key not in keys]


def _forget(migration: Migration, secret: str) -> None:
    if migration.secrets.pop(secret, None) is not None:
        migration.left.append(Left(Setting((*secret.split("."),), "***"), "a login needs a mail server, a name and a password"))
        migration.taken = [taken for taken in migration.taken if taken.key != secret]

"""Taking over the old module's settings: which key of the configuration each one means, and what is left over."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from flexsync_cli.domain import legacy_connection, legacy_names, legacy_values
from flexsync_cli.domain.legacy_interval import interval

Document: TypeAlias = dict[str, dict[str, object]]

# A pair of texts in XML, JSON or a table: which of them is the name, and which the value.
NAME_KEYS = frozenset({"key", "name", "naam", "nom", "sleutel", "veld", "field", "champ", "setting", "instelling", "parameter"})
VALUE_KEYS = frozenset({"value", "waarde", "valeur", "kolom", "column", "colonne", "connectionstring"})

_JOINTS = re.compile(r"[./\\:]+")
_ASSIGNED = re.compile("=|->")
_ITEMS = frozenset({"item", "string", "add", "element", "maatwerkveld", "customfield"})
_SECRETIVE = re.compile("token|jeton|wachtwoord|password|passwd|motdepasse|pwd|secret|sleutel|key|cle|geheim|credential|hash")
_PASSWORD_WITHIN = re.compile(r"(?:pwd|password|wachtwoord|token|://[^/@\s]*:[^/@\s]*@)", re.IGNORECASE)
_LOOKS_RANDOM = re.compile(r"(?=\S*[0-9])(?=\S*[A-Za-z])[\w+/=.~-]{16,}")
_OF_OPT_IN = "not understood; a column that the opt-in is to fill goes under [opt_in.values]"
_AGAIN = "there was another value for it before"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of the old module: the names that lead to it, and its value, which may be a secret."""

    path: tuple[str, ...]
    value: str = field(repr=False)

    @property
    def name(self) -> str:
        """The names that lead to it, in one text."""
        return "/".join(self.path)

    @property
    def parts(self) -> tuple[str, ...]:
        """The names, those that are paths themselves ("Flexmail.Token") taken apart."""
        return tuple(part for name in self.path for part in _JOINTS.split(name) if part.strip()) or self.path

    @property
    def masked(self) -> str:
        """The value, hidden where it may be a secret."""
        secretive = _SECRETIVE.search(legacy_names.plain(self.path[-1] if self.path else ""))
        hidden = secretive or _PASSWORD_WITHIN.search(self.value) or _LOOKS_RANDOM.search(self.value)
        return "***" if hidden and self.value else self.value


@dataclass(frozen=True, slots=True)
class Taken:
    """A setting that became `key`; `note` where something was supposed."""

    name: str
    key: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Left:
    """A setting that was not taken, and why."""

    setting: Setting
    why: str


@dataclass(slots=True)
class Migration:
    """The configuration that the settings make, without its secrets, which are apart; and what became of each setting."""

    document: Document = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict, repr=False)
    taken: list[Taken] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)

    def set(self, key: str, value: object) -> bool:
        """Set a dotted key unless it has a value; whether it was set, or has just this value."""
        table, _, name = key.rpartition(".")
        return self.document.setdefault(table, {}).setdefault(name, value) == value


_SECRETS = frozenset({"flexmail.token", "flexmail.soap_token", "smtp.password"})
_OPT_IN_TYPE = "opt_in.values.CRM_TYPE"


def migrate(settings: Sequence[Setting]) -> Migration:
    """Every setting is either taken or left, none is lost."""
    migration = Migration()
    parts: dict[str, Setting] = {}
    parts_of_mail: dict[str, bool] = {}
    for setting in settings:
        if not setting.value.strip():
            migration.left.append(Left(setting, "it is empty"))
        elif not (_field(migration, setting) or _newsletters(migration, setting, parts_of_mail)):
            _single(migration, setting, parts)
    _include(migration, parts_of_mail)
    _database(migration, parts)
    return migration


def _single(migration: Migration, setting: Setting, parts: dict[str, Setting]) -> None:
    key, unit = legacy_names.recognise(setting.parts)
    if not key and legacy_names.are_connections(setting.parts[:-1]) and legacy_connection.understand(setting.value):
        key = "connection"
    if key == "database.user" and legacy_values.account_id(setting.value):
        key = "flexmail.account_id"  # "Gebruiker = D-12345"
    if key == "connection" or (key == "database.database" and legacy_connection.understand(setting.value)):
        _connection(migration, setting)
    elif key.startswith("database."):
        _keep_part(migration, setting, parts, key.removeprefix("database."))
    elif key in _SECRETS:
        _secret(migration, setting, key)
    elif key == "sync.interval":
        found = interval(setting.value, unit)
        _take(migration, setting, key, found and found.text, found.supposed if found else "")
    elif key == "opt_in.crm_type":
        value = legacy_values.number_or_text(setting.value)
        _take(migration, setting, _OPT_IN_TYPE, value, "the column CRM_TYPE is supposed")
    elif key == "bounces.notify":
        _notify(migration, setting)
    elif key:
        _take(migration, setting, key, legacy_values.KINDS[key].read(setting.value))
    else:
        migration.left.append(Left(setting, _OF_OPT_IN if legacy_names.is_of_opt_in(setting.parts) else "not understood"))


def _notify(migration: Migration, setting: Setting) -> None:
    """Who is told of bounces: one; the others of several are left."""
    found = legacy_values.addresses(setting.value) or []
    several = len(found) > 1
    first = found[0] if found else None
    _take(migration, setting, "bounces.notify", first, "the first of several addresses" if several else "")
    if several:
        migration.left.append(Left(setting, "bounces.notify takes one address; for all of them give that of a group"))


def _take(migration: Migration, setting: Setting, key: str, value: object | None, note: str = "") -> None:
    if value is None:
        migration.left.append(Left(setting, _must_be(key)))
    elif migration.set(key, value):
        migration.taken.append(Taken(setting.name, key, note))
    else:
        migration.left.append(Left(setting, f"{key}: {_AGAIN}"))


def _secret(migration: Migration, setting: Setting, key: str) -> None:
    value = legacy_values.line(setting.value)
    if value is None:
        migration.left.append(Left(setting, _must_be(key)))
    elif migration.secrets.setdefault(key, value) == value:
        migration.taken.append(Taken(setting.name, key))
    else:
        migration.left.append(Left(setting, f"{key}: {_AGAIN}"))


def _must_be(key: str) -> str:
    return f"{key} must be {legacy_values.KINDS[key].must_be}"


def _connection(migration: Migration, setting: Setting) -> None:
    found = legacy_connection.understand(setting.value)
    _take(migration, setting, "admin.connection", found and found.text, found.note if found else "")
    if found and found.password and migration.document["admin"].get("connection") == found.text:
        migration.secrets.setdefault("admin.password", found.password)


def _keep_part(migration: Migration, setting: Setting, parts: dict[str, Setting], part: str) -> None:
    if legacy_values.line(setting.value) is None or part in parts:
        migration.left.append(Left(setting, f"the {part} of admin.connection must be a text of one line, and be given once"))
    else:
        parts[part] = setting


def _database(migration: Migration, parts: Mapping[str, Setting]) -> None:
    """Put the single settings of the database together, unless a whole connection was given."""
    values = {part: setting.value.strip() for part, setting in parts.items()}
    whole = "connection" in migration.document.get("admin", {})
    made = None if whole else legacy_connection.of_parts(values)
    for part, setting in parts.items():
        if whole and part == "password" and "admin.password" not in migration.secrets:
            _secret(migration, setting, "admin.password")
        elif made is None:
            why = "admin.connection says it" if whole else "server and database are needed to make admin.connection"
            migration.left.append(Left(setting, why))
        else:
            migration.set("admin.connection", made.text)
            migration.taken.append(Taken(setting.name, "admin.password" if part == "password" else "admin.connection"))
    if made and made.password:
        migration.secrets.setdefault("admin.password", made.password)


def _field(migration: Migration, setting: Setting) -> bool:
    """A custom field, or the list of them; whether it is one."""
    *above, last = setting.path if any(map(legacy_names.is_fields, setting.path)) else setting.parts
    if legacy_names.is_numbered_field(last) or legacy_names.is_fields(last):
        for item in legacy_values.items(setting.value):
            _take_field(migration, setting, *_name_and_column(item))
        return True
    if not any(map(legacy_names.is_fields, above[-2:])):
        return False
    if above and legacy_names.plain(last) in VALUE_KEYS and not legacy_names.is_fields(above[-1]):
        last = above[-1]  # <field name="acc_software"><column>SOFTWARE</column></field>
    unnamed = last.isdecimal() or legacy_names.plain(last) in NAME_KEYS | _ITEMS
    name, column = _name_and_column(setting.value) if unnamed else (last, setting.value)
    _take_field(migration, setting, name, column)
    return True


def _name_and_column(text: str) -> tuple[str, str]:
    """What "acc_software = SOFTWARE" says, or "acc_software -> SOFTWARE"; without a column "" for it."""
    name, *column = _ASSIGNED.split(text, maxsplit=1)
    return name, column[0] if column else ""


def _take_field(migration: Migration, setting: Setting, name: str, column: str) -> None:
    name, column = name.strip(), column.strip()
    told = bool(column) and legacy_values.yes_or_no(column) is None and column != name
    column = column if told else name.upper()
    if legacy_values.line(name) is None or legacy_values.line(column) is None:
        migration.left.append(Left(setting, "not a name of a custom field, or not one of a column"))
    elif migration.document.setdefault("fields", {}).setdefault(name, column) == column:
        migration.taken.append(Taken(setting.name, f"fields.{name}", "" if told else "its column in Admin is a guess"))
    else:
        migration.left.append(Left(setting, f"fields.{name}: {_AGAIN}"))


def _newsletters(migration: Migration, setting: Setting, wanted: dict[str, bool]) -> bool:
    """What the mail after a sync holds; whether the setting is about that."""
    *above, last = setting.parts
    if above and legacy_names.is_newsletters(above[-1]) and (part := legacy_names.part_of(last)):
        switch = legacy_values.yes_or_no(setting.value)
        if switch is None:
            migration.left.append(Left(setting, _must_be("summary.include")))
        else:
            wanted[part] = switch
            migration.taken.append(Taken(setting.name, "summary.include"))
        return True
    if not legacy_names.is_newsletters(last):
        return False
    _newsletter_list(migration, setting)
    return True


def _newsletter_list(migration: Migration, setting: Setting) -> None:
    switch = legacy_values.yes_or_no(setting.value)
    parts = [legacy_names.part_of(item) for item in legacy_values.items(setting.value)]
    if switch is not None:
        _take(migration, setting, "summary.when", "daily" if switch else "problems")
    elif all(parts):
        _take(migration, setting, "summary.include", list(dict.fromkeys(parts)))
    else:
        _take(migration, setting, "summary.to", legacy_values.addresses(setting.value))


def _include(migration: Migration, wanted: Mapping[str, bool]) -> None:
    if wanted:
        chosen = [part for part, switch in wanted.items() if switch]
        migration.set("summary.include", chosen or ["parked"])

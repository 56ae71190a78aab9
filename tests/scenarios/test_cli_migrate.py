"""`migrate-legacy`, as an operator sees it; and that nothing is written beside the old service."""

import contextlib
import json
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keyring.backend import KeyringBackend

from flexsync_cli.adapters.state import open_state
from flexsync_cli.cli.app import cli
from flexsync_cli.config.load import load
from flexsync_cli.domain.legacy_service import ServiceState
from flexsync_cli.errors import FlexsyncError, Misconfigured
from flexsync_cli.services.legacy import remember
from tests.scenarios.world import World

OLD = {
    "Id gebruiker": "D-12345",
    "Interval": "30",
    "Gebruikerstoken": "rest-geheim",
    "SOAP token": "soap-geheim",
    "CRM interesses": "nee",
    "Gebouncede e-mail": "secretariaat@example.be",
    "Opt-in": "ja",
    "Opt-in CRM type": "8",
    "Nieuwsbrieven": "Toegevoegd; Uitgeschreven",
    "Maatwerkvelden": "acc_software=SOFTWARE; vat_number",
    "Verbinding": "Data Source=SQL01;Initial Catalog=Admin;User ID=sync;Password=db-geheim",
    "Kleur": "blauw\n[evil]",
    "Geheime sleutel": "extra-geheim",
}


class MemoryKeyring(KeyringBackend):
    priority = 1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring has no types here
        self.kept: dict[tuple[str, str], str] = {}

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))


@pytest.fixture
def memory_keyring() -> Iterator[MemoryKeyring]:
    before, backend = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "old.json"
    path.write_text(json.dumps(OLD), encoding="utf-8")
    return path


def migrate(folder: Path, *arguments: str, answers: str = "", env: dict[str, str] | None = None) -> Result:
    place = ("--output", str(folder / "made.toml"))
    return CliRunner().invoke(cli, ["migrate-legacy", *place, *arguments], input=answers, env=env, standalone_mode=False)


def test_all_settings_of_the_old_module_are_in_a_file_that_loads(tmp_path: Path, old: Path) -> None:
    assert migrate(tmp_path, "--from", str(old)).return_value == 0
    made = load(tmp_path / "made.toml")
    assert made.warnings == ("made.toml: bounces.notify: no mail can be sent without [smtp]",)
    assert made.admin.connection.get_secret_value() == (
        "Driver={ODBC Driver 18 for SQL Server};Server=SQL01;Database=Admin;UID=sync"
    )
    assert {key: secret.env for key, secret in made.secrets.items()} == {
        "admin.password": "FLEXSYNC_ADMIN_PASSWORD",
        "flexmail.token": "FLEXSYNC_TOKEN",
        "flexmail.soap_token": "FLEXSYNC_SOAP_TOKEN",
    }
    assert made.flexmail.account_id == 12345
    assert (made.sync.mode, made.sync.interests, made.sync.opt_in) == ("observe", False, True)
    assert made.sync.interval.total_seconds() == 1800
    assert made.bounces.notify == "secretariaat@example.be"
    assert made.opt_in.values == {"CRM_TYPE": 8}
    assert made.summary.include == ("created", "opt_outs")
    assert {name: column.column for name, column in made.fields.items()} == {
        "acc_software": "SOFTWARE",
        "vat_number": "VAT_NUMBER",
    }


def test_no_secret_is_shown_or_written_and_nothing_is_lost(tmp_path: Path, old: Path) -> None:
    result = migrate(tmp_path, "--from", str(old))
    text = (tmp_path / "made.toml").read_text(encoding="utf-8")
    assert "geheim" not in result.output + text.replace("Geheime", "")
    assert "# Kleur = blauw [evil]  (not understood)" in text
    assert "# Geheime sleutel = ***  (not understood)" in text
    assert "FLEXSYNC_SOAP_TOKEN" in result.stderr
    assert "blauw" not in result.output
    assert "By default, look whether it fits: admin.relations, admin.newsletter, flexmail.source" in result.stdout


def test_the_keyring_gets_the_secrets_where_that_is_asked(tmp_path: Path, old: Path, memory_keyring: MemoryKeyring) -> None:
    assert migrate(tmp_path, "--from", str(old), "--store-secrets").return_value == 0
    made = load(tmp_path / "made.toml")
    assert made.flexmail.token.keyring == "flexsync-12345/flexmail.token"
    assert memory_keyring.kept == {
        ("flexsync-12345", "admin.password"): "db-geheim",
        ("flexsync-12345", "flexmail.token"): "rest-geheim",
        ("flexsync-12345", "flexmail.soap_token"): "soap-geheim",
    }


def test_a_dry_run_shows_the_file_and_changes_nothing(tmp_path: Path, old: Path, memory_keyring: MemoryKeyring) -> None:
    result = migrate(tmp_path, "--from", str(old), "--dry-run", "--store-secrets")
    assert result.return_value == 0
    assert 'mode = "observe"' in result.stdout
    assert list(tmp_path.iterdir()) == [old]
    assert memory_keyring.kept == {}


def test_a_file_that_is_there_is_never_lost(tmp_path: Path, old: Path) -> None:
    made = tmp_path / "made.toml"
    made.write_text("# mine\n")
    assert isinstance(migrate(tmp_path, "--from", str(old)).exception, Misconfigured)
    assert made.read_text() == "# mine\n"
    for _ in range(2):
        assert migrate(tmp_path, "--from", str(old), "--overwrite").return_value == 0
    kept = sorted(tmp_path.glob("made.toml.bak-*"))
    assert len(kept) == 2
    assert kept[0].read_text() == "# mine\n"


def test_what_is_missing_is_named_and_marked_in_the_file(tmp_path: Path) -> None:
    old = tmp_path / "old.ini"
    old.write_text("interval=60\n")
    result = migrate(tmp_path, "--from", str(old))
    assert result.return_value == 1
    assert "Missing, to be filled in: flexmail.account_id" in result.stdout
    with pytest.raises(Misconfigured, match=r"admin\.connection: missing"):
        load(tmp_path / "made.toml")


def test_a_connection_that_the_configuration_refuses_is_missing_not_lost(tmp_path: Path) -> None:
    old = tmp_path / "old.ini"
    old.write_text("verbinding=sqlite://\nid gebruiker=1\ntoken=x\n")
    result = migrate(tmp_path, "--from", str(old))
    assert result.return_value == 1
    assert "Missing, to be filled in: admin.connection" in result.stdout
    assert "# admin.connection = sqlite://  (the configuration does not take it)" in (tmp_path / "made.toml").read_text()


@pytest.mark.parametrize("content", ["", "x", "<a/>", "{}", "kleur=blauw", "\x00" * 9])
def test_a_file_without_settings_is_an_error_and_nothing_is_written(tmp_path: Path, content: str) -> None:
    old = tmp_path / "old.txt"
    old.write_text(content)
    error = migrate(tmp_path, "--from", str(old)).exception
    assert isinstance(error, Misconfigured)
    assert list(tmp_path.iterdir()) == [old]


def test_the_settings_in_a_table_of_admin(world: World) -> None:
    world.sql("CREATE TABLE SETTINGS (ID INTEGER, SETTING_NAME TEXT, SETTING_VALUE TEXT, NOTE TEXT)")
    for name, value in OLD.items():
        world.sql("INSERT INTO SETTINGS VALUES (1, :name, :value, 'x')", name=name, value=value)
    connection = {"FLEXSYNC_ADMIN_CONNECTION": f"sqlite:///{world.folder / 'admin.db'}"}
    assert migrate(world.folder, "--from-table", "settings", env=connection).return_value == 0
    assert load(world.folder / "made.toml").flexmail.account_id == 12345
    named = migrate(world.folder, "--overwrite", "--from-table", "SETTINGS(SETTING_NAME, SETTING_VALUE)", env=connection)
    assert named.return_value == 0
    for wrong, message in (
        ("SETINGS", 'did you mean "SETTINGS"'),
        ("SETTINGS(NAME, SETTING_VALU)", 'no column "NAME"'),
        ("CUSTOMER_PERMANENT", "name them"),
        ("a(b", "give the table"),
    ):
        error = migrate(world.folder, "--overwrite", "--from-table", wrong, env=connection).exception
        assert isinstance(error, Misconfigured)
        assert message in str(error)


def test_a_table_tells_where_admin_keeps_what_and_by_what_connection_it_was_read(world: World) -> None:
    world.sql("CREATE TABLE SETTINGS (NAAM TEXT, WAARDE TEXT)")
    world.sql("INSERT INTO SETTINGS VALUES ('Id gebruiker', '12345'), ('jan@example.be', 'x')")
    world.sql("ALTER TABLE CUSTOMER RENAME COLUMN EMAIL TO MAILADRES")
    environment = {"FLEXSYNC_ADMIN_CONNECTION": "sqlite:///admin.db"}
    config = ("--config", str(world.config))
    place = ("--output", str(world.folder / "made.toml"))
    with contextlib.chdir(world.folder):
        result = CliRunner().invoke(
            cli, [*config, "migrate-legacy", "--from-table", "SETTINGS", *place], env=environment, standalone_mode=False
        )
    assert result.return_value == 1
    made = tomllib.loads((world.folder / "made.toml").read_text(encoding="utf-8"))
    assert made["admin"]["connection"] == "sqlite:///admin.db"
    assert made["admin"]["relations"]["email"] == "MAILADRES"
    assert "(address)" in result.output
    assert "jan@example.be" not in result.output


def test_of_several_addresses_the_first_is_told_of_bounces(tmp_path: Path) -> None:
    old = tmp_path / "old.ini"
    old.write_text("id gebruiker=1\nverbinding=DSN=A\ntoken=x\ngebouncede e-mail=a@example.be; b@example.be\nopt-in groep=3\n")
    result = migrate(tmp_path, "--from", str(old))
    assert load(tmp_path / "made.toml").bounces.notify == "a@example.be"
    assert "bounces.notify takes one address" in result.stdout
    assert "[opt_in.values]" in result.stdout
    assert "@example.be" not in result.output
    assert "; b@example.be" in (tmp_path / "made.toml").read_text(encoding="utf-8")


def test_a_value_that_is_none_says_what_it_must_be(tmp_path: Path) -> None:
    old = tmp_path / "old.ini"
    old.write_text("id gebruiker=1\ninterval=nooit\nopt-in=misschien\ngebouncede mail=niemand\nsmtp port=x\n")
    result = migrate(tmp_path, "--from", str(old))
    for why in ("must be a length of time", "must be yes or no", "must be one valid e-mail address", "must be a port"):
        assert why in result.stdout


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from([*OLD, "smtp server", "smtp afzender", "smtp user", "smtp password"]) | st.text(max_size=8),
        st.text(max_size=25),
    )
)
def test_whatever_the_values_are_the_file_loads_or_names_what_is_missing(tmp_path: Path, values: dict[str, str]) -> None:
    old = tmp_path / "old.json"
    old.write_text(json.dumps({"Id gebruiker": "1", "Verbinding": "DSN=Admin", **values}), encoding="utf-8")
    result = migrate(tmp_path, "--from", str(old), "--overwrite")
    if result.exception is not None:
        assert isinstance(result.exception, FlexsyncError)
    elif "Missing, to be filled in: admin.connection" not in result.stdout and "flexmail.account_id" not in _missing(result):
        load(tmp_path / "made.toml")


def _missing(result: Result) -> str:
    return "".join(line for line in result.stdout.splitlines() if line.startswith("Missing"))


# -- the old service


SC = """#!/bin/sh
state=$(cat "$0.state")
case "$*" in
    *query*)
        case $state in
            unknown) exit 5;;
            running) echo "  STATE : 4  RUNNING";;
            *) echo "  STATE : 1  STOPPED";;
        esac;;
    *qc*) case $state in disabled) echo "  START_TYPE : 4  DISABLED";; *) echo "  START_TYPE : 2  AUTO_START";; esac;;
    *config*) echo disabled > "$0.state";;
esac
"""


class Windows:
    """A machine with an `sc.exe`, which tells of one service."""

    def __init__(self, folder: Path) -> None:
        self._state = folder / "sc.exe.state"
        program = folder / "sc.exe"
        program.write_text(SC)
        program.chmod(0o755)
        self.set(ServiceState.RUNNING)

    def set(self, state: ServiceState) -> None:
        self._state.write_text(state.value)

    @property
    def state(self) -> str:
        return self._state.read_text().strip()


@pytest.fixture
def windows(world: World, monkeypatch: pytest.MonkeyPatch) -> Windows:
    if os.name == "nt":
        pytest.skip("a shell script stands in for sc.exe")
    folder = world.folder / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return Windows(folder)


@pytest.mark.parametrize("state", [ServiceState.RUNNING, ServiceState.ENABLED])
@pytest.mark.parametrize("command", ["run", "push"])
def test_nothing_is_written_beside_the_old_service(world: World, windows: Windows, command: str, state: ServiceState) -> None:
    windows.set(state)
    world.relations(2)
    result = world.run(command)
    assert result.code == 2
    assert "ProcessEngineService" in result.err
    assert "legacy.ignore" in result.err
    assert world.active() == set()
    windows.set(ServiceState.DISABLED)
    assert world.run(command).code == 0
    assert len(world.active()) == 2


def test_a_plan_an_observer_and_who_said_to_ignore_it_go_on(world: World, windows: Windows) -> None:
    world.relations(2)
    assert world.run("plan").code == 0
    world.configure(sync={"mode": "observe"})
    assert world.run("push").code == 0
    world.configure(sync={"mode": "sync"}, legacy={"ignore": True})
    assert world.push().counts()["created"] == 2


def test_opt_outs_are_pulled_all_the_same(world: World, windows: Windows) -> None:
    assert world.run("pull-unsubscribes").code == 0


def test_unknown_and_nobody_to_ask_blocks_nobody(world: World, windows: Windows) -> None:
    windows.set(ServiceState.UNKNOWN)
    assert world.run("push").code == 0


def test_seen_running_from_elsewhere_still_counts(world: World) -> None:
    state = open_state(world.folder / "state.db")
    remember(state.facts, ServiceState.RUNNING)
    state.close()
    assert world.run("push").code == 2


def test_the_service_is_disabled_after_a_question(world: World, windows: Windows) -> None:
    refused = migrate(world.folder, "--server", "SQL01", "--disable-service", answers="n\n")
    assert windows.state == "running"
    assert "ProcessEngineService is running on SQL01" in refused.output
    agreed = migrate(world.folder, "--server", "SQL01", "--disable-service", answers="y\n")
    assert windows.state == "disabled"
    assert "ProcessEngineService is disabled on SQL01" in agreed.output


def test_a_service_that_is_seen_beside_a_file_that_is_not_whole_yet(world: World, windows: Windows) -> None:
    old = world.folder / "old.ini"
    old.write_text("interval=60\nverbinding=Server=SQL01;Database=A;User ID=x\n")
    result = migrate(world.folder, "--from", str(old))
    assert result.return_value == 1
    assert "ProcessEngineService is running on SQL01" in result.output
    assert "Next:" in result.output


def test_a_service_behind_a_data_source_is_not_looked_for_on_this_machine(world: World, windows: Windows) -> None:
    old = world.folder / "old.ini"
    old.write_text("id gebruiker=1\ntoken=x\nverbinding=DSN=Admin\n")
    result = migrate(world.folder, "--from", str(old))
    assert "where it is, is not known: give its server as --server NAME" in result.output
    assert "is running" not in result.output
    named = migrate(world.folder, "--from", str(old), "--overwrite", "--server", "SQL01")
    assert "ProcessEngineService is running on SQL01" in named.output


def test_a_dry_run_leaves_the_service_alone(world: World, windows: Windows) -> None:
    migrate(world.folder, "--server", "SQL01", "--disable-service", "--dry-run")
    assert windows.state == "running"


def test_elsewhere_the_steps_are_shown(tmp_path: Path, old: Path) -> None:
    result = migrate(tmp_path, "--from", str(old))
    assert "sc.exe config ProcessEngineService start= disabled" in result.stderr
    assert "on SQL01" in result.stderr
    assert isinstance(migrate(tmp_path, "--disable-service").exception, Misconfigured)

"""No secret anywhere, no person in what is said or logged: whatever is run, whatever fails."""

import base64
import json
import os
import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote

import pytest

from flexsync_cli.adapters.clock import SystemClock
from flexsync_cli.adapters.flexmail.http import Door
from flexsync_cli.cli.app import COMMANDS
from tests.security.failures import FAILURES
from tests.security.trap import NAME, PHRASE, SECRETS, VALUE, Trap, address, found, live

EVERYTHING = (
    ["run"],
    ["run", "--json"],
    ["run", "--dry-run"],
    ["plan"],
    ["plan", "--json"],
    ["push", "--json"],
    ["push", "--only", address("relatie1")],
    ["push", "--only", address("niemand")],
    ["push", "--retry-parked"],
    ["pull-unsubscribes", "--since", "2026-01-01"],
    ["bounces"],
    ["pull-clicks"],
    ["pull-contacts", "--all"],
    ["dedupe-report"],
    ["dedupe-report", "--format", "table"],
    ["dedupe-report", "--output", "{folder}/duplicates.xlsx"],
    ["explain", address("relatie1")],
    ["explain", address("niemand")],
    ["explain", f"zz{NAME}"],
    ["approve", "zzzz"],
    ["consent", address("relatie2"), "--on", "2026-01-02", "--how", PHRASE],
    ["consent", "geen adres van " + NAME, "--on", "2026-01-02", "--how", PHRASE],
    ["status"],
    ["status", "--json"],
    ["check"],
    ["check", "--send-test"],
    ["schedule", "show"],
    ["schedule", "check"],
)
SET_UP = (
    ["migrate-legacy", "--from", "{folder}/old.json", "--dry-run"],
    ["migrate-legacy", "--from", "{folder}/old.json", "--output", "{folder}/made.toml"],
    ["migrate-legacy", "--from-table", "NOWHERE", "--output", "{folder}/made.toml"],
    ["init", "--output", "{folder}/begun.toml", "--rest-url", "{rest}", "--soap-url", "{soap}"],
    ["demo", "--relations", "100", "--keep", "{folder}/demo"],
)
OLD = {
    "Id gebruiker": "D-12345",
    "Gebruikerstoken": SECRETS["rest"],
    "SOAP token": SECRETS["soap"],
    "Gebouncede e-mail": address("secretariaat"),
    "Geheime sleutel": SECRETS["smtp"],
    "Verbinding": f"Data Source=SQL01;Initial Catalog=Admin;User ID=sync;Password={SECRETS['admin']}",
}
FEW = (["run"], ["push", "--json"], ["plan"], ["dedupe-report"], ["status"])
CONFIGURATION, BUG = 2, 70

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for another try takes no time here."""
    monkeypatch.setattr(SystemClock, "sleep", lambda _self, _seconds: None)


def run(trap: Trap, command: Sequence[str], *answers: str) -> int:
    """The exit code of a command, in which places are filled in."""
    places = {"folder": trap.world.folder, "rest": trap.world.sandbox.url, "soap": trap.world.sandbox.soap_url}
    return trap.run(*(word.format_map(places) for word in command), answers=answers).code


def test_nothing_leaks_while_all_goes_well(trap: Trap) -> None:
    codes = [run(trap, command) for command in EVERYTHING]
    live(trap.world)
    codes += [run(trap, command) for command in FEW]
    assert BUG not in codes
    assert trap.mail.taken, "the mails went out, so there was something to leak"
    assert trap.children, "the machine's scheduler was asked"
    trap.assert_nothing_leaked()


def test_nothing_leaks_while_it_is_set_up(trap: Trap) -> None:
    """What is typed, what the old module kept, and what the demo finds in the environment."""
    (trap.world.folder / "old.json").write_text(json.dumps(OLD), encoding="utf-8")
    wrong = ("sqlite:///admin.db", "y", str(trap.world.sandbox.account.id), SECRETS["admin"])
    right = (str(trap.world.sandbox.account.id), SECRETS["rest"], SECRETS["soap"], "Admin", "-", "-", "nl", "env")
    codes = [run(trap, command, *wrong, *right) for command in SET_UP]
    assert codes == [0, 0, CONFIGURATION, 0, 0], [result for _, result in trap.results]
    trap.assert_nothing_leaked()


def test_every_command_is_among_these() -> None:
    assert {command[0] for command in (*EVERYTHING, *SET_UP)} == set(COMMANDS)


def test_the_report_of_duplicates_is_where_names_belong(trap: Trap) -> None:
    """What the other tests look for can be found."""
    assert NAME in trap.run("dedupe-report").out


@pytest.mark.parametrize("folder", [".", "home/flexsync/log"])
@pytest.mark.parametrize("leak", [SECRETS["rest"], f"about {NAME}"], ids=["secret", "person"])
def test_a_leak_is_found_in_whichever_file_of_one_name(trap: Trap, folder: str, leak: str) -> None:
    for place in (".", "home/flexsync/log"):
        path = trap.world.folder / place / "flexsync.log"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(leak if place == folder else "nothing", encoding="utf-8")
    with pytest.raises(AssertionError):
        trap.assert_nothing_leaked()


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_a_leak_is_found_in_whichever_form(secret: str) -> None:
    header = base64.b64encode(f"12345:{secret}".encode()).decode()
    login = base64.b64encode(f"\0flexsync\0{secret}".encode()).decode()
    for form in (f"Basic {header}", f"AUTH PLAIN {login}", f"?t={quote(secret, safe='')}", json.dumps({"t": secret})):
        assert found({"flexsync.log": f"it said {form} and more"}, list(SECRETS.values()))
    assert not found({"flexsync.log": "it said nothing"}, list(SECRETS.values()))


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.__name__)
def test_nothing_leaks_when_something_fails(trap: Trap, failure: Callable[[Trap], None]) -> None:
    trap.run("run")
    live(trap.world)
    failure(trap)
    codes = [run(trap, command) for command in EVERYTHING]
    assert any(codes), "it did fail"
    assert BUG not in codes
    trap.assert_nothing_leaked()


def test_a_bug_says_where_and_not_what(trap: Trap, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last line of defence: an error of ours that quotes what it should not."""

    def stumble(*_arguments: object, **_keywords: object) -> None:
        secret = SECRETS["rest"]
        raise RuntimeError(f"{secret} of {NAME} {address('relatie1')} with {VALUE}")

    monkeypatch.setattr(Door, "request", stumble)
    assert [trap.run(*command).code for command in FEW[:3]] == [BUG] * 3
    trap.assert_nothing_leaked()


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights elsewhere")
def test_only_the_owner_reads_what_flexsync_keeps(trap: Trap) -> None:
    trap.mail.rules.data = "451 later"  # so that the outbox holds something
    former = os.umask(0)
    try:
        trap.run("run")
    finally:
        os.umask(former)
    kept = {path.name: stat.S_IMODE(path.stat().st_mode) for path in _kept(trap.world.folder)}
    assert {"state.db", "flexsync.log", "state.db.lock"} <= kept.keys()
    assert {name for name, mode in kept.items() if mode & 0o077} == set()


def _kept(folder: Path) -> list[Path]:
    ours = ("admin.db", "config.toml", "soap.secret")
    return [path for path in folder.rglob("*") if path.is_file() and path.name not in ours]

"""What goes wrong outside: one clear message with the way out, the right exit code, nothing half written, nothing told on.

Each runs as a process of its own. Planted in every office: secrets, and data of a person, which no output and no log may hold.
"""

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event

from flexsync_cli.adapters.clock import SystemClock
from flexsync_cli.adapters.lock import FileLock
from flexsync_cli.errors import Unavailable
from flexsync_cli.sandbox.model import Account
from flexsync_cli.sandbox.serve import Sandbox
from tests.kills import effects
from tests.scenarios.habits import push, push_again
from tests.scenarios.noes import flags
from tests.scenarios.world import World

TOKEN = "canary-rest-token-7c1f"
SOAP_TOKEN = "canary00-soap0000-token000-0000000a-000000000000"
PERSON = "canary.person@example.be"
NAME = "Canaryname"
CANARIES = (TOKEN, SOAP_TOKEN, PERSON, "canary.person", NAME, "canary-password")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An office with the canaries, mailed once; one of its relations changed since, one is new, one was unticked."""
    with Sandbox(account=Account(token=TOKEN, soap_token=SOAP_TOKEN)) as sandbox:
        world = World(tmp_path, sandbox)
        world.with_soap()
        world.configure(log={"file": "flexsync.log"})
        world.relations(3)
        world.relation(7, PERSON, name=NAME)
        assert world.push().code == 0
        world.edit(7, NAME=f"{NAME} changed")
        world.relation(8, f"new.{PERSON}", name=NAME)
        world.untick(1)
        world.flexmail.reset_calls()
        yield world
        world.engine.dispose()


def fails(world: World, code: int, *words: str, arguments: tuple[str, ...] = ("push",)) -> str:
    """Run it: that exit code, these words in what it says, and no canary anywhere; what it said."""
    said = world.folder / "said.txt"
    said.unlink(missing_ok=True)
    result = effects.run(["--config", str(world.config), "-vv", *arguments], world.folder).code
    text = said.read_text(encoding="utf-8")
    assert result == code, text
    for word in words:
        assert word in text, text
    assert "Traceback" not in text
    silent(world, text)
    return text


def silent(world: World, text: str) -> None:
    """Neither what was said nor any log holds what nobody may read there."""
    for log in world.folder.glob("*.log*"):
        text += log.read_text(encoding="utf-8")
    assert [canary for canary in CANARIES if canary in text] == []


def nothing_written(world: World) -> None:
    """Neither side was touched."""
    assert world.flexmail.writes == []
    assert flags(world) == {1: 0, 2: 1, 3: 1, 7: 1, 8: 1}


def goes_on(world: World) -> None:
    """Once it is mended, everything is done, once."""
    assert push(world) == {"unchanged": 2, "updated": 1, "created": 1, "left": 1}
    push_again(world)


# ---- configuration


def test_all_that_is_wrong_in_the_configuration_is_said_at_once(world: World) -> None:
    world.configure(flexmail={"tokn": "canary-password", "calls_per_minute": "many"}, sync={"mode": "sink"}, nonsense={"a": 1})
    fails(world, 2, "flexmail.tokn", 'did you mean "token"', "flexmail.calls_per_minute", "sync.mode", "nonsense")
    nothing_written(world)


def test_a_configuration_that_is_not_toml_is_told_by_its_line(world: World) -> None:
    path = world.folder / "broken.toml"
    path.write_text(f'[flexmail]\ntoken = "{TOKEN}\n')
    said = world.folder / "said.txt"
    assert effects.run(["--config", str(path), "push"], world.folder).code == 2
    assert "broken.toml" in said.read_text()
    silent(world, said.read_text())


def test_no_configuration_says_where_one_is_looked_for(world: World) -> None:
    said = world.folder / "said.txt"
    assert effects.run(["--config", str(world.folder / "none.toml"), "push"], world.folder).code == 2
    assert "none.toml" in said.read_text()


def test_a_secret_that_is_nowhere_is_told_by_its_name(world: World) -> None:
    world.settings["flexmail"]["token"] = {"env": "FLEXSYNC_NO_SUCH_VARIABLE"}
    fails(world, 2, "flexmail.token", "FLEXSYNC_NO_SUCH_VARIABLE")


def test_missing_tables_and_columns_are_told_all_at_once_with_the_nearest_name(world: World) -> None:
    world.configure(
        **{"admin.relations": {"email": "E_MAIL", "name": "NAMES"}, "admin.newsletter": {"table": "CUSTOMER_PERMANENTS"}}
    )
    fails(world, 2, "E_MAIL", '"EMAIL"', "NAMES", '"NAME"', "CUSTOMER_PERMANENTS", '"CUSTOMER_PERMANENT"')
    nothing_written(world)


def test_an_unknown_source_is_told_with_those_there_are(world: World) -> None:
    world.configure(flexmail={"source": "Nowhere"})
    fails(world, 2, "flexmail.source", '"Admin"')
    assert "POST /contacts" not in world.flexmail.counts()


# ---- logins


@pytest.mark.parametrize(
    ("key", "value", "word"),
    [
        ("token", "canary-password", "flexmail.token"),
        ("account_id", 99999, "flexmail.account_id"),
        ("soap_token", "canary-password", "flexmail.soap_token"),
    ],
)
def test_a_login_that_is_refused_is_never_tried_again(world: World, key: str, value: object, word: str) -> None:
    right = world.settings["flexmail"][key]
    world.configure(flexmail={key: value})
    if key == "token":
        del world.settings["flexmail"]["soap_token"]
    fails(world, 4, word)
    assert len(world.flexmail.calls) == 1
    nothing_written(world)
    world.configure(flexmail={key: right, "soap_token": SOAP_TOKEN})
    goes_on(world)


def test_an_account_of_several_lists_is_told_what_to_ask(world: World) -> None:
    world.forget_state()
    world.flexmail.quirks.converted = False
    fails(world, 2, "ask Flexmail to convert the account")
    nothing_written(world)


# ---- the other sides


def test_a_flexmail_that_can_not_be_reached(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(SystemClock, "sleep", lambda _self, seconds: slept.append(seconds))
    world.sandbox.stop()
    result = world.run("push")
    assert result.code == 4
    assert "can't be reached" in result.err
    assert "flexmail.soap_url" in result.err
    assert "not done: the opt-outs could not be read" in result.err
    assert len(slept) == 3
    silent(world, result.err + result.out)
    world.sandbox.start()
    goes_on(world)


@pytest.mark.parametrize("content", [None, b"", b"this is no database at all, but some text of somebody" * 100])
def test_an_admin_that_is_not_there_or_no_database(world: World, content: bytes | None) -> None:
    world.engine.dispose()
    path, kept = world.folder / "admin.db", world.folder / "kept.db"
    path.rename(kept)
    if content is not None:
        path.write_bytes(content)
    text = fails(world, 4 if content else 2)
    assert "dmin" in text
    assert world.flexmail.writes == []
    path.unlink(missing_ok=True)
    kept.rename(path)
    goes_on(world)


@pytest.mark.parametrize(
    "connection",
    ["mssql+pyodbc://sa:canary-password@127.0.0.1:1/Admin", "Driver={No Such Driver};Server=127.0.0.1,1;Pwd=canary-password"],
)
def test_a_sql_server_that_can_not_be_reached(world: World, connection: str) -> None:
    world.configure(admin={"connection": connection})
    said = world.folder / "said.txt"
    code = effects.run(["--config", str(world.config), "push"], world.folder).code
    assert code in (2, 4), said.read_text()
    silent(world, said.read_text())
    assert world.flexmail.writes == []


def test_a_table_that_can_not_be_written_leaves_the_rest_to_be_done(world: World) -> None:
    """Admin refuses the untick; the person is out all the same."""
    world.sql("CREATE TRIGGER no BEFORE UPDATE ON CUSTOMER_PERMANENT BEGIN SELECT RAISE(ABORT, 'canary-password'); END")
    world.flexmail.unsubscribe(PERSON)
    fails(world, 1, "7", "tried again each run")
    assert world.is_ticked(7)
    world.sql("DROP TRIGGER no")
    assert push(world) == {"unchanged": 3}
    assert not world.is_ticked(7)
    push_again(world)


# ---- state


@contextmanager
def full_disk(free_pages: int) -> Iterator[None]:
    """SQLite finds no room for more than so many new pages of the state."""

    def limit(connection: Connection) -> None:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        if "state.db" in driver.execute("PRAGMA database_list").fetchone()[2]:
            pages = driver.execute("PRAGMA page_count").fetchone()[0]
            driver.execute(f"PRAGMA max_page_count={pages + free_pages}")

    event.listen(Engine, "engine_connect", limit)
    try:
        yield
    finally:
        event.remove(Engine, "engine_connect", limit)


@pytest.mark.parametrize("free_pages", range(4))
def test_a_full_disk_loses_nothing_whenever_it_comes(world: World, free_pages: int) -> None:
    for number in range(100, 160):
        world.edit(7, ACC_SOFTWARE="x")
        world.relation(number, f"r{number}@example.be", name=NAME * 3)
    world.configure(guard={"count": 1000})
    with full_disk(free_pages):
        try:
            result = world.run("push")
            code, said = result.code, result.err
        except Unavailable as error:
            code, said = error.exit_code, str(error)
    assert code == 4, said
    assert "full" in said
    assert "Make room" in said
    silent(world, said)
    before = len(world.active())
    assert world.push().code == 0
    assert len(world.active()) == 64
    assert len(world.flexmail.contacts()) == 65
    assert before <= 64
    push_again(world)


@pytest.mark.parametrize("spoil", ["garbage", "cut", "foreign", "newer", "folder", "log_only"])
def test_a_state_that_can_not_be_trusted_is_never_read_as_empty(world: World, spoil: str) -> None:
    path = world.folder / "state.db"
    _SPOIL[spoil](path)
    fails(world, 6, "state.db", "flexsync plan")
    assert world.flexmail.calls == []
    nothing_written(world)


def _garbage(path: Path) -> None:
    path.write_bytes(b"\x00\x01garbage" * 1000)


def _cut(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def _foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE things (id INTEGER)")


def _newer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version=9999")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _log_only(path: Path) -> None:
    path.rename(path.with_name("elsewhere.db"))
    path.with_name("state.db-wal").write_bytes(b"x" * 100)


_SPOIL: dict[str, Callable[[Path], None]] = {
    "garbage": _garbage,
    "cut": _cut,
    "foreign": _foreign,
    "newer": _newer,
    "folder": _folder,
    "log_only": _log_only,
}


def test_a_state_where_nothing_can_be_written(world: World) -> None:
    (world.folder / "file").write_text("in the way")
    world.configure(state={"path": "file/state.db"})
    fails(world, 2, "state.path")
    nothing_written(world)


@pytest.mark.skipif(sys.platform == "win32" or not hasattr(__import__("os"), "geteuid"), reason="rights as on Unix")
def test_a_read_only_state(world: World) -> None:
    import os

    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    path = world.folder / "state.db"
    path.chmod(0o400)
    fails(world, 2, "state.path", "right to write")
    path.chmod(0o600)
    nothing_written(world)
    goes_on(world)


def test_another_process_that_holds_the_lock_is_named(world: World) -> None:
    with FileLock(world.folder / "state.db").hold("run"):
        fails(world, 5, "flexsync run", "since")
        fails(world, 5, arguments=("consent", "a@example.be", "--on", "2026-01-02", "--how", "letter"))
    assert world.flexmail.calls == []
    nothing_written(world)
    goes_on(world)


# ---- what Flexmail says


@pytest.mark.parametrize("kind", ["html", "garbage", "truncated"])
def test_an_answer_that_is_nonsense_is_no_answer(world: World, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(SystemClock, "sleep", lambda _self, _seconds: None)
    world.flexmail.fault(kind, "GetUnsubscriptions", times=None)  # type: ignore[arg-type]  # one of its literals
    result = world.run("push")
    assert result.code == 4
    silent(world, result.err + result.out)
    nothing_written(world)
    world.flexmail.clear_faults()
    goes_on(world)


def test_a_refusal_that_quotes_a_person_is_not_quoted_on(world: World) -> None:
    world.flexmail.fault("status", "PATCH /contacts/{id}", status=400)
    world.configure(log={"file": "flexsync.log", "format": "json"})
    fails(world, 1)

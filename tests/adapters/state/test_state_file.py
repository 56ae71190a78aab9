"""Opening: whole states only, and for everything else a message with the way out."""

import os
import sqlite3
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flexsync_cli.adapters.state import SqlState, open_state
from flexsync_cli.domain.model import Link
from flexsync_cli.errors import ExitCode, Misconfigured, StateDamaged, Unavailable

NOW = datetime(2025, 3, 1, 9, 30, tzinfo=UTC)
PAGE = 4096
NOBODY = 65534


def some_links(count: int = 500) -> list[Link]:
    return [Link(number, str(number), f"person{number}@example.be", NOW) for number in range(1, count + 1)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A state with 500 links, closed."""
    path = tmp_path / "state.db"
    with closing(open_state(path)) as state:
        state.links.save(some_links())
        state.facts.put("name", "value")
    return path


def execute(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()


def test_what_was_saved_is_there_again(path: Path) -> None:
    with closing(open_state(path)) as state:
        assert state.links.all() == some_links()
        salt = state.facts.get("salt")
    with closing(open_state(path)) as state:
        assert state.facts.get("salt") == salt


def test_a_path_with_letters_that_mean_something_in_an_address(tmp_path: Path) -> None:
    path = tmp_path / "kantoor #1 100%25 é?" / "state.db"
    with closing(open_state(path)) as state:
        state.facts.put("name", 1)
    assert path.is_file()
    assert [entry.name for entry in path.parent.iterdir()] == ["state.db"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_a_new_file_and_its_folder_are_the_owners_only(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "state.db"
    with closing(open_state(path)) as state:
        state.facts.put("name", 1)
        modes = {stat.S_IMODE(entry.stat().st_mode) for entry in path.parent.iterdir()}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert modes == {0o600}


def test_each_commit_is_flushed_and_readers_do_not_wait(path: Path) -> None:
    with closing(open_state(path)) as writer, closing(open_state(path)) as reader:
        with writer.transaction():
            writer.facts.put("name", "new")
            assert reader.facts.get("name") == "value"
        assert reader.facts.get("name") == "new"


def test_a_second_writer_gives_up_after_its_patience(path: Path) -> None:
    with closing(open_state(path)) as first, closing(open_state(path, patience=0.0)) as second, first.transaction():
        with pytest.raises(Unavailable, match="kept busy by another program"):
            second.facts.put("name", 1)
        with pytest.raises(Unavailable, match="kept busy by another program"), second.transaction():
            pass
        assert second.facts.get("name") == "value"


def test_a_writer_that_gave_up_can_try_again(path: Path) -> None:
    with closing(open_state(path)) as first, closing(open_state(path, patience=0.0)) as second:
        with first.transaction(), pytest.raises(Unavailable):
            second.facts.put("name", 1)
        second.facts.put("name", 2)
        assert first.facts.get("name") == 2


# ---- what isn't a whole state of ours


def flip(path: Path, offset: int, count: int = 16) -> None:
    content = bytearray(path.read_bytes())
    content[offset : offset + count] = bytes(byte ^ 0xFF for byte in content[offset : offset + count])
    path.write_bytes(content)


def make_foreign(path: Path) -> None:
    path.unlink()
    execute(path, "CREATE TABLE links (id)")


DAMAGES: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "one byte": lambda path: path.write_bytes(b"S"),
    "text": lambda path: path.write_text("this is no database\n" * 500),
    "foreign": make_foreign,
    "newer": lambda path: execute(path, "PRAGMA user_version=99"),
    "older": lambda path: execute(path, "PRAGMA user_version=0"),
    "table gone": lambda path: execute(path, "DROP TABLE outs"),
    "magic": lambda path: flip(path, 0),
    "page size": lambda path: flip(path, 16, 2),
    "schema": lambda path: flip(path, 100, 8),
    "page of a table": lambda path: flip(path, path.stat().st_size // PAGE // 2 * PAGE, 64),
    "cut in two": lambda path: os.truncate(path, path.stat().st_size // 2),
    "cut within a page": lambda path: os.truncate(path, path.stat().st_size - PAGE - 100),
    "cut to a header": lambda path: os.truncate(path, 100),
    "zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_file_that_is_no_whole_state_is_refused_with_the_way_out(path: Path, damage: Callable[[Path], object]) -> None:
    damage(path)
    before = path.read_bytes()
    with pytest.raises(StateDamaged) as refused:
        open_state(path)
    assert str(path) in str(refused.value)
    assert "Move it away" in str(refused.value)
    assert "`flexsync plan`" in str(refused.value)
    assert refused.value.exit_code == ExitCode.STATE
    assert path.read_bytes() == before


def test_a_foreign_database_gets_no_files_beside_it(path: Path) -> None:
    make_foreign(path)
    with pytest.raises(StateDamaged, match="no state of flexsync"):
        open_state(path)
    assert [entry.name for entry in path.parent.iterdir()] == ["state.db"]


def test_a_newer_version_is_named(path: Path) -> None:
    DAMAGES["newer"](path)
    with pytest.raises(StateDamaged, match="it is of version 99"):
        open_state(path)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StateDamaged, match="it is a folder"):
        open_state(tmp_path)


def test_damage_that_shows_later_is_damage_too(path: Path) -> None:
    with closing(open_state(path)) as state:
        state.links.all()
        with closing(sqlite3.connect(path)) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        flip(path, PAGE, path.stat().st_size - PAGE)
        with pytest.raises(StateDamaged, match="damaged"):
            state.links.save(some_links(600))


@pytest.mark.parametrize("column", ["status = 'opeo'", '"values" = \'{"name":\'', "\"values\" = '[1]'", "since = 'gisteren'"])
def test_a_text_that_we_did_not_write_is_damage_and_is_not_shown(path: Path, column: str) -> None:
    execute(path, f"UPDATE links SET {column} WHERE contact_id = 7")
    with closing(open_state(path)) as state, pytest.raises(StateDamaged, match="didn't write") as refused:
        state.links.all()
    assert "person" not in str(refused.value)
    assert "gisteren" not in str(refused.value)


def test_bytes_that_are_no_text_are_damage_and_are_not_shown(path: Path) -> None:
    execute(path, "UPDATE links SET address = CAST(x'706572736F6EFF' AS TEXT) WHERE contact_id = 7")
    with closing(open_state(path)) as state, pytest.raises(StateDamaged) as refused:
        state.links.all()
    assert "person" not in str(refused.value)


def test_a_log_without_its_file_is_not_mixed_into_a_new_state(path: Path) -> None:
    path.rename(path.with_name("state.db-wal"))
    with pytest.raises(StateDamaged, match="the log beside it"):
        open_state(path)
    assert not path.exists()


# ---- what the file system refuses


def test_a_folder_that_cannot_be_made_is_a_matter_of_configuration(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Misconfigured, match=r"^state\.path: ") as refused:
        open_state(tmp_path / "file" / "state.db")
    assert refused.value.exit_code == ExitCode.CONFIGURATION


@contextmanager
def an_account_that_may_only_read(path: Path) -> Iterator[None]:
    """The administrator may write anything, so the tests of rights step down to nobody."""
    administrator = hasattr(os, "geteuid") and os.geteuid() == 0
    path.chmod(0o444)
    path.parent.chmod(0o555)
    if administrator:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if administrator:
            os.seteuid(0)
        path.parent.chmod(0o755)
        path.chmod(0o644)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_a_state_from_a_backup_is_closed_to_others(path: Path) -> None:
    """A copy that somebody puts back is readable for everybody, and so would be what SQLite makes beside it."""
    path.chmod(0o664)
    with closing(open_state(path)) as state:
        state.facts.put("name", "other")
        modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    assert modes == {"state.db": 0o600, "state.db-wal": 0o600, "state.db-shm": 0o600}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_the_rights_of_what_is_no_state_are_left(tmp_path: Path) -> None:
    (tmp_path / "state.db").write_text("somebody's letter")
    (tmp_path / "state.db").chmod(0o644)
    with pytest.raises(StateDamaged):
        open_state(tmp_path / "state.db")
    assert stat.S_IMODE((tmp_path / "state.db").stat().st_mode) == 0o644


@pytest.mark.skipif(sys.platform == "win32", reason="a folder has no read-only mode there")
@pytest.mark.parametrize("name", ["state.db", "new.db", "folder/new.db"])
def test_without_the_right_to_write_the_configuration_is_to_blame(name: str) -> None:
    # Not under tmp_path: its folders can't be entered by anybody else.
    with tempfile.TemporaryDirectory() as folder:
        open_state(Path(folder) / "state.db").close()
        with (
            an_account_that_may_only_read(Path(folder) / "state.db"),
            pytest.raises(Misconfigured, match=r"^state\.path: .*the right to write"),
        ):
            open_state(Path(folder) / name)


# ---- a full disk


def fill_disk(state: SqlState) -> None:
    """As SQLite sees it: no page more."""
    state._main.connection.exec_driver_sql("PRAGMA max_page_count=1")
    state._main.connection.rollback()


def test_on_a_full_disk_nothing_is_half_written(path: Path) -> None:
    with closing(open_state(path)) as state:
        fill_disk(state)
        with pytest.raises(Unavailable, match="is full") as refused:
            state.links.save(some_links(5000))
        assert state.links.all() == some_links()
    assert refused.value.exit_code == ExitCode.UNAVAILABLE
    assert "person" not in str(refused.value)


def test_a_full_disk_within_a_transaction_takes_back_all_of_it(path: Path) -> None:
    def change(state: SqlState) -> None:
        with state.transaction():
            state.facts.put("name", "changed")
            state.links.save(some_links(5000))

    with closing(open_state(path)) as state:
        fill_disk(state)
        with pytest.raises(Unavailable, match="is full"):
            change(state)
        assert state.facts.get("name") == "value"
        state.facts.put("name", "goes on")
        assert state.facts.get("name") == "goes on"


def test_who_goes_on_after_a_full_disk_is_stopped_as_the_rest_is_gone(path: Path) -> None:
    def ignore_a_failure(state: SqlState) -> None:
        with state.transaction():
            state.facts.put("name", "before")
            with pytest.raises(Unavailable, match="is full"):
                state.links.save(some_links(5000))
            state.facts.put("other", "after")

    with closing(open_state(path)) as state:
        fill_disk(state)
        with pytest.raises(Unavailable, match="took back"):
            ignore_a_failure(state)
        assert (state.facts.get("name"), state.facts.get("other")) == ("value", None)

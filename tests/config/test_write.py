import os
import stat
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsync_cli.config.keys import all_keys
from flexsync_cli.config.model import Configuration
from flexsync_cli.config.notes import FREE, KEYS, TABLES
from flexsync_cli.config.write import problems_of, render, write
from flexsync_cli.errors import Misconfigured

NOW = datetime(2026, 3, 31, 14, 5, tzinfo=UTC)
WHOLE: dict[str, dict[str, object]] = {
    "flexmail": {"source": "Admin", "token": {"env": "TOKEN"}, "account_id": 1},
    "admin": {"connection": r"Driver={x};Server=SQL01\ADM"},
}
PRINTABLE = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.one_of(PRINTABLE, st.integers(-(2**60), 2**60), st.booleans(), st.lists(PRINTABLE, max_size=3))


def test_every_note_is_of_a_key_that_there_is() -> None:
    known = {key for key, _ in all_keys(Configuration)}
    assert set(KEYS) <= known
    assert {key.rpartition(".")[0] for key in known} - FREE - {"opt_in", ""} <= set(TABLES)


def test_keys_come_in_the_order_of_the_notes_with_their_notes_beside_them() -> None:
    lines = [line for line in render(WHOLE).splitlines() if line]
    assert [line.split(" = ")[0].split(" ")[0] for line in lines] == [
        "[admin]",
        "connection",
        "[flexmail]",
        "account_id",
        "token",
        "source",
    ]
    assert lines[3] == "account_id = 1                                      # Id gebruiker"


def test_what_is_missing_stands_there_as_a_comment_and_is_named() -> None:
    text = render({"flexmail": {"account_id": None, "token": "x", "source": "Admin"}, "admin": {"connection": "DSN=x"}})
    assert "# account_id = ..." in text
    assert "MISSING" in text
    assert problems_of(text, "a.toml") == (
        'flexmail.account_id: missing; the "Id gebruiker" of the Flexmail account, such as 12345',
    )


@given(st.dictionaries(PRINTABLE, VALUES, max_size=5), st.lists(PRINTABLE | st.just('x\n[evil]\ny = "z"'), max_size=4))
def test_whatever_is_written_reads_back_and_comments_stay_comments(values: dict[str, object], comments: list[str]) -> None:
    text = render({"fields": values}, comments, comments)
    assert tomllib.loads(text) == {"fields": values}


def test_the_file_is_its_owners_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.toml"
    assert write(path, "a = 1\n", overwrite=False, now=NOW) is None
    assert path.read_text() == "a = 1\n"
    if os.name != "nt":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_old_file_is_kept_under_a_name_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    for number in range(3):
        write(path, f"a = {number}\n", overwrite=True, now=NOW)
    kept = {old.name: old.read_text() for old in tmp_path.iterdir()}
    assert kept == {
        "config.toml": "a = 2\n",
        "config.toml.bak-20260331-140500": "a = 0\n",
        "config.toml.bak-20260331-140500-2": "a = 1\n",
    }
    with pytest.raises(Misconfigured, match="is there already"):
        write(path, "b = 1\n", overwrite=False, now=NOW)


def test_a_place_that_can_not_be_written_is_told_and_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Misconfigured, match=r"can't write .*: (Not a directory|File exists); choose another place"):
        write(tmp_path / "file" / "config.toml", "a = 1\n", overwrite=False, now=NOW)
    (tmp_path / "folder").mkdir()
    with pytest.raises(Misconfigured, match="can't write"):
        write(tmp_path / "folder", "a = 1\n", overwrite=True, now=NOW)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]

"""`flexsync demo`: the whole story, as somebody who has just installed it sees it."""

import shlex
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "flexsync_cli"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, encoding="utf-8", timeout=60, check=False)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A demo that was kept: its folder, and what it said."""
    folder = tmp_path_factory.mktemp("demo") / "kept"
    done = run("demo", "--relations", "150", "--keep", str(folder))
    assert (done.returncode, done.stderr) == (0, "")
    return folder, done.stdout


def act(story: str, number: int) -> str:
    return story.split(f"\n{number}. ")[1].split(f"\n{number + 1}. ")[0].split("\nWhat to try next")[0]


def numbers(story: str, beginning: str) -> list[str]:
    line = next(each for each in story.splitlines() if each.startswith(beginning))
    return [word for word in line.replace(",", "").split() if word.isdecimal()]


def test_it_tells_what_would_happen_and_then_does_it(played: tuple[Path, str]) -> None:
    _, story = played
    would, does = act(story, 1), act(story, 2)
    assert "first run: the two sides" in would
    assert "E-mail address is not valid" in would
    assert numbers(would, "push:")[:2] == numbers(does, "push:")[:2] != ["0", "0"]


def test_only_what_changed_is_sent(played: tuple[Path, str]) -> None:
    assert numbers(act(played[1], 3), "push:")[:3] == ["1", "2", "1"]


def test_what_people_did_comes_back(played: tuple[Path, str]) -> None:
    folder, story = played
    told = act(story, 4)
    leaver, complainer = numbers(told, "   newsletter unticked at relation")
    with closing(sqlite3.connect(folder / "admin.db")) as admin:
        flags = admin.execute(
            "SELECT NEWSLETTER FROM CUSTOMER_PERMANENT WHERE CUSTOMER_ID IN (?, ?)", (leaver, complainer)
        ).fetchall()
        names = admin.execute("SELECT NAME FROM CUSTOMER WHERE CUSTOMER_ID = ?", numbers(told, "   new in Admin")).fetchall()
        communications = admin.execute("SELECT COUNT(*) FROM COMMUNICATION").fetchone()[0]
    assert flags == [("N",), ("N",)]
    assert names == [("Lezer",)]
    assert told.count("communication at relation") == communications == 2


def test_the_mails_can_be_opened(played: tuple[Path, str]) -> None:
    folder, story = played
    paths = [Path(line.rsplit(": ", 1)[1]) for line in story.splitlines() if line.startswith("   mail: ")]
    assert len(paths) == 2
    assert all(path.parent == folder / "mails" and "<html" in path.read_text("utf-8") for path in paths)


def test_in_the_end_nothing_is_left_to_do(played: tuple[Path, str]) -> None:
    last = act(played[1], 5)
    assert numbers(last, "push:")[:5] == ["0"] * 5
    assert numbers(last, "clicks:")[:2] == ["0", "0"]


def test_every_command_it_suggests_works_when_it_has_ended(played: tuple[Path, str]) -> None:
    suggested = [line for line in played[1].split("What to try next")[1].splitlines() if line.startswith("$ flexsync ")]
    assert suggested
    for line in suggested:
        done = run(*shlex.split(line.removeprefix("$ flexsync ")))
        assert done.returncode == 0, done.stderr
        assert done.stdout


def test_kept_nowhere_it_says_how_to_keep_it() -> None:
    done = run("demo", "--relations", "100", "--seed", "3")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("$ flexsync demo --keep demo\n")
    assert "mails/" not in done.stdout


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()
    done = run("demo", "--keep", str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert "is not empty; give a new folder to --keep" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]

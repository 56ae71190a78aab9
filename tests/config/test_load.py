import codecs
import os
import re
from pathlib import Path

import pytest

from flexsync_cli.config.load import find, load, platform_folders
from flexsync_cli.errors import ExitCode, Misconfigured
from tests.config.documents import SMALLEST


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(SMALLEST, encoding="utf-8")
    return path


def refusal(path: Path) -> str:
    with pytest.raises(Misconfigured) as caught:
        load(path)
    assert caught.value.exit_code is ExitCode.CONFIGURATION
    assert caught.value.__cause__ is caught.value.__context__ is None, "what hangs on an error is shown with it"
    return str(caught.value)


def test_the_option_comes_first_then_the_variable_then_here_then_the_system(tmp_path: Path) -> None:
    here, user, site = (tmp_path / name for name in ("here", "user", "site"))
    for folder in (here, user, site):
        folder.mkdir()
        (folder / "config.toml").touch()
    environ = {"FLEXSYNC_CONFIG": "office.toml"}
    assert find(Path("a/b.toml"), environ, here, (user, site)) == here / "a/b.toml"
    assert find(None, environ, here, (user, site)) == here / "office.toml"
    assert find(None, {"FLEXSYNC_CONFIG": ""}, here, (user, site)) == here / "config.toml"
    (here / "config.toml").unlink()
    assert find(None, {}, here, (user, site)) == user / "config.toml"
    (user / "config.toml").unlink()
    assert find(None, {}, here, (user, site)) == site / "config.toml"


def test_none_at_all_says_where_it_looked_and_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "config.toml").mkdir()
    with pytest.raises(Misconfigured) as caught:
        find(None, {}, tmp_path, (tmp_path / "user", tmp_path / "site"))
    message = str(caught.value)
    for part in ("--config", "FLEXSYNC_CONFIG", "user", "site", "flexsync init", "config.example.toml"):
        assert part in message


def test_the_systems_folders_are_flexsyncs_own() -> None:
    assert all(folder.name == "flexsync" for folder in platform_folders())


def test_a_file_is_loaded_with_its_place(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(file.parent)
    loaded = load(Path("config.toml"))
    assert loaded.path == file
    assert loaded.folder == file.parent
    assert loaded.warnings == ()


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_notepads_files_are_read(file: Path, mark: bytes, end: str) -> None:
    text = SMALLEST + '[opt_in.values]\nX = "Zoë 🙂"\n'
    file.write_bytes(mark + text.replace("\n", end).encode())
    assert load(file).opt_in.values == {"X": "Zoë 🙂"}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_named(file: Path, encoding: str) -> None:
    file.write_text(SMALLEST, encoding=encoding)
    assert refusal(file) == "config.toml: is saved as UTF-16; save it as UTF-8 (in Notepad: Save as, Encoding)"


def test_another_encoding_is_told_by_its_line(file: Path) -> None:
    file.write_bytes(SMALLEST.encode() + '[opt_in.values]\nX = "Zoë canary"\n'.encode("cp1252"))
    lines = SMALLEST.count("\n") + 2
    assert refusal(file).startswith(f"config.toml: line {lines}: a character that is not UTF-8")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('x = "canary', "line 1, not valid TOML: a text that is not closed on its line"),
        ("x = canary", "line 1, not valid TOML: this is no value: a text stands in quotes"),
        ('x = "canary\\q"', "line 1, not valid TOML: a backslash in a"),
        ('x = "C:\\users\\canary"', "line 1, not valid TOML: a backslash in a"),
        ("[canary]\n[canary]", "line 2, not valid TOML: a key or a table that stands there twice"),
        ("x = { canary = 1, canary = 2 }", "line 1, not valid TOML: a key or a table that stands there twice"),
        ('x = "SQL01\\ADMIN canary"', "line 1, not valid TOML: a backslash in a"),
        ('x = "C:\\canary\\"', "line 1, not valid TOML: a backslash in a"),
        ("x = \u201ccanary\u201d", "line 1, not valid TOML: curly quotes"),
        ("canary: true", "line 1, not valid TOML: a key and its value are joined by ="),
        ("canary", "line 1, not valid TOML: a line is key = value"),
        ("canary canary = 1", "line 1, not valid TOML: a key with a blank"),
        ("\u00e9canary = 1", "line 1, not valid TOML: a key with a blank"),
        ("[canary", "line 1, not valid TOML: the name of a table that is not closed with ]"),
        ("x = [1,", "line 1, not valid TOML: a list that is not closed with ]"),
        ("x = { env = 'canary'", "line 1, not valid TOML: { ... } that is not closed"),
        ("x = 012345", "line 1, not valid TOML: a number has no zero in front"),
        ("x = 'canary';", "line 1, not valid TOML: something stands behind the value"),
        ('x = "a"canary"', "line 1, not valid TOML: something stands behind the value; a text that holds"),
        (f"x = {'9' * 5000}", "a value is too long, or nested too deeply"),
        (f"x = {'[' * 5000}", "a value is too long, or nested too deeply"),
    ],
)
def test_a_slip_in_toml_is_told_by_place_and_kind_without_what_stands_there(file: Path, line: str, expected: str) -> None:
    file.write_text(line)
    message = refusal(file)
    # Columns differ between versions of Python.
    assert re.sub(r"(column \d+|at the end): ", "", message).startswith(f"config.toml: {expected}")
    assert "canary" not in message


def test_every_problem_has_a_line_and_the_files_name(file: Path) -> None:
    file.write_text(SMALLEST.replace("token", "tokn") + '[sync]\nmode = "canary"\n')
    office = file.rename(file.with_name("office.toml"))
    lines = refusal(office).splitlines()
    assert len(lines) == 3
    assert all(line.startswith("office.toml: ") for line in lines)
    assert 'office.toml: flexmail.tokn: unknown key, did you mean "token"?' in lines


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    assert refusal(tmp_path / "x.toml").startswith(f"there is no {tmp_path / 'x.toml'}; make one with: flexsync init")
    assert refusal(tmp_path).startswith(f"can't read {tmp_path}: ")


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps permissions elsewhere")
def test_plain_secrets_are_warned_of_and_so_is_who_can_read_them(file: Path) -> None:
    file.write_text(SMALLEST.replace('{ env = "FLEXSYNC_TOKEN" }', '"canary"'))
    file.chmod(0o644)
    plain, readable = load(file).warnings
    assert plain.startswith("config.toml: flexmail.token: stands in plain text")
    assert "chmod 600" in readable
    assert "canary" not in plain + readable
    file.chmod(0o600)
    assert load(file).warnings == (plain,)

import json
import logging
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsync_cli import log
from flexsync_cli.errors import Misconfigured

LOGGER = logging.getLogger("flexsync_cli.services.push")
Start = Callable[..., log.Log]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts logging to flexsync.log; all is taken back at the end."""
    started: list[log.Log] = []
    levels = {name: logging.getLogger(name).level for name in (log.ROOT, "httpx", "httpcore", "zeep", "sqlalchemy")}

    def begin(form: Literal["text", "json"] = "text", verbosity: int = 0) -> log.Log:
        started.append(log.configure(tmp_path / "flexsync.log", form, verbosity))
        return started[-1]

    yield begin
    for one in started:
        one.close()
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def lines(tmp_path: Path) -> list[str]:
    return (tmp_path / "flexsync.log").read_text(encoding="utf-8").splitlines()


def test_a_text_line_has_time_level_event_and_fields(start: Start, tmp_path: Path) -> None:
    start().begin("20260102-080000")
    log.event(LOGGER, "push.created", relation="12", contact=34, field="first name")
    (line,) = lines(tmp_path)
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d{4} INFO push\.created relation=12 contact=34 "
        r'field="first name" run=20260102-080000',
        line,
    )


def test_a_json_line_has_stable_keys(start: Start, tmp_path: Path) -> None:
    start("json").begin("r1")
    log.event(LOGGER, "push.parked", level=logging.WARNING, relation="12", field="naïve", done=False, level_of=None)
    LOGGER.info("read %d rows", 5)
    first, second = (json.loads(line) for line in lines(tmp_path))
    assert list(first)[:4] == ["time", "level", "event", "run_id"]
    assert first.pop("time").endswith("+00:00")
    assert first == {
        "level": "warning",
        "event": "push.parked",
        "run_id": "r1",
        "relation": "12",
        "field": "naïve",
        "done": False,
        "level_of": None,
    }
    assert (second["event"], second["message"]) == (LOGGER.name, "read 5 rows")


def test_a_field_never_replaces_what_every_line_has(start: Start, tmp_path: Path) -> None:
    start("json").begin("r1")
    log.event(LOGGER, "x", event="forged", run_id="forged")
    document = json.loads(lines(tmp_path)[0])
    assert (document["event"], document["run_id"], document["field_event"]) == ("x", "r1", "forged")


@pytest.mark.parametrize(
    ("verbosity", "shown"),
    [(-1, []), (0, []), (1, ["INFO", "WARNING", "ERROR"]), (2, ["DEBUG", "INFO", "WARNING", "ERROR"])],
)
def test_the_console_is_as_loud_as_asked(
    start: Start, tmp_path: Path, capsys: pytest.CaptureFixture[str], verbosity: int, shown: list[str]
) -> None:
    start(verbosity=verbosity)
    for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
        LOGGER.log(level, "x")
    log.event(LOGGER, "told.by.the.reporter", level=logging.ERROR)
    captured = capsys.readouterr()
    assert captured.err.splitlines() == [f"{level} x" for level in shown]
    assert captured.out == ""
    assert len(lines(tmp_path)) == (5 if verbosity == 2 else 4)


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_slips_in_is_blotted_out(start: Start, tmp_path: Path, form: Literal["text", "json"]) -> None:
    log_ = start(form)
    log_.hide('ca"nary/é')
    log_.hide("abc")
    LOGGER.info("failed for jan.peeters+news@kantoor.be with %s", 'ca"nary/é')
    log.event(LOGGER, "x", why="<JAN.PEETERS@KANTOOR.BE>", token='ca"nary/é', url="https://h/contacts?email=jan%40kantoor.be")
    try:
        raise ValueError('jan.peeters@kantoor.be ca"nary/é ca%22nary%2F%C3%A9')
    except ValueError:
        LOGGER.exception("a bug")
    text = (tmp_path / "flexsync.log").read_text(encoding="utf-8")
    assert not re.search("peeters|kantoor|nary", text, re.IGNORECASE)
    assert "failed for [address] with [secret]" in text
    assert "ValueError: [address] [secret] [secret]" in text


def test_libraries_tell_only_warnings_and_no_urls(start: Start, tmp_path: Path) -> None:
    start(verbosity=2)
    for name in ("httpcore", "zeep.transports", "sqlalchemy.engine", "urllib3"):
        logging.getLogger(name).info("GET https://api.example.be/contacts?email=x")
        logging.getLogger(name).warning("GET https://api.example.be/contacts/5 failed")
    found = lines(tmp_path)
    assert len(found) == 4
    assert all("GET [url] failed" in line for line in found)


def test_a_line_break_forges_no_entry(start: Start, tmp_path: Path) -> None:
    start()
    LOGGER.info("x\n2026-01-01 INFO forged")
    log.event(LOGGER, "y", field="a\nb")
    _, second, third = lines(tmp_path)
    assert second.startswith("    ")
    assert third.endswith(r'y field="a\nb"')


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps permissions elsewhere")
def test_the_file_is_its_owners_alone_even_if_it_was_not(start: Start, tmp_path: Path) -> None:
    (tmp_path / "flexsync.log").touch(0o644)
    start()
    assert (tmp_path / "flexsync.log").stat().st_mode & 0o777 == 0o600


def test_it_rotates_and_keeps_five(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "MAX_BYTES", 200)
    start()
    for number in range(40):
        log.event(LOGGER, "x", number=number)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["flexsync.log", *(f"flexsync.log.{number}" for number in range(1, 6))]
    assert "number=39" in lines(tmp_path)[-1]


def test_a_file_that_another_process_holds_is_gone_on_with(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "MAX_BYTES", 100)
    start()
    (tmp_path / "flexsync.log.4").touch()
    (tmp_path / "flexsync.log.5").mkdir()  # can't be replaced by a file
    for number in range(9):
        log.event(LOGGER, "x", number=number)
    assert [line.rpartition("=")[2] for line in lines(tmp_path)] == [str(number) for number in range(9)]


def test_the_folder_is_made(tmp_path: Path) -> None:
    log.configure(tmp_path / "a" / "b" / "x.log").close()
    assert (tmp_path / "a" / "b" / "x.log").is_file()


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path, tmp_path / "file" / "x.log"):
        with pytest.raises(Misconfigured, match=re.escape(f"log.file: can't write {path} (")):
            log.configure(path)
    assert not [handler for handler in logging.getLogger().handlers if isinstance(handler, log.LogFile)]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_ends_nothing_and_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    mode = Path("/dev/full").stat().st_mode
    full = log.configure(Path("/dev/full"), verbosity=-1)
    LOGGER.warning("canary")
    full.close()
    assert capsys.readouterr().err == ""
    assert Path("/dev/full").stat().st_mode == mode


LOCAL = st.text("abcdefghijklmnopqrstuvwxyz0123456789.!#$%&'*+-/=?^_`{|}~éß", min_size=1, max_size=64)
DOMAIN = st.from_regex(r"[a-z0-9-]{1,20}(\.[a-z0-9-]{1,20}){0,3}\.[a-z]{2,10}", fullmatch=True)


@given(LOCAL, DOMAIN, st.sampled_from(["@", "%40"]), st.sampled_from(["", " ", "<", "(", '"', "email=", "mailto:"]))
def test_no_address_gets_through(local: str, domain: str, at: str, before: str) -> None:
    cleaned = log.Redactor().clean(f"x {before}{local}{at}{domain} y", urls=False)
    assert f"{local}{at}" not in cleaned
    assert domain not in cleaned.replace("[address]", "")


def test_a_long_line_costs_little() -> None:
    text = "a" * 200_000
    assert log.Redactor().clean(text, urls=True) == text

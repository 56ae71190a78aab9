import re
import shlex
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flexsync_cli.domain.exit_meaning import MEANINGS, meaning
from flexsync_cli.domain.schedule import Job, beat, calendar, crontab, install_task, rounded, schtasks, service, spoken, timer
from flexsync_cli.errors import ExitCode

ANALYZE = shutil.which("systemd-analyze")
INTERVALS = st.integers(1, 28 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))


def job(interval: timedelta = timedelta(hours=1), folder: str = "/srv/antwerpen") -> Job:
    return Job((f"{folder}/.venv/bin/flexsync",), f"{folder}/config.toml", folder, interval)


def times(line: str) -> list[str]:
    return line.split()[:5]


def test_an_hourly_run_starts_at_a_minute_of_its_own() -> None:
    line = crontab(job())
    assert re.fullmatch(
        r"\d+ \* \* \* \*  /srv/antwerpen/\.venv/bin/flexsync -q --config /srv/antwerpen/config\.toml run >/dev/null", line
    )
    assert line == crontab(job())


def test_several_offices_do_not_all_start_in_the_same_minute() -> None:
    minutes = {times(crontab(job(folder=f"/srv/office{number}")))[0] for number in range(30)}
    assert len(minutes) > 10


def test_no_two_configurations_share_a_name_though_their_folders_do() -> None:
    one, other = job(folder="/srv/a/flexsync"), job(folder="/srv/b/flexsync")
    assert one.name != other.name
    assert re.fullmatch(r"flexsync-[0-9a-f]{4}", one.name)
    assert job(folder="D:\\Kantoor Gent").name.startswith("flexsync-kantoor-gent-")


@pytest.mark.parametrize(
    ("interval", "fields"),
    [
        (timedelta(minutes=1), r"\* \* \* \* \*"),
        (timedelta(minutes=15), r"\d+,\d+,\d+,\d+ \* \* \* \*"),
        (timedelta(hours=2), r"\d+ 1,3,5,7,9,11,13,15,17,19,21,23 \* \* \*"),
        (timedelta(hours=12), r"\d+ 7,19 \* \* \*"),
        (timedelta(days=1), r"\d+ 7 \* \* \*"),
        (timedelta(weeks=1), r"\d+ 7 \* \* 1"),
    ],
)
def test_the_interval_in_crons_words(interval: timedelta, fields: str) -> None:
    assert re.fullmatch(fields, " ".join(times(crontab(job(interval)))))
    assert rounded(job(interval)) == ""


def test_an_interval_that_cron_can_not_say_becomes_the_next_shorter_one_and_says_so() -> None:
    assert rounded(job(timedelta(minutes=90))) == "clock times can't say every 90 minutes: this is every hour"
    assert rounded(job(timedelta(days=3))) == "clock times can't say every 3 days: this is every day"


@given(INTERVALS)
def test_clock_times_are_never_further_apart_than_was_asked(interval: timedelta) -> None:
    found = beat(job(interval))
    moments = sorted(hour * 60 + minute for hour in (found.hours or range(24)) for minute in found.minutes)
    gaps = {later - earlier for earlier, later in zip(moments, [*moments[1:], moments[0] + 24 * 60], strict=True)}
    assert found.every <= interval
    assert gaps == {min(found.every // timedelta(minutes=1), 24 * 60)}


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1).filter(lambda text: "/" not in text))
@example("50%")
def test_cron_starts_exactly_the_words(name: str) -> None:
    words = job(folder=f"/srv/{name} x").words
    command = crontab(job(folder=f"/srv/{name} x")).split("  ", 1)[1].removesuffix(" >/dev/null")
    assert tuple(shlex.split(command.replace(r"\%", "%"))) == words
    assert not re.search(r"(?<!\\)%", command)


def test_a_unit_quotes_what_systemd_would_read_otherwise() -> None:
    lines = service(job(folder="/srv/50% off $HOME"), "flexsync").splitlines()
    assert 'ExecStart="/srv/50%% off $$HOME/.venv/bin/flexsync" -q --config "/srv/50%% off $$HOME/config.toml" run' in lines
    assert "User=flexsync" in lines


@pytest.mark.skipif(ANALYZE is None, reason="needs systemd-analyze")
@pytest.mark.parametrize("minutes", [1, 15, 60, 120, 720, 1440, 10080])
def test_systemd_understands_the_times(minutes: int) -> None:
    text = calendar(beat(job(timedelta(minutes=minutes))))
    assert subprocess.run([str(ANALYZE), "calendar", text], capture_output=True, check=False, timeout=20).returncode == 0


@pytest.mark.skipif(ANALYZE is None, reason="needs systemd-analyze")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    program = tmp_path / ".venv/bin/flexsync"
    program.parent.mkdir(parents=True)
    program.touch(mode=0o755)
    mine = job(folder=str(tmp_path))
    (tmp_path / "office.service").write_text(service(mine, "root"))
    (tmp_path / "office.timer").write_text(timer(mine))
    done = subprocess.run(
        [str(ANALYZE), "verify", "--man=no", str(tmp_path / "office.timer"), str(tmp_path / "office.service")],
        capture_output=True,
        check=False,
        text=True,
        timeout=30,
    )
    assert [line for line in done.stderr.splitlines() if "office" in line] == []


def test_the_task_for_windows() -> None:
    mine = Job((r"C:\Program Files\flexsync\flexsync.exe",), r"C:\kantoor\config.toml", r"C:\kantoor", timedelta(minutes=30))
    command = r"\"C:\Program Files\flexsync\flexsync.exe\" -q --config C:\kantoor\config.toml run"
    assert schtasks(mine) == (
        f'schtasks /Create /F /TN "{mine.name}" /SC MINUTE /MO 30 /ST {mine.start} /RU SYSTEM /TR "{command}"'
    )
    assert "/SC DAILY /MO 7 " in schtasks(job(timedelta(weeks=1)))


@pytest.mark.parametrize(
    ("minutes", "words"), [(1, "minute"), (15, "15 minutes"), (60, "hour"), (120, "2 hours"), (1440, "day"), (90, "90 minutes")]
)
def test_lengths_in_words(minutes: int, words: str) -> None:
    assert spoken(timedelta(minutes=minutes)) == words


def test_every_exit_code_has_a_meaning_and_windows_own_too() -> None:
    assert set(MEANINGS) == set(ExitCode)
    assert meaning(-2147024894) == meaning(0x80070002) == "the program was not found: install the task again"
    assert meaning(99) == "no exit code of flexsync: the program could not be started, or was killed"


@pytest.mark.parametrize(
    ("minutes", "times_of_day"),
    [
        (1, r"\*-\*-\* \*:\*:00"),
        (30, r"\*-\*-\* \*:\d\d,\d\d:00"),
        (60, r"\*-\*-\* \*:\d\d:00"),
        (240, r"\*-\*-\* 03,07,11,15,19,23:\d\d:00"),
        (1440, r"\*-\*-\* 07:\d\d:00"),
        (10080, r"Mon \*-\*-\* 07:\d\d:00"),
    ],
)
def test_the_interval_in_systemds_words(minutes: int, times_of_day: str) -> None:
    assert re.fullmatch(times_of_day, calendar(beat(job(timedelta(minutes=minutes)))))


def test_an_hour_is_every_hour() -> None:
    found = beat(job(timedelta(hours=1)))
    assert (len(found.minutes), found.hours, found.weekly) == (1, (), False)


@pytest.mark.parametrize(("weeks", "words"), [(1, "week"), (2, "2 weeks")])
def test_weeks_in_words(weeks: int, words: str) -> None:
    assert spoken(timedelta(weeks=weeks)) == words


@pytest.mark.parametrize(
    ("folder", "written"),
    [
        ('/srv/the "old" one', r'"/srv/the \"old\" one/config.toml"'),
        ("/srv/a\\b", r'"/srv/a\\b/config.toml"'),
        ("/srv/été", '"/srv/été/config.toml"'),
        ("/srv/a-b_c@d+e=f:g,h.i", "/srv/a-b_c@d+e=f:g,h.i/config.toml"),
    ],
)
def test_a_unit_writes_each_word_as_systemd_reads_it(folder: str, written: str) -> None:
    (line,) = (line for line in service(job(folder=folder), "flexsync").splitlines() if line.startswith("ExecStart="))
    assert line.endswith(f" -q --config {written} run")


def test_the_units_word_for_word() -> None:
    mine = job(timedelta(days=1))
    assert service(mine, "flexsync").split("\n") == [
        "[Unit]",
        "Description=flexsync for /srv/antwerpen",
        "Wants=network-online.target",
        "After=network-online.target",
        "",
        "[Service]",
        "Type=oneshot",
        "User=flexsync",
        "WorkingDirectory=/srv/antwerpen",
        "EnvironmentFile=-/srv/antwerpen/flexsync.env",
        "ExecStart=/srv/antwerpen/.venv/bin/flexsync -q --config /srv/antwerpen/config.toml run",
        "TimeoutStartSec=12h",
        "UMask=0077",
    ]
    assert timer(mine).split("\n") == [
        "[Unit]",
        "Description=flexsync for /srv/antwerpen, every day",
        "",
        "[Timer]",
        f"OnCalendar={calendar(beat(mine))}",
        "Persistent=true",
        "",
        "[Install]",
        "WantedBy=timers.target",
    ]


def test_the_task_of_a_year_and_of_an_odd_number_of_days() -> None:
    assert "/SC DAILY /MO 365 " in schtasks(job(timedelta(days=400)))
    assert "/SC DAILY /MO 1 " in schtasks(job(timedelta(hours=36)))


def test_the_command_that_installs_the_task() -> None:
    mine = Job(("flexsync",), r"C:\kantoor\config.toml", r"C:\kantoor", timedelta(hours=1))
    script = r"powershell -ExecutionPolicy Bypass -File scripts\install_task.ps1"
    assert install_task(mine) == rf'{script} -Config "C:\kantoor\config.toml"'

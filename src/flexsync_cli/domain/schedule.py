"""When and how a scheduler starts a run: the lines to install in cron, systemd and Windows' Task Scheduler."""

import re
import shlex
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

MINUTE = timedelta(minutes=1)
TIME_LIMIT_HOURS = 12  # a run that lasts longer hangs; the first one of a large office takes three
# One run a day is to come after the hour from which the daily mail goes out.
_MORNING = 7
_HOUR, _DAY, _WEEK = 60, 24 * 60, 7 * 24 * 60
# What clock times can say, in minutes.
_REGULAR = (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, _HOUR, *(_HOUR * n for n in (2, 3, 4, 6, 8, 12)), _DAY, _WEEK)
_MOST_DAYS = 365  # of schtasks


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be started: the words of the `program`, the absolute path of the configuration, its folder, how often."""

    program: tuple[str, ...]
    configuration: str
    folder: str
    interval: timedelta

    @property
    def words(self) -> tuple[str, ...]:
        """The whole command."""
        return (*self.program, "-q", "--config", self.configuration, "run")

    @property
    def seed(self) -> int:
        """A number of this configuration's own, always the same: several offices do not all start at the full hour."""
        return int.from_bytes(sha256(self.configuration.encode()).digest()[:8])

    @property
    def name(self) -> str:
        """What its timer or task is called; no two configurations share it."""
        folder = re.sub(r"[^a-z0-9]+", "-", re.split(r"[\\/]", self.folder)[-1].lower()).strip("-")
        return "-".join(dict.fromkeys(filter(None, ("flexsync", folder, f"{self.seed:016x}"[-4:]))))

    @property
    def minutes(self) -> int:
        """The interval in minutes."""
        return self.interval // MINUTE

    @property
    def start(self) -> str:
        """A time of day to count the interval from."""
        return f"{_MORNING:02}:{self.seed % min(self.minutes, _HOUR):02}"


@dataclass(frozen=True, slots=True)
class Beat:
    """Clock times: at these minutes, of these hours (none = of each), on Mondays only where `weekly`."""

    every: timedelta
    minutes: tuple[int, ...]
    hours: tuple[int, ...] = ()
    weekly: bool = False


def beat(job: Job) -> Beat:
    """The clock times of a job. An interval that they can't say becomes the next shorter one that they can."""
    length = max(each for each in _REGULAR if each <= job.minutes)
    every = length * MINUTE
    if length <= _HOUR:
        return Beat(every, tuple(range(job.seed % length, _HOUR, length)))
    minute = (job.seed % _HOUR,)
    if length < _DAY:
        hours = length // _HOUR
        return Beat(every, minute, tuple(range(_MORNING % hours, 24, hours)))
    return Beat(every, minute, (_MORNING,), weekly=length == _WEEK)


def spoken(length: timedelta) -> str:
    """A length of time in words: `15 minutes`, `hour`, `2 days`."""
    minutes = length // MINUTE
    for size, unit in ((_WEEK, "week"), (_DAY, "day"), (_HOUR, "hour"), (1, "minute")):
        if minutes % size == 0:
            count = minutes // size
            return unit if count == 1 else f"{count} {unit}s"
    raise AssertionError(minutes)  # every number is a multiple of 1


def rounded(job: Job) -> str:
    """A remark where clock times can't say the interval, else ""."""
    every = beat(job).every
    told = f"clock times can't say every {spoken(job.interval)}: this is every {spoken(every)}"
    return "" if every == job.interval else told


def crontab(job: Job) -> str:
    """The line. Errors go to stderr, so cron mails them; what went well is in the log and in the summary."""
    times = beat(job)
    fields = (_numbers(times.minutes, 60), _numbers(times.hours, 24), "*", "*", "1" if times.weekly else "*")
    command = shlex.join(job.words).replace("%", r"\%")  # cron's sign for a line's end
    return f"{' '.join(fields)}  {command} >/dev/null"


def _numbers(numbers: tuple[int, ...], size: int) -> str:
    return "*" if len(numbers) in (0, size) else ",".join(map(str, numbers))


def service(job: Job, account: str) -> str:
    """The systemd service, which runs as `account`."""
    return "\n".join(
        (
            "[Unit]",
            f"Description=flexsync for {_unit(job.folder)}",
            "Wants=network-online.target",
            "After=network-online.target",
            "",
            "[Service]",
            "Type=oneshot",
            f"User={account}",
            f"WorkingDirectory={_unit(job.folder)}",
            f"EnvironmentFile=-{_unit(job.folder)}/flexsync.env",
            f"ExecStart={' '.join(_quoted(word) for word in job.words)}",
            f"TimeoutStartSec={TIME_LIMIT_HOURS}h",
            "UMask=0077",
        )
    )


def timer(job: Job) -> str:
    """The systemd timer, which catches up a start that was missed."""
    return "\n".join(
        (
            "[Unit]",
            f"Description=flexsync for {_unit(job.folder)}, every {spoken(beat(job).every)}",
            "",
            "[Timer]",
            f"OnCalendar={calendar(beat(job))}",
            "Persistent=true",
            "",
            "[Install]",
            "WantedBy=timers.target",
        )
    )


def calendar(times: Beat) -> str:
    """Clock times as systemd writes them."""
    hours = ",".join(f"{hour:02}" for hour in times.hours) or "*"
    minutes = ",".join(f"{minute:02}" for minute in times.minutes) if len(times.minutes) < 60 else "*"
    return f"{'Mon ' if times.weekly else ''}*-*-* {hours}:{minutes}:00"


def _unit(text: str) -> str:
    return text.replace("%", "%%")


def _quoted(word: str) -> str:
    escaped = _unit(word).replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return escaped if re.fullmatch(r"[\w@%+=:,./-]+", word, re.ASCII) else f'"{escaped}"'


def schtasks(job: Job) -> str:
    """The command for Windows' cmd that makes the scheduled task, as SYSTEM."""
    days = min(job.minutes // _DAY, _MOST_DAYS)
    rhythm = f"DAILY /MO {days}" if days else f"MINUTE /MO {job.minutes}"
    command = " ".join(f'\\"{word}\\"' if re.search(r"[^\w.:/\\-]", word) else word for word in job.words)
    return f'schtasks /Create /F /TN "{job.name}" /SC {rhythm} /ST {job.start} /RU SYSTEM /TR "{command}"'


def install_task(job: Job) -> str:
    """The PowerShell command that makes it by the project's script, which also catches up, limits and tests it."""
    return f'powershell -ExecutionPolicy Bypass -File scripts\\install_task.ps1 -Config "{job.configuration}"'

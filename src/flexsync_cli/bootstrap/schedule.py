"""Builds what has to do with the scheduler and with whoever watches it: with `bootstrap`, what knows both sides."""

import getpass
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from flexsync_cli.adapters.admin.connection_use import connection_use
from flexsync_cli.adapters.ping import HealthcheckPing
from flexsync_cli.adapters.scheduler.unix import UnixSchedulers
from flexsync_cli.adapters.scheduler.windows import TaskScheduler
from flexsync_cli.adapters.state import open_state
from flexsync_cli.bootstrap import Office
from flexsync_cli.config.load import find, load
from flexsync_cli.config.model import Configuration
from flexsync_cli.config.secrets import Secret
from flexsync_cli.domain.schedule import TIME_LIMIT_HOURS, Job
from flexsync_cli.errors import FlexsyncError, Misconfigured
from flexsync_cli.ports import Monitor, Run, Scheduler
from flexsync_cli.services.check import Finding, Mender, bad
from flexsync_cli.services.check_schedule import RUNS, check_schedule

_RUNS_LOOKED_AT = 200  # other commands count as runs too


def job_of(configuration: Configuration) -> Job:
    """What a scheduler has to start."""
    return Job(_program(), str(configuration.path), str(configuration.folder), configuration.sync.interval)


def _program() -> tuple[str, ...]:
    """This very installation."""
    script = Path(sys.executable).with_name("flexsync.exe" if os.name == "nt" else "flexsync")
    return (str(script),) if script.is_file() else (sys.executable, "-m", "flexsync_cli")


def account() -> str:
    """Who asks; "" where the system does not say."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def task_facts(configuration: Configuration) -> dict[str, object]:
    """What an installer needs to know, as plain values; of secrets only where they are kept."""
    job = job_of(configuration)
    return {
        "version": 1,
        "name": job.name,
        "program": list(job.program),
        "python": sys.base_prefix,
        "configuration": job.configuration,
        "folder": job.folder,
        "interval_minutes": job.minutes,
        "start": job.start,
        "time_limit_hours": TIME_LIMIT_HOURS,
        "log": str(configuration.log_path),
        "trusted_connection": is_trusted(configuration),
        "secrets": [_place(key, secret, configuration.folder) for key, secret in configuration.secrets.items()],
    }


def is_trusted(configuration: Configuration) -> bool:
    """Whether Windows' own account logs in to the database: the one that the task runs as."""
    use = connection_use(configuration.admin.connection.get_secret_value())
    return bool(use.driver) and not use.login


def _place(key: str, secret: Secret, folder: Path) -> dict[str, str]:
    kind = next(iter(secret.model_fields_set))
    value = "" if kind == "plain" else str(getattr(secret, kind))
    return {"key": key, "kind": kind, "name": str(folder / value) if kind == "file" else value}


def check_office_schedule(office: Office) -> Iterator[Finding]:
    """For `check`."""
    return schedule_findings(office.configuration)


def schedule_findings(configuration: Configuration) -> Iterator[Finding]:
    """Whether it is installed, ran, and why not."""
    scheduler: Scheduler = TaskScheduler() if os.name == "nt" else UnixSchedulers()
    try:
        last = _last_run(configuration.state_path)
    except FlexsyncError as error:
        yield bad(RUNS, str(error), Mender.PARTNER)
        return
    yield from check_schedule(job_of(configuration), scheduler.find(configuration.path), last, datetime.now(UTC))


def _last_run(path: Path) -> Run | None:
    """A state that is not there yet is not made for the asking."""
    if not path.exists():
        return None
    state = open_state(path)
    try:
        return next((each for each in state.runs.last(_RUNS_LOOKED_AT) if each.command == "run"), None)
    finally:
        state.close()


def open_monitor(option: Path | None) -> Monitor | None:
    """Who is told of runs; None where nobody is, or where the configuration can't be read, which the run itself says."""
    try:
        url = load(find(option)).monitor.ping
    except Misconfigured:
        return None
    return HealthcheckPing(url) if url else None

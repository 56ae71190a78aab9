from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from flexsync_cli.domain.installed import Installed
from flexsync_cli.domain.schedule import Job
from flexsync_cli.ports import Run
from flexsync_cli.services.check import Finding, Mark, Mender
from flexsync_cli.services.check_schedule import check_schedule

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
JOB = Job(("flexsync",), "/srv/x/config.toml", "/srv/x", timedelta(hours=1))
TIMER = Installed("the systemd timer office.timer", "flexsync")


def ran(minutes_ago: int, exit_code: int | None = 0) -> Run:
    started = NOW - timedelta(minutes=minutes_ago)
    return Run("1", "run", started, None if exit_code is None else started, exit_code)


def check(found: Sequence[Installed] | None, last: Run | None) -> list[Finding]:
    return list(check_schedule(JOB, found, last, NOW))


def wrong(found: Sequence[Installed] | None, last: Run | None) -> str:
    return "\n".join(finding.text for finding in check(found, last) if finding.mark is Mark.BAD)


def test_all_in_order() -> None:
    assert [finding.text for finding in check([TIMER], ran(20))] == [
        "the systemd timer office.timer, as flexsync",
        "2026-03-02 12:40, exit code 0: done",
    ]


def test_nothing_installed_tells_how_and_asks_no_more() -> None:
    assert [finding.mark for finding in check([], None)] == [Mark.BAD]
    assert "flexsync schedule show" in wrong([], None)


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (Installed("the crontab", enabled=False, mend="start cron"), "turned off; start cron"),
        (Installed("the crontab", missing="/srv/x/flexsync"), "/srv/x/flexsync, which is not there"),
        (Installed("the task", result=2147943726), "password is wrong"),
        (Installed("the task", result=2), "run flexsync check"),
    ],
)
def test_why_it_does_not_run(entry: Installed, told: str) -> None:
    assert told in wrong([entry], ran(20))


def test_it_is_installed_but_never_ran_or_no_longer_does() -> None:
    assert "run it by hand as the account" in wrong([TIMER], None)
    assert "though one is due every hour" in wrong([TIMER], ran(121))
    assert wrong([TIMER], ran(119)) == ""


def test_the_last_run_failed() -> None:
    assert "exit code 4: Admin, Flexmail or a login failed" in wrong([TIMER], ran(20, 4))


def test_single_items_are_for_the_summary_to_tell() -> None:
    assert wrong([Installed("the task", result=1)], ran(20, 1)) == ""


def test_a_run_under_way_is_in_order() -> None:
    assert wrong([TIMER], ran(20, None)) == ""
    assert wrong([Installed("the task", result=267009)], ran(20, None)) == ""


def test_two_entries_are_one_too_many() -> None:
    assert "2 entries" in wrong([TIMER, TIMER], ran(20))


def test_where_nobody_can_be_asked_the_runs_themselves_tell() -> None:
    assert wrong(None, ran(20)) == ""
    assert wrong(None, ran(500)) != ""


@pytest.mark.parametrize("code", [130, 5])
def test_a_run_that_was_stopped_or_came_second_is_for_nobody_to_mend(code: int) -> None:
    assert wrong([Installed("the task", result=code)], ran(20, code)) == ""


@pytest.mark.parametrize(("code", "mender"), [(3, Mender.YOU), (7, Mender.YOU), (2, Mender.PARTNER), (70, Mender.PARTNER)])
def test_who_mends_a_run_that_failed(code: int, mender: Mender) -> None:
    assert [finding.mender for finding in check([TIMER], ran(20, code)) if finding.mark is Mark.BAD] == [mender]

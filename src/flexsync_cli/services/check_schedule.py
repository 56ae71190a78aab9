"""Whether the schedule is as it should be: is it installed, does it run, and why not."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from flexsync_cli.domain.exit_meaning import meaning, ran_well
from flexsync_cli.domain.installed import Installed
from flexsync_cli.domain.months import BRUSSELS
from flexsync_cli.domain.schedule import Job, spoken
from flexsync_cli.errors import ExitCode
from flexsync_cli.ports import Run
from flexsync_cli.services.check import Finding, Mender, bad, good, skipped

SCHEDULE, RUNS = "schedule", "last run"
# A run that waits for its turn, or for a machine that starts up, is not late yet.
SLACK = timedelta(minutes=30)
_BY_HAND = (
    "run it by hand as the account of the schedule, and read the log: what is in a keyring, in variables or on mapped drives "
    "of your own is not seen there"
)
_ELSEWHERE = "this machine has no scheduler that can be asked; whatever starts flexsync here has to be looked at there"


def check_schedule(job: Job, found: Sequence[Installed] | None, last: Run | None, now: datetime) -> Iterator[Finding]:
    """`last` is the newest run of all steps that the state knows."""
    if found is None:
        yield skipped(SCHEDULE, _ELSEWHERE)
    elif not found:
        what = "nothing that this account can see starts this configuration: flexsync schedule show prints what to install"
        yield bad(SCHEDULE, what, Mender.PARTNER)
    for entry in found or ():
        yield from _entry(entry)
    if found and len(found) > 1:
        yield bad(SCHEDULE, f"{len(found)} entries start this configuration: keep one of them", Mender.PARTNER)
    if last is not None:
        yield _last_run(job, last, now)
    elif found:
        yield bad(RUNS, f"there has been none yet; {_BY_HAND}", Mender.PARTNER)


def _entry(entry: Installed) -> Iterator[Finding]:
    where = f"{entry.where}, as {entry.account}" if entry.account else entry.where
    if entry.missing:
        yield bad(SCHEDULE, f"{where}: it starts {entry.missing}, which is not there; install it again", Mender.PARTNER)
    elif not entry.enabled:
        yield bad(SCHEDULE, f"{where}: turned off; {entry.mend}", Mender.PARTNER)
    else:
        yield good(SCHEDULE, where)
    if entry.result is not None:
        told = f"{entry.result}: {meaning(entry.result)}"
        yield good("last result", told) if ran_well(entry.result) else bad("last result", told, _mender(entry.result))


def _last_run(job: Job, last: Run, now: datetime) -> Finding:
    at = f"{last.started.astimezone(BRUSSELS):%Y-%m-%d %H:%M}"
    if now - last.started > job.interval + max(job.interval, SLACK):
        return bad(RUNS, f"{at}, though one is due every {spoken(job.interval)}; {_BY_HAND}", Mender.PARTNER)
    if last.exit_code is None:
        return good(RUNS, f"{at}, and it has not ended")
    told = f"{at}, exit code {last.exit_code}: {meaning(last.exit_code)}"
    return good(RUNS, told) if ran_well(last.exit_code) else bad(RUNS, told, _mender(last.exit_code))


def _mender(exit_code: int) -> Mender:
    """What is refused, or can't be paid, is the office's to decide."""
    return Mender.YOU if exit_code in (ExitCode.GUARD, ExitCode.BUDGET) else Mender.PARTNER

"""What a number that a scheduler kept of a run says, in a few words."""

from types import MappingProxyType

from flexsync_cli.errors import ExitCode

MEANINGS = MappingProxyType(
    {
        ExitCode.DONE: "done",
        ExitCode.ITEMS: "single items failed or were parked, or a mail waits: the summary names each",
        ExitCode.CONFIGURATION: "the configuration or the command line is wrong: run flexsync check",
        ExitCode.GUARD: "held back by the guard: look at the plan, then flexsync approve, or mend the cause",
        ExitCode.UNAVAILABLE: "Admin, Flexmail or a login failed: run flexsync check",
        ExitCode.RUNNING: "another run was still under way: nothing to do, unless it stays",
        ExitCode.STATE: "the state is damaged: see Recovery in the README",
        ExitCode.BUDGET: "the month's calls are spent: what waits goes first next month",
        ExitCode.BUG: "a bug: report it, with the log",
        ExitCode.INTERRUPTED: "interrupted: the next run goes on where it stopped",
    }
)
# Windows' own, where the program did not get to say a word. Unsigned, as Task Scheduler keeps them.
TASK_RESULTS = MappingProxyType(
    {
        267009: "it is running now",
        267010: "the task is disabled",
        267011: "it has not run yet",
        267014: "it was ended by somebody, or at its time limit",
        2147750687: "it was running already",
        2147942402: "the program was not found: install the task again",
        2147942405: "access denied: the account may not read the program's folder",
        2147943645: "the account was not logged on: install the task to run without",
        2147943726: "the account or its password is wrong: install the task again",
        2147943785: "the account lacks the right to log on as a batch job",
        2147946720: "Windows refused to start it: no right, or its conditions are not met",
        3221225786: "it was stopped from outside",
    }
)


def meaning(code: int) -> str:
    """Of an exit code, or of a result of Task Scheduler."""
    unsigned = code & 0xFFFFFFFF
    known = {**{int(each): text for each, text in MEANINGS.items()}, **TASK_RESULTS}
    return known.get(unsigned, "no exit code of flexsync: the program could not be started, or was killed")


# Nobody is needed: items are the summary's to tell, the next run goes on where this one stopped, and whatever held the lock did
# the work. 267009 and 267011: Windows' "running" and "not yet".
_WELL = frozenset({ExitCode.DONE, ExitCode.ITEMS, ExitCode.RUNNING, ExitCode.INTERRUPTED, 267009, 267011})


def ran_well(code: int) -> bool:
    """Whether the schedule is in order after that; one that runs no more shows in its age."""
    return code in _WELL

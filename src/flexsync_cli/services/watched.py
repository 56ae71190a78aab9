"""A run that a monitoring service watches."""

from collections.abc import Callable

from flexsync_cli.ports import Monitor
from flexsync_cli.services.run import code_of


def watched(monitor: Monitor, work: Callable[[], int]) -> int:
    """Do the work, and tell the monitor of its begin and its end, whatever that is; the exit code."""
    monitor.started()
    try:
        code = work()
    except BaseException as error:
        monitor.ended(int(code_of(error)))
        raise
    monitor.ended(code)
    return code

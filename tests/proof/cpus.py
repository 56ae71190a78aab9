"""How many processors there are to work with."""

import os
import sys


def cpus() -> int:
    """Those that this process may use: a container, or `taskset`, may leave it fewer than the machine has."""
    if sys.platform == "win32" or sys.platform == "darwin":
        return os.cpu_count() or 1
    return len(os.sched_getaffinity(0))

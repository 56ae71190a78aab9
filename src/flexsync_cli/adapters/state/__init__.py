"""What we know between runs, in one SQLite file; or the same in memory."""

from flexsync_cli.adapters.state.file import open_state
from flexsync_cli.adapters.state.state import SqlState, memory_state

__all__ = ["SqlState", "memory_state", "open_state"]

"""Files that nobody but their owner may read: also those that came from elsewhere, such as a backup."""

import os
import stat
from contextlib import suppress
from pathlib import Path


def close_to_others(path: Path) -> None:
    """Take from others what rights they have. Not on Windows, which keeps them with the folder; nor of another's file."""
    if os.name == "nt":
        return
    with suppress(FileNotFoundError, PermissionError):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            path.chmod(mode & ~0o077)

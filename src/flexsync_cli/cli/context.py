"""What is said before the command's name, handed to every command as Click's `obj`."""

from dataclasses import dataclass
from pathlib import Path

QUIET = -1

EXIT_CODES = """\b
Exit codes:
  0  done                          4  Admin, Flexmail or a login failed
  1  single items failed           5  already running
  2  usage or configuration        6  the state is damaged
  3  held back by the guard        7  the month's calls are spent
  130 interrupted                  70 a bug, with the log's path
"""


@dataclass(frozen=True, slots=True)
class GlobalOptions:
    """`config` is the `--config` option, if given; `verbosity` is QUIET for `-q`, else the number of `-v`s."""

    config: Path | None = None
    verbosity: int = 0

    @property
    def quiet(self) -> bool:
        """Whether only results, warnings and errors are wanted."""
        return self.verbosity == QUIET

"""What is said before the command's name, handed to every command as Click's `obj`."""

from dataclasses import dataclass
from pathlib import Path

QUIET = -1


@dataclass(frozen=True, slots=True)
class GlobalOptions:
    """`config` is the `--config` option, if given; `verbosity` is QUIET for `-q`, else the number of `-v`s."""

    config: Path | None = None
    verbosity: int = 0

    @property
    def quiet(self) -> bool:
        """Whether only results, warnings and errors are wanted."""
        return self.verbosity == QUIET

"""What was found on the machine that starts a configuration."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Installed:
    """One entry of a scheduler. `where` says of which kind it is, and where it is found; `account` "" is who asks.

    `mend` turns it on where it is not `enabled`; `missing` is its program, where that is not there; `result` is the last exit
    code that the scheduler kept.
    """

    where: str
    account: str = ""
    enabled: bool = True
    mend: str = ""
    missing: str = ""
    result: int | None = None

"""Everything that can go wrong, as one tree, and the exit code of each branch.

FlexsyncError                         exit code
├── Misconfigured                     2   configuration or usage; carries all problems at once
├── StateDamaged                      6   state.db can't be trusted; never read as empty
├── AlreadyRunning                    5
├── Unavailable                       4   the other side can't be used now; fatal for the step
│   ├── AdminUnavailable                  (AdminLoginRefused: never retried)
│   └── FlexmailUnavailable               (FlexmailLoginRefused: never retried)
├── BudgetSpent                       7
├── Interrupted                       130
└── Refused                           1   one item was refused; the others go on
    ├── AlreadyExists, NotFound, Invalid, Blacklisted, InactiveThere, NoImports
    └── AccountRefused                    (contact limit, source, language, option: holds for all creates)

Messages say what, which, and the way out. They never hold a secret, an address or a value.
"""

from collections.abc import Sequence
from enum import IntEnum


class ExitCode(IntEnum):
    """What the process tells its scheduler."""

    DONE = 0
    ITEMS = 1
    CONFIGURATION = 2
    GUARD = 3
    UNAVAILABLE = 4
    RUNNING = 5
    STATE = 6
    BUDGET = 7
    BUG = 70
    INTERRUPTED = 130


# Design section 5: of several, the first in this order is the one that is told.
PRECEDENCE = (
    ExitCode.INTERRUPTED,
    ExitCode.BUG,
    ExitCode.CONFIGURATION,
    ExitCode.STATE,
    ExitCode.RUNNING,
    ExitCode.UNAVAILABLE,
    ExitCode.GUARD,
    ExitCode.BUDGET,
    ExitCode.ITEMS,
    ExitCode.DONE,
)


def worst(codes: Sequence[ExitCode]) -> ExitCode:
    """The one exit code that several steps add up to."""
    return min(codes, key=PRECEDENCE.index, default=ExitCode.DONE)


class FlexsyncError(Exception):
    """The root; its text is for people."""

    exit_code = ExitCode.BUG


class Misconfigured(FlexsyncError):
    """Configuration or usage is wrong; `problems` has every one, a line each."""

    exit_code = ExitCode.CONFIGURATION

    def __init__(self, problems: Sequence[str] | str) -> None:
        self.problems = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))


class StateDamaged(FlexsyncError):
    """The state file is damaged or of an unknown version."""

    exit_code = ExitCode.STATE


class AlreadyRunning(FlexsyncError):
    """Another flexsync holds the lock."""

    exit_code = ExitCode.RUNNING


class Unavailable(FlexsyncError):
    """The other side can't be used now."""

    exit_code = ExitCode.UNAVAILABLE


class AdminUnavailable(Unavailable):
    """Admin's database can't be reached, or refused a statement."""


class AdminLoginRefused(AdminUnavailable):
    """Admin's database refused the login. Never retried: three quick tries can lock the account."""


class FlexmailUnavailable(Unavailable):
    """Flexmail can't be reached, or answers nonsense, after all tries."""


class FlexmailLoginRefused(FlexmailUnavailable):
    """Flexmail refused the account id or a token. Never retried."""


class BudgetSpent(FlexsyncError):
    """The month's calls are spent; work waits."""

    exit_code = ExitCode.BUDGET


class Interrupted(FlexsyncError):
    """Somebody asked to stop; the current call was finished and recorded."""

    exit_code = ExitCode.INTERRUPTED


class Refused(FlexsyncError):
    """The other side refused one item. `status` is HTTP's; `detail` its own words, which may hold personal data."""

    exit_code = ExitCode.ITEMS

    def __init__(self, status: int, detail: str = "") -> None:
        self.status = status
        self.detail = detail
        super().__init__(f"{type(self).__name__} (HTTP {status})")


class AlreadyExists(Refused):
    """409: the address, or the subscription, is there already."""


class NotFound(Refused):
    """404 or 410: no such contact, interest or import."""


class Invalid(Refused):
    """Refused for what the record holds; `field` is the part it names, when it names one."""

    def __init__(self, status: int, detail: str = "", field: str = "") -> None:
        self.field = field
        super().__init__(status, detail)


class Blacklisted(Refused):
    """The address is on the account's blacklist."""


class InactiveThere(Refused):
    """The address is known there but not active: unsubscribed, unconfirmed or blocked."""


class NoImports(Refused):
    """The account takes no contact imports."""


class AccountRefused(Refused):
    """Refused for the account, not for the record: contact limit, source, language, option."""

"""How an office is set up at the start of a history."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

FIELD = "software"
FIELD_KEY = "software"
STARTS = (
    datetime(2026, 3, 2, 9, tzinfo=UTC),
    datetime(2026, 3, 28, 23, 30, tzinfo=UTC),  # the night in which summer time begins
    datetime(2026, 10, 24, 23, 30, tzinfo=UTC),  # ... and ends
    datetime(2026, 8, 31, 21, 50, tzinfo=UTC),  # ten minutes before the month ends in Brussels
)
BUDGETS = (60, 20)
A_MINUTE = 8  # calls, where they are limited: few, for most runs make few
LANGUAGES = {"N": "nl", "F": "fr"}  # Admin's code, and Flexmail's
LANGUAGE = "nl"  # of a new contact that has none
SELECTED = 3  # the CRM type that is selected


@dataclass(frozen=True, slots=True)
class Setup:
    """What was drawn. `relations` are entered at the start; `there` of them Flexmail knows; `begun`: a first run was."""

    start: datetime = STARTS[0]
    relations: int = 3
    there: int = 0
    begun: bool = False
    soap: bool = True
    opt_in: bool = False
    interests: bool = False
    keep: bool = False
    blank: bool = False
    untick_hard: bool = False
    low_guard: bool = False
    typed: bool = False
    limited: bool = False
    budget: int = 0  # the month's calls, 0 without a limit
    strict: bool = False
    inactive: str = "visible"
    mailed: bool = False
    crowd: int = 0  # so many relations at once, `early` from the start; the rest is how Flexmail takes imports then
    early: bool = False
    polls: int = 2
    patience: float = 60.0
    keeps: bool = True
    refused: bool = False

    def quirks(self) -> dict[str, Any]:
        """How Flexmail behaves."""
        return {
            "calls_per_minute": A_MINUTE if self.limited else None,
            "unsubscribed_is_blacklisted": self.strict,
            "retry_after": self.strict,
            "empty_fields_as_list": self.strict,
            "create_tells": "nothing" if self.strict else "both",
            "inactive": self.inactive,
            "import_polls": self.polls,
            "import_seconds": self.patience,
            "import_keeps": self.keeps,
            "imports_status": 404 if self.refused else None,
        }

    def sections(self) -> dict[str, dict[str, Any]]:
        """How flexsync is configured."""
        return {
            "flexmail": {
                "calls_per_minute": A_MINUTE if self.limited else 100_000,
                "calls_per_month": self.budget,
            },
            "sync": {
                "mode": "sync",
                "interests": self.interests,
                "opt_in": self.opt_in and self.soap,
                "on_leave": "keep" if self.keep else "unsubscribe",
                "blank": self.blank,
                "crm_types": [SELECTED] if self.typed else [],
            },
            "interests": {"create": True},
            "fields": {FIELD: "ACC_SOFTWARE"},
            "languages": LANGUAGES,
            "guard": {"count": 1 if self.low_guard else 1_000 if self.crowd else 10},
            "bounces": {"untick": "hard" if self.untick_hard else "never"},
            "summary": {"when": "changes", "to": ["owner@example.be"], "language": "en"},
        }

    def sentences(self) -> list[str]:
        """The set-up, as one would tell it."""
        on = [name for name in self.__slots__ if getattr(self, name) is True]
        return [
            f"it is {self.start:%Y-%m-%d %H:%M} UTC; {self.relations} relations, ticked; {self.there} are contacts already; "
            f"on: {', '.join(on) or 'nothing'}; inactive contacts are {self.inactive}"
            + (f"; {self.budget} calls a month" if self.budget else "")
            + (f"; a crowd of {self.crowd}; imports take {self.polls} polls or {self.patience:.0f} s" if self.crowd else "")
        ]


def setups() -> st.SearchStrategy[Setup]:
    """All of them."""
    seldom = st.sampled_from((False, False, False, True))
    return st.builds(
        Setup,
        start=st.sampled_from(STARTS),
        relations=st.sampled_from((3, 4, 2, 0)),
        there=st.integers(0, 2),
        begun=st.sampled_from((True, True, True, False)),
        soap=st.sampled_from((True, True, False)),
        opt_in=st.booleans(),
        interests=seldom,
        keep=seldom,
        blank=seldom,
        untick_hard=st.booleans(),
        low_guard=seldom,
        typed=seldom,
        limited=seldom,
        budget=st.sampled_from((0,) * 8 + BUDGETS),
        strict=st.booleans(),
        inactive=st.sampled_from(("visible", "missing", "read-only")),
        mailed=st.sampled_from((True, True, True, False)),
        crowd=st.sampled_from((0, 0, 0, 0, 40)),
        early=st.booleans(),
        polls=st.sampled_from((2, 1, 99)),
        patience=st.sampled_from((60.0, 1_200.0, 18_000.0)),
        keeps=st.sampled_from((True, True, False)),
        refused=st.sampled_from((False,) * 5 + (True,)),
    )

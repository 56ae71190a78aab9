"""The application lock's answers, as a driver hands them over."""

from dataclasses import dataclass, field

import pytest

from flexsync_cli.adapters.admin.lock import require_taken, take
from flexsync_cli.errors import AdminUnavailable, AlreadyRunning


@dataclass
class ScriptedCursor:
    """Results one after the other: None is a message without rows."""

    results: list[int | None]
    statements: list[str] = field(default_factory=list)

    @property
    def description(self) -> object:
        return None if self.results[0] is None else ("result",)

    def execute(self, statement: str, /) -> None:
        self.statements.append(statement)

    def fetchone(self) -> tuple[int | None]:
        return (self.results[0],)

    def nextset(self) -> bool:
        if len(self.results) > 1:
            self.results.pop(0)
            return True
        return False


@pytest.mark.parametrize("results", [[0], [None, 0], [None, None, 1]])
def test_the_answer_may_come_after_messages(results: list[int | None]) -> None:
    require_taken(take(ScriptedCursor(results)))


def test_taken() -> None:
    with pytest.raises(AlreadyRunning, match="another server"):
        require_taken(take(ScriptedCursor([None, -1])))


@pytest.mark.parametrize("results", [[None], [-999], [None, -3]])
def test_no_answer_and_errors_are_no_lock(results: list[int | None]) -> None:
    with pytest.raises(AdminUnavailable, match="sp_getapplock"):
        require_taken(take(ScriptedCursor(results)))

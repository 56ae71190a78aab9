import pytest

from flexsync_cli.errors import ExitCode, Interrupted
from flexsync_cli.services.watched import watched


class Told:
    """A monitor that remembers."""

    def __init__(self) -> None:
        self.calls: list[object] = []

    def started(self) -> None:
        self.calls.append("start")

    def ended(self, code: int) -> None:
        self.calls.append(code)


def test_the_begin_and_the_exit_code_are_told() -> None:
    told = Told()
    assert watched(told, lambda: 3) == 3
    assert told.calls == ["start", 3]


@pytest.mark.parametrize(
    ("error", "code"),
    [(Interrupted("x"), ExitCode.INTERRUPTED), (KeyboardInterrupt(), ExitCode.INTERRUPTED), (ValueError(), ExitCode.BUG)],
)
def test_an_end_by_an_error_is_told_too(error: BaseException, code: ExitCode) -> None:
    told = Told()

    def work() -> int:
        raise error

    with pytest.raises(type(error)):
        watched(told, work)
    assert told.calls == ["start", code]

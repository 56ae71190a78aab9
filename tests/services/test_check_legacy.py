import pytest

from flexsync_cli.domain.legacy_service import ServiceState
from flexsync_cli.services.check import Mark, Mender
from flexsync_cli.services.check_legacy import check_old_service


@pytest.mark.parametrize(
    ("state", "ignored", "mark", "told"),
    [
        (ServiceState.RUNNING, False, Mark.BAD, "is running on SQL01"),
        (ServiceState.ENABLED, False, Mark.BAD, "is not disabled on SQL01"),
        (ServiceState.RUNNING, True, Mark.NOT_APPLICABLE, "legacy.ignore = true"),
        (ServiceState.DISABLED, False, Mark.GOOD, "is disabled on SQL01"),
        (ServiceState.ABSENT, False, Mark.GOOD, "is not there on SQL01"),
        (ServiceState.UNKNOWN, False, Mark.NOT_APPLICABLE, "make sure that ProcessEngineService is disabled on SQL01"),
    ],
)
def test_the_old_service_is_told_in_one_line(state: ServiceState, ignored: bool, mark: Mark, told: str) -> None:
    [finding] = check_old_service(state, "SQL01", ignored=ignored)
    assert finding.mark is mark
    assert told in finding.text
    assert (finding.mender is Mender.PARTNER) is (mark is Mark.BAD)

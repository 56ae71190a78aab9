"""Tells a monitoring service that a run began and how it ended, in the convention of healthchecks services."""

import logging

import httpx

from flexsync_cli.adapters.time_limit import TimeLimit
from flexsync_cli.log import event

logger = logging.getLogger("flexsync_cli.ping")
TIMEOUT = 5.0


class HealthcheckPing:
    """The port `Monitor`: `URL/start`, then `URL`, or `URL/<exit code>`. No body, no personal data; never fails.

    Its address is a secret of a kind, so it is in no message.
    """

    def __init__(self, url: str, timeout: float = TIMEOUT) -> None:
        self._url = httpx.URL(url)
        self._timeout = timeout

    def started(self) -> None:
        """A run begins."""
        self._ping("start")

    def ended(self, code: int) -> None:
        """It ended with that exit code; 0 is success."""
        self._ping(str(code) if code else "")

    def _ping(self, what: str) -> None:
        path = "/".join(filter(None, (self._url.path.rstrip("/"), what)))
        try:
            answer = self._post(self._url.copy_with(path=path or "/"))
        except Exception as error:  # noqa: BLE001 - whatever a monitor does, the run goes on
            event(logger, "ping.failed", level=logging.WARNING, why=type(error).__name__)
            return
        if not answer.is_success:
            event(logger, "ping.failed", level=logging.WARNING, status=answer.status_code)

    def _post(self, url: httpx.URL) -> httpx.Response:
        """The answer, whose body nobody reads."""
        limit = TimeLimit()
        with (
            httpx.Client(timeout=self._timeout) as client,
            limit.within(2 * self._timeout),
            client.stream("POST", url, extensions={"trace": limit.trace}) as answer,
        ):
            return answer

"""Keeps the opt-outs fresh in a step that takes long: nobody is written to on what was known half an hour ago."""

from collections.abc import Callable
from datetime import timedelta

from flexsync_cli.domain.known import OutBook
from flexsync_cli.services.session import Session

FRESH = timedelta(minutes=30)


class Freshness:
    """As of when the opt-outs are known; `refresh` pulls them again and tells who is out then."""

    def __init__(self, session: Session, refresh: Callable[[], OutBook]) -> None:
        self._session = session
        self._refresh = refresh
        self._since = session.now()

    def renew(self) -> OutBook | None:
        """Pull them again where they are too old: who is out now; None where what is known still holds. Call it before each
        write."""
        now = self._session.now()
        if timedelta() <= now - self._since <= FRESH:  # set back meanwhile, the clock tells nothing
            return None
        outs = self._refresh()
        self._since = now
        return outs

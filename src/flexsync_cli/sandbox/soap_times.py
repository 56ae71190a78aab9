"""Times as SOAP has them: a local date and time without a zone."""

import re
from datetime import UTC, datetime

from flexsync_cli.sandbox.clock import BRUSSELS
from flexsync_cli.sandbox.quirks import Quirks

NEVER = "0000-00-00 00:00:00"
_STAMP = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}")


class Times:
    """Writes and reads them. Without a zone, the October hour that happens twice can't be told apart; neither is it here."""

    def __init__(self, quirks: Quirks) -> None:
        self._quirks = quirks

    def local(self, moment: datetime) -> datetime:
        """A moment as the server keeps it: naive, in whole seconds."""
        zone = UTC if self._quirks.soap_utc else BRUSSELS
        return moment.astimezone(zone).replace(tzinfo=None, microsecond=0)

    def write(self, moment: datetime) -> str:
        """A moment as text."""
        return self.local(moment).isoformat(sep=" " if self._quirks.soap_blank_times else "T")

    def read(self, text: str) -> datetime | None:
        """The time that a request names, naive; None where it is not of the one form that is allowed."""
        if not _STAMP.fullmatch(text):
            return None
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return None

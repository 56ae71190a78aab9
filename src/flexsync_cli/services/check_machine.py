"""Checks this machine: the state, the mail server, and the time zone."""

from collections.abc import Callable, Iterator
from datetime import datetime

from flexsync_cli.domain.months import BRUSSELS
from flexsync_cli.errors import FlexsyncError, Refused, Unavailable
from flexsync_cli.services.check import Finding, Mender, bad, good, skipped


def check_state(path: str, error: FlexsyncError | None) -> Iterator[Finding]:
    """`error` is what opening it said, if it could not be opened and written."""
    yield good("state", path) if error is None else bad("state", str(error), Mender.PARTNER)


def check_zone(here: datetime) -> Iterator[Finding]:
    """`here` is now, by this machine's own time zone."""
    if here.utcoffset() == here.astimezone(BRUSSELS).utcoffset():
        yield good("time zone", "as in Brussels")
    else:
        text = f"this machine's is {here:%Z} ({here:%z}); days and months are Brussels' all the same"
        yield skipped("time zone", text)


def check_mail(log_in: Callable[[], None] | None) -> Iterator[Finding]:
    """`log_in` greets the mail server as a mail would, and sends none; None without a server."""
    if log_in is None:
        yield skipped("mail server", "no [smtp]: the summary is printed, and nobody gets a mail")
        return
    try:
        log_in()
    except Unavailable as error:
        yield bad("mail server", str(error), Mender.PARTNER)
    else:
        yield good("mail server", "takes our login")


def check_test_mail(send: Callable[[], int] | None) -> Iterator[Finding]:
    """`send` sends a mail to those who get the summary, and says to how many; None without a server."""
    if send is None:
        yield skipped("test mail", "not sent: there is no [smtp]")
        return
    try:
        count = send()
    except Refused as refusal:
        yield bad("test mail", f"the mail server refused it ({refusal.status}): see smtp.sender and summary.to", Mender.PARTNER)
    except Unavailable as error:
        yield bad("test mail", str(error), Mender.PARTNER)
    else:
        people = "1 address" if count == 1 else f"{count} addresses"
        yield (
            good("test mail", f"sent to {people}")
            if count
            else bad("test mail", "nobody to send it to: set summary.to", Mender.YOU)
        )

"""Checks that the old service is out of the way."""

from collections.abc import Iterator

from flexsync_cli.domain.legacy_service import SERVICE, ServiceState, in_the_way, sentence
from flexsync_cli.services.check import Finding, Mender, bad, good, skipped

_WHAT = "old service"


def check_old_service(state: ServiceState, server: str, *, ignored: bool) -> Iterator[Finding]:
    """`state` as it is seen now, else as it was last known."""
    if in_the_way(state):
        text = f"{sentence(state, server)}: disable it; flexsync migrate-legacy says how, or does it (--disable-service)"
        yield (
            skipped(_WHAT, f"{sentence(state, server)}; legacy.ignore = true") if ignored else bad(_WHAT, text, Mender.PARTNER)
        )
    elif state is ServiceState.UNKNOWN:
        yield skipped(
            _WHAT, f"can't be seen from here: make sure that {SERVICE} is disabled on {server or 'the database server'}"
        )
    else:
        yield good(_WHAT, sentence(state, server))
